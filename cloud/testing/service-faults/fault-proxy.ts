import { once } from 'node:events';
import {
  Agent,
  createServer,
  type IncomingMessage,
  request as send,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { ServiceAnswer, ServiceFault, ServiceRequest } from './service-fault.ts';

/**
 * This share of the requests starts a spell of faults: a period in which every request gets the same fault. A spell lasts longer than the
 * SDK's own retries.
 */
const SPELL_SHARE = 0.004;
const SPELL_MS = 4_000;

/**
 * A proxy in front of a real server of S3 or SQS that adds faults. Seeded random numbers decide about the faults, but which request gets
 * which number also depends on the timing of the machine. The Host header is passed on, so signatures stay valid.
 */
export class FaultProxy {
  /** How often each fault was added, by name. */
  readonly added: Record<string, number> = {};
  private readonly target: URL;
  private readonly faults: readonly ServiceFault[];
  private readonly random: () => number;
  private readonly agent = new Agent({ keepAlive: true });
  private readonly server: Server;
  private spellUntilMs = -Infinity;

  constructor(target: string, faults: readonly ServiceFault[], random: () => number) {
    this.target = new URL(target);
    this.faults = faults;
    this.random = random;
    this.server = createServer((request, response) => void this.take(request, response));
  }

  /** Resolves with the address that clients use. */
  async start(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
    this.agent.destroy();
  }

  private async take(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const over = new AbortController();
    // When a client is killed, end its request to the server, too. Otherwise a long poll would receive a message for a client that is gone.
    response.once('close', () => over.abort());
    try {
      const { method = '', url: path = '', headers } = incoming;
      const request = { method, path, headers, body: await buffer(incoming) };
      const fault = this.faultFor(request);
      const forward = (changed: ServiceRequest) => this.forward(changed, over.signal);
      const answer = await (fault ? fault.answer(request, forward) : forward(request));
      if (answer === null) response.destroy();
      else reply(response, method, answer);
    } catch {
      // Destroy the answer when the client or the server has closed the connection.
      response.destroy();
    }
  }

  private faultFor(request: ServiceRequest): ServiceFault | undefined {
    const nowMs = performance.now();
    if (this.random() < SPELL_SHARE) this.spellUntilMs = nowMs + SPELL_MS;
    const added =
      nowMs < this.spellUntilMs
        ? this.faults[0]
        : this.faults.find((fault) => fault.appliesTo(request) && this.random() < fault.share);
    if (added) this.added[added.name] = (this.added[added.name] ?? 0) + 1;
    return added;
  }

  private async forward({ method, path, headers, body }: ServiceRequest, signal: AbortSignal): Promise<ServiceAnswer> {
    const { 'transfer-encoding': _, expect: __, ...kept } = headers;
    const { hostname: host, port } = this.target;
    const outgoing = send({
      host,
      port,
      method,
      path,
      headers: { ...kept, 'content-length': body.length },
      agent: this.agent,
      signal,
    });
    // `once` handles errors before the answer begins, and `buffer` handles later ones.
    outgoing.on('error', () => undefined);
    outgoing.end(body);
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    return { status: answer.statusCode ?? 502, headers: answer.headers, body: await buffer(answer) };
  }
}

function reply(response: ServerResponse, method: string, { status, headers, body }: ServiceAnswer): void {
  const { 'transfer-encoding': _, ...kept } = headers;
  // The length in the answer to a HEAD request is the length of the object, not of the answer.
  if (method === 'HEAD') response.writeHead(status, kept).end();
  else response.writeHead(status, { ...kept, 'content-length': body.length }).end(body);
}
