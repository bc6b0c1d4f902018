import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { asEarshotError, EarshotError } from '@earshot/shared/errors.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Set for routes whose handler reads the body itself, as a stream, and limits the time for it. */
    readsBodyItself?: boolean;
  }
}

/** Time limit of a normal body. It has at most 64 KB, so 20 kbit/s are enough. */
const USUAL_BODY_MS = 30_000;
/**
 * Uploads slower than this are aborted. 8 kbit/s is half of the rate below which a device considers a connection broken
 * (device/uplink/clip-upload.ts).
 */
const SLOWEST_BYTES_PER_MS = 1;
/** An upload without new bytes for this long is aborted: such a connection hardly ever recovers. */
const STALL_MS = 20_000;
const LOOK_MS = 1_000;

/** Closes connections whose body does not arrive, so that a request occupies memory for a limited time. */
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

/**
 * Yields the chunks of a large body. Throws TOO_SLOW when the body stalls, or arrives more slowly than SLOWEST_BYTES_PER_MS.
 */
export async function* pacedBody(raw: IncomingMessage, stallMs = STALL_MS): AsyncGenerator<Buffer> {
  const startedAtMs = performance.now();
  let lastAtMs = startedAtMs;
  let bytes = 0;
  const look = setInterval(() => {
    const nowMs = performance.now();
    const expected = (nowMs - startedAtMs - stallMs) * SLOWEST_BYTES_PER_MS;
    if (nowMs - lastAtMs > stallMs || bytes < expected)
      raw.destroy(
        new EarshotError('TOO_SLOW', `Only ${bytes} bytes arrived in ${Math.round((nowMs - startedAtMs) / 1000)} s.`),
      );
  }, LOOK_MS).unref();
  try {
    for await (const chunk of raw as AsyncIterable<Buffer>) {
      lastAtMs = performance.now();
      bytes += chunk.length;
      yield chunk;
    }
  } catch (cause) {
    throw asEarshotError(cause, 'CLIP_MISMATCH', 'The upload was interrupted');
  } finally {
    clearInterval(look);
  }
}

/**
 * A client may continue to send the body of a refused request. After this much time, in which the client can read the answer, the
 * connection is closed.
 */
const GRACE_MS = 2_000;

/**
 * Called when an answer is about to be sent. If the body has not arrived completely, the connection closes after the answer, so that the
 * rest of the body need not be read. The answer announces this, because the client must not send another request on the connection.
 */
export function closeUnread(raw: IncomingMessage, response: ServerResponse): void {
  // Without this, Node would read the whole unread body and discard it. With it, reading stops after the first 64 KB.
  raw.read(0);
  if (raw.complete) return;
  response.setHeader('connection', 'close');
  const { socket } = raw;
  // Node calls this after an answer with that header. It would close the connection at once, and a client that is still sending might
  // lose the answer.
  socket.destroySoon = () => {
    socket.end();
    setTimeout(() => socket.destroy(), GRACE_MS).unref();
  };
}
