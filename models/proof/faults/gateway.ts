import { once } from 'node:events';
import { createServer, request as send, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Whether a request uploads the clip. (The clip's metadata goes to /v1/candidates.) */
export const isUpload = (method: string, path: string): boolean =>
  method === 'PUT' && !path.startsWith('/v1/candidates/');

/** A gateway between a device and the cloud: passes requests on and counts them, or answers instead of the cloud. */
export class Gateway {
  readonly requests: { method: string; path: string }[] = [];
  /** The requests that the gateway answers as a captive portal would, with 200 and a web page. */
  isCaptive: (method: string, path: string) => boolean = () => false;
  captiveAnswers = 0;
  private readonly target: string;
  private readonly server: Server;

  constructor(target: string) {
    this.target = target;
    this.server = createServer((request, response) => this.take(request, response));
  }

  async start(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  uploads(): number {
    return this.requests.filter(({ method, path }) => isUpload(method, path)).length;
  }

  private take(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '', headers } = request;
    this.requests.push({ method, path: url });
    if (this.isCaptive(method, url)) {
      this.captiveAnswers++;
      request.resume();
      request.once('end', () => response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>'));
      return;
    }
    const onward = send(new URL(url, this.target), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.once('error', () => response.destroy());
    request.pipe(onward);
  }
}
