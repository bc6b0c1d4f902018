import type { NotificationBody } from '@earshot/shared/contracts/home.ts';
import { webhookSignature } from '../notify/webhook.ts';
import { HttpSink, type SunkRequest } from '../testing/http-sink.ts';

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
  private readonly sink = new HttpSink();

  constructor(secret: string) {
    this.secret = secret;
    this.sink.answer = (response, request) => response.writeHead(this.take(request)).end();
  }

  start(): Promise<void> {
    return this.sink.start();
  }

  get url(): string {
    return this.sink.url;
  }

  stop(): Promise<void> {
    return this.sink.stop();
  }

  private take({ path, headers, body: text }: SunkRequest): number {
    const expected = webhookSignature(this.secret, Number(headers['x-earshot-timestamp']), text);
    if (headers['x-earshot-signature'] !== `sha256=${expected}`) return 401;
    const body = JSON.parse(text) as NotificationBody & { id: string };
    this.told.push({ atMs: Date.now(), path, id: body.id, body });
    return 204;
  }
}
