import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { askFleet } from './ask-fleet.ts';

let server: Server;
let url: string;
let answer = { status: 200, body: '' };
beforeAll(async () => {
  server = createServer((_, response) => void response.writeHead(answer.status).end(answer.body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
const ask = (signal = new AbortController().signal) => askFleet({ url, token: 'token', signal });

test.each([401, 403])('status %i means that the token is wrong', async (status) => {
  answer = { status, body: '' };
  await expect(ask()).rejects.toMatchObject({
    code: 'SETTING_INVALID',
    message: expect.stringContaining('EARSHOT_OPERATIONS_TOKEN'),
  });
});

test("passes the cloud's own error on", async () => {
  const error = { code: 'NOT_FOUND', message: 'no release is being rolled out', todo: 'nothing' };
  answer = { status: 404, body: JSON.stringify({ error }) };
  await expect(ask()).rejects.toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining(error.message) });
});

test("says the catalogue's sentence once, and keeps the message of a code that it does not know", async () => {
  const message = 'A setting is not valid. The cloud was started without EARSHOT_NEXT_RELEASE_DIR.';
  answer = { status: 400, body: JSON.stringify({ error: { code: 'SETTING_INVALID', message, todo: '' } }) };
  await expect(ask()).rejects.toMatchObject({ code: 'SETTING_INVALID', message });
  answer = { status: 400, body: JSON.stringify({ error: { code: 'NEW_CODE', message: 'something new', todo: '' } }) };
  await expect(ask()).rejects.toMatchObject({ code: 'UNREACHABLE', detail: 'something new' });
});

test('a cloud that cannot be reached: says why, instead of "fetch failed"', async () => {
  const nobody = createServer();
  await new Promise<void>((resolve) => nobody.listen(0, '127.0.0.1', resolve));
  const { port } = nobody.address() as AddressInfo;
  await new Promise((resolve) => nobody.close(resolve));
  const asking = askFleet({ url: `http://127.0.0.1:${port}`, token: 'token', signal: new AbortController().signal });
  await expect(asking).rejects.toMatchObject({
    detail: `http://127.0.0.1:${port}: connect ECONNREFUSED 127.0.0.1:${port}`,
  });
});

test('an error page of a proxy is reported with its status', async () => {
  answer = { status: 502, body: '<html>Bad gateway</html>' };
  await expect(ask()).rejects.toMatchObject({
    code: 'UNREACHABLE',
    message: expect.stringContaining(`${url} answered 502`),
  });
});

test('an aborted request is not reported as an unreachable cloud', async () => {
  await expect(ask(AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
});
