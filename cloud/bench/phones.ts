import { HttpSink, type SunkRequest } from '../testing/http-sink.ts';

export interface ReceivedNotification {
  atMs: number;
  /** The ntfy topic that received the message, as a path. */
  path: string;
  /** The notification's id. A notification that is sent again has the same id. */
  id: string;
  title: string;
  message: string;
}

/** Plays all phones: an ntfy server that stores the messages, and refuses messages without its token. */
export class Phones {
  readonly received: ReceivedNotification[] = [];
  private readonly token: string;
  private readonly sink = new HttpSink();

  constructor(token: string) {
    this.token = token;
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

  private take({ path, headers, body }: SunkRequest): number {
    if (headers.authorization !== `Bearer ${this.token}`) return 401;
    const { title, message } = JSON.parse(body) as Record<'title' | 'message', string>;
    const id = String(headers['idempotency-key']);
    this.received.push({ atMs: Date.now(), path, id, title, message });
    return 204;
  }
}
