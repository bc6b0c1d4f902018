import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NotificationBody } from '@earshot/shared/contracts/home.ts';
import { webhookSignature } from '../notify/webhook.ts';

export interface Told {
  atMs: number;
  /** The path it came to. */
  path: string;
  id: string;
  body: NotificationBody;
}

/** Everybody's phone, as a webhook: keeps what it is told, refuses what is not signed. */
export class Phones {
  readonly told: Told[] = [];
  private readonly secret: string;
  private readonly server = createServer((request, response) => {
    void this.take(request).then((status) => response.writeHead(status).end());
  });

  constructor(secret: string) {
    this.secret = secret;
  }

  async start(): Promise<void> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async take(request: IncomingMessage): Promise<number> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const expected = webhookSignature(this.secret, Number(request.headers['x-earshot-timestamp']), text);
    if (request.headers['x-earshot-signature'] !== `sha256=${expected}`) return 401;
    const body = JSON.parse(text) as NotificationBody & { id: string };
    this.told.push({ atMs: Date.now(), path: request.url ?? '', id: body.id, body });
    return 204;
  }
}
