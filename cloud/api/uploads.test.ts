import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CandidateAccepted } from '@earshot/shared/contracts/candidate.ts';
import { makeCandidate } from '@earshot/shared/testing/candidates.ts';
import type { z } from 'zod';
import { beepClip, TestClient } from '../testing/test-client.ts';
import { startTestCloud, type TestCloud } from '../testing/test-cloud.ts';
import { until } from '../testing/until.ts';
import { pacedBody } from './body-time.ts';

setFlagsFromString('--expose-gc');
/** Forces a garbage collection. Without it, V8 may free unused memory later than a test can wait. */
const collectGarbage = runInNewContext('gc') as () => void;
const MOST_CLIP_BYTES = 4_000_000;

describe('an upload to the embedded clip store', () => {
  let server: TestCloud;
  let box: TestClient;
  const sockets: Socket[] = [];
  beforeAll(async () => {
    server = await startTestCloud();
    const { code } = await server.cloud.firstHome.deviceCode();
    box = await TestClient.pair(server.cloud.url, code, 'device', 'Box', 'Hall');
  });
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    await server[Symbol.asyncDispose]();
  });

  /** Sends the headers and the beginning of a body, and collects the answer. */
  const begin = (path: string, bytes: number, body: Uint8Array) => {
    const { hostname, port } = new URL(server.cloud.url);
    const socket = connect(Number(port), hostname);
    sockets.push(socket);
    const state = { answer: '', isClosed: false };
    socket.on('data', (part: Buffer) => (state.answer += part.toString()));
    socket.on('close', () => (state.isClosed = true)).on('error', () => undefined);
    socket.write(`PUT ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: audio/wav\r\ncontent-length: ${bytes}\r\n\r\n`);
    socket.write(body);
    return state;
  };
  const register = async (clip: Uint8Array) => {
    const candidate = makeCandidate('glass_break', clip);
    const { upload } = await box.call<z.infer<typeof CandidateAccepted>>(
      'PUT',
      `/v1/candidates/${candidate.id}`,
      candidate,
    );
    return upload?.url ?? '';
  };

  /** The number of bytes that the server has stored of incomplete uploads. */
  const incomingBytes = async (): Promise<number> => {
    const files = await readdir(server.home, { recursive: true, withFileTypes: true });
    const sizes = files
      .filter((file) => file.isFile() && file.parentPath.endsWith('.incoming'))
      .map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size);
    return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  };

  test('an upload with a forged link is refused before its body is read, and its connection is closed', async () => {
    const url = new URL(await register(beepClip()), 'http://x');
    url.searchParams.set('sig', 'forged');
    const stalled = Array.from({ length: 50 }, () =>
      begin(url.pathname + url.search, MOST_CLIP_BYTES, Buffer.alloc(1_000)),
    );
    await until(
      'all uploads are answered',
      () => stalled.every(({ answer }) => answer.startsWith('HTTP/1.1 404')),
      10_000,
    );
    await until('all connections are closed', () => stalled.every(({ isClosed }) => isClosed), 10_000);
  });

  test('the answer to an upload that is refused before its body has arrived announces that the connection closes', async () => {
    const url = new URL(await register(beepClip()), 'http://x');
    url.searchParams.set('sig', 'forged');
    const clip = beepClip();
    const refused = begin(url.pathname + url.search, clip.length, clip.subarray(0, 1_000));
    await until('the upload is answered', () => refused.answer.startsWith('HTTP/1.1 404'), 10_000);
    expect(refused.answer).toMatch(/^connection: close\r$/im);
  });

  test('the answer to a complete upload leaves the connection open', async () => {
    const clip = beepClip();
    const stored = begin(await register(clip), clip.length, clip);
    await until('the upload is answered', () => stored.answer.startsWith('HTTP/1.1 204'), 10_000);
    expect(stored.answer).toMatch(/^connection: keep-alive\r$/im);
  });

  test('an upload whose length differs from the one in its link is refused before its body is read', async () => {
    const url = await register(beepClip());
    const stalled = begin(url, MOST_CLIP_BYTES, Buffer.alloc(1_000));
    await until('the upload is answered', () => stalled.answer.startsWith('HTTP/1.1 422'), 10_000);
  });

  test('an upload that stalls keeps none of its bytes in memory', async () => {
    const clip = beepClip(60);
    const before = process.memoryUsage().arrayBuffers;
    const stalled = await Promise.all(
      Array.from({ length: 10 }, async () => begin(await register(clip), clip.length, clip.subarray(0, -1))),
    );
    const sent = 10 * (clip.length - 1);
    await until('all bytes that were sent are on the disk', async () => (await incomingBytes()) === sent, 18_000, 200);
    const held = () => {
      collectGarbage();
      return process.memoryUsage().arrayBuffers - before;
    };
    await until('none of the sent bytes are in memory', () => held() < 6_000_000, 18_000, 200);
    expect(stalled.every(({ answer }) => answer === '')).toBe(true);
  });
});

async function readAll(body: AsyncIterable<Buffer>): Promise<number> {
  let bytes = 0;
  for await (const chunk of body) bytes += chunk.length;
  return bytes;
}

test.each([
  ['stalls', async (socket: Socket) => void socket.write('x')],
  [
    'arrives one byte at a time with long pauses',
    async (socket: Socket) => {
      while (!socket.destroyed) {
        socket.write('x');
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    },
  ],
])('a request body that %s ends with TOO_SLOW', async (_, send) => {
  const failure = Promise.withResolvers<unknown>();
  const server = createServer((request) => {
    void readAll(pacedBody(request, 1_500)).then(failure.resolve, failure.resolve);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined);
  socket.write('PUT / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\n');
  void send(socket);
  expect(await failure.promise).toMatchObject({ code: 'TOO_SLOW' });
  socket.destroy();
  server.close();
});
