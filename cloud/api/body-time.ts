import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { asEarshotError, EarshotError } from '@earshot/shared/errors.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The handler reads the body itself, as a stream, and limits its time. */
    readsBodyItself?: boolean;
  }
}

/** The usual body has 64 KB at most: 20 kbit/s are enough. */
const USUAL_BODY_MS = 30_000;
/** 8 kbit/s, half of what a device takes for a dead line (device/uplink/clip-upload.ts). */
const SLOWEST_BYTES_PER_MS = 1;
/** No line stalls for so long and then goes on in time. */
const STALL_MS = 20_000;
const LOOK_MS = 1_000;

/** Cuts connections whose body does not come: what is held for a request is held for a bounded time. */
export function limitBodyTime(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    const { raw } = request;
    const hasBody = raw.headers['transfer-encoding'] !== undefined || Number(raw.headers['content-length'] ?? 0) > 0;
    if (!hasBody || request.routeOptions.config.readsBodyItself) return;
    const limit = setTimeout(() => raw.socket.destroy(), USUAL_BODY_MS).unref();
    raw.once('end', () => clearTimeout(limit));
    reply.raw.once('close', () => clearTimeout(limit));
  });
}

/** The chunks of a large body, which fails with TOO_SLOW when it stalls or comes slower than any line that is of use. */
export async function* pacedBody(raw: IncomingMessage, stallMs = STALL_MS): AsyncGenerator<Buffer> {
  const startedAtMs = performance.now();
  let lastAtMs = startedAtMs;
  let bytes = 0;
  const look = setInterval(() => {
    const nowMs = performance.now();
    const expected = (nowMs - startedAtMs - stallMs) * SLOWEST_BYTES_PER_MS;
    if (nowMs - lastAtMs > stallMs || bytes < expected)
      raw.destroy(new EarshotError('TOO_SLOW', `${bytes} bytes in ${Math.round((nowMs - startedAtMs) / 1000)} s.`));
  }, LOOK_MS).unref();
  try {
    for await (const chunk of raw as AsyncIterable<Buffer>) {
      lastAtMs = performance.now();
      bytes += chunk.length;
      yield chunk;
    }
  } catch (cause) {
    throw asEarshotError(cause, 'CLIP_MISMATCH', 'The upload was cut off');
  } finally {
    clearInterval(look);
  }
}

/** An answer that comes before the body was read is for a client that may never stop sending: it gets a moment to read the answer. */
const GRACE_MS = 2_000;

/** When the answer has gone out and the body was not read, the connection is closed instead of being drained. */
export function closeUnread(raw: IncomingMessage, response: ServerResponse): void {
  // Node drains a body that nobody began to read: this begins, and stops at the first 64 KB.
  raw.read(0);
  response.once('finish', () => {
    if (!raw.complete) setTimeout(() => raw.socket.destroy(), GRACE_MS).unref();
  });
}
