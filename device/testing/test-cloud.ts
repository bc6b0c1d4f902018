import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Candidate, CLIP_CHECKSUM, StillHeard } from '@earshot/shared/contracts/candidate.ts';
import { DropInSegmentRequest } from '@earshot/shared/contracts/drop-in.ts';
import { SampleRequest } from '@earshot/shared/contracts/samples.ts';
import { ExampleRequest } from '@earshot/shared/contracts/teaching.ts';
import { Heartbeat, type HeartbeatAnswer } from '@earshot/shared/contracts/device.ts';

/**
 * A cloud for the device's tests, with the real contracts over real HTTP and its state in memory. It can go offline
 * (connections are refused), come back on the same port, or answer with an error.
 */
export class TestCloud {
  readonly token = 'test-token';
  /** Candidates in the order in which their metadata first arrived. */
  readonly registered: Candidate[] = [];
  /** How often metadata arrived, including repetitions. */
  registrations = 0;
  readonly clips = new Map<string, Buffer>();
  /** Ids in the order in which their clips arrived; an id whose clip arrived twice is listed twice. */
  readonly uploads: string[] = [];
  /** The seconds of live sound, in the order in which they arrived. */
  readonly segments: Buffer[] = [];
  /** Ids of the examples of taught sounds that were reported as stored, and their recordings. */
  readonly examples: string[] = [];
  readonly recordings = new Map<string, Buffer>();
  readonly samples: SampleRequest[] = [];
  readonly storedSamples: string[] = [];
  readonly heard: { id: string; heard: StillHeard }[] = [];
  readonly beats: Heartbeat[] = [];
  readonly files = new Map<string, Buffer>();
  /** Every download breaks off after this many bytes. */
  cutFilesAfter = Infinity;
  readonly fileRequests: { from: number; bytes: number }[] = [];
  answer: Omit<HeartbeatAnswer, 'now'> = { settings: null, release: null, live: false };
  /** Answers with this error when a request's "METHOD /path" begins with `on`. */
  fail: { on: string; status: number; code: string; headers?: Record<string, string> } | null = null;
  /**
   * When a request's "METHOD /path" begins with this, a sign-in page answers, and the request does not reach the cloud.
   */
  portal: string | null = null;
  /** How often this cloud has answered with the error or the sign-in page that the test set. */
  refusals = 0;
  /**
   * Whether clips go to a store at another address, as with S3. The cloud then notices a clip only when the device asks
   * about it.
   */
  clipsElsewhere = false;
  onStored: () => void = () => undefined;
  /** Whether the cloud handles requests but sends no answers, as if every answer were lost. */
  loseAnswers = false;
  private server: Server | null = null;
  private port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      this.handle(request, response).catch((error: unknown) =>
        reply(response, 400, errorBody('BAD_REQUEST', String(error))),
      );
    });
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  async stop(): Promise<void> {
    const server = this.server;
    this.server = null;
    server?.closeAllConnections();
    await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    const body = await bytesOf(request);
    const what = `${request.method} ${path}`;
    if (this.fail && what.startsWith(this.fail.on)) {
      this.refusals += 1;
      return reply(response, this.fail.status, errorBody(this.fail.code, 'ordered to fail'), this.fail.headers);
    }
    if (this.portal !== null && what.startsWith(this.portal)) {
      this.refusals += 1;
      return void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Please sign in</html>');
    }
    const [, version, kind, id = '', more] = path.split('/');
    if (version === 'clips') return this.takeClip(response, kind ?? '', body);
    if (request.headers.authorization !== `Bearer ${this.token}`)
      return reply(response, 401, errorBody('UNAUTHORIZED', 'token'));
    if (kind === 'candidates' && more === 'heard') {
      this.heard.push({ id, heard: StillHeard.parse(JSON.parse(body.toString())) });
      return reply(response, 204, null);
    }
    if (kind === 'candidates') return this.takeCandidate(response, id, Candidate.parse(JSON.parse(body.toString())));
    if (kind === 'drop-in-segments') {
      DropInSegmentRequest.parse(JSON.parse(body.toString()));
      const expiresAt = new Date(Date.now() + 15_000).toISOString();
      const upload = { method: 'PUT', url: '/clips/segment', headers: {}, expiresAt };
      return reply(response, 200, { upload: this.answer.listeners?.length ? upload : null });
    }
    if (kind === 'taught-examples' && more === 'stored') {
      this.examples.push(id);
      return reply(response, 204, null);
    }
    if (kind === 'taught-examples') {
      ExampleRequest.parse(JSON.parse(body.toString()));
      const expiresAt = new Date(Date.now() + 15_000).toISOString();
      const upload = { method: 'PUT', url: `/clips/example-${id}`, headers: {}, expiresAt };
      return reply(response, 200, { upload });
    }
    if (kind === 'samples' && more === 'stored') {
      this.storedSamples.push(id);
      return reply(response, 204, null);
    }
    if (kind === 'samples') {
      this.samples.push(SampleRequest.parse(JSON.parse(body.toString())));
      const expiresAt = new Date(Date.now() + 15_000).toISOString();
      return reply(response, 200, { upload: { method: 'PUT', url: `/clips/example-${id}`, headers: {}, expiresAt } });
    }
    if (kind === 'heartbeat') {
      this.beats.push(Heartbeat.parse(JSON.parse(body.toString())));
      return reply(response, 200, { now: new Date().toISOString(), ...this.answer });
    }
    const isHomesOwn = kind === 'taught-sounds' || kind === 'ignored-sounds';
    const file = kind === 'models' ? this.files.get(id) : isHomesOwn ? this.files.get(more ?? '') : undefined;
    if (!file) return reply(response, 404, errorBody('NOT_FOUND', path));
    this.sendFile(request, response, file);
  }

  private sendFile(request: IncomingMessage, response: ServerResponse, file: Buffer): void {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const rest = file.subarray(from);
    const range = from > 0 ? { 'content-range': `bytes ${from}-${file.length - 1}/${file.length}` } : {};
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': rest.length, ...range });
    this.fileRequests.push({ from, bytes: Math.min(rest.length, this.cutFilesAfter) });
    if (rest.length <= this.cutFilesAfter) return void response.end(rest);
    response.write(rest.subarray(0, this.cutFilesAfter), () => setTimeout(() => response.destroy(), 20));
  }

  private takeCandidate(response: ServerResponse, id: string, candidate: Candidate): void {
    this.registrations += 1;
    if (!this.registered.some((known) => known.id === id)) this.registered.push(candidate);
    if (this.loseAnswers) return void response.destroy();
    const wanted = candidate.clip !== null && !this.clips.has(id);
    const upload = {
      method: 'PUT',
      url: `${this.clipsElsewhere ? `http://localhost:${this.port}` : ''}/clips/${id}`,
      headers: {},
      expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    };
    reply(response, 200, { id, upload: wanted ? upload : null });
  }

  private takeClip(response: ServerResponse, id: string, body: Buffer): void {
    if (id === 'segment' || id.startsWith('example-')) {
      if (id === 'segment') this.segments.push(body);
      else this.recordings.set(id.slice('example-'.length), body);
      const sha256 = createHash('sha256').update(body).digest('base64');
      return reply(response, 204, null, { [CLIP_CHECKSUM]: sha256 });
    }
    const announced = this.registered.find((known) => known.id === id)?.clip;
    if (!announced || createHash('sha256').update(body).digest('hex') !== announced.sha256) {
      return reply(response, 422, errorBody('CLIP_MISMATCH', id));
    }
    this.uploads.push(id);
    this.clips.set(id, body);
    this.onStored();
    if (this.loseAnswers) return void response.destroy();
    reply(response, 204, null, { [CLIP_CHECKSUM]: Buffer.from(announced.sha256, 'hex').toString('base64') });
  }
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

function reply(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body === null ? undefined : JSON.stringify(body));
}

const errorBody = (code: string, message: string) => ({ error: { code, message, todo: '' } });
