import { HttpSink, type SunkRequest } from '../testing/http-sink.ts';

export interface Told {
  atMs: number;
  /** The path it came to. */
  path: string;
  title: string;
  message: string;
}

/** Everybody's phone, as an ntfy server: keeps its messages, refuses those without its token. */
export class Phones {
  readonly told: Told[] = [];
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
    const { title, message } = JSON.parse(body) as { title: string; message: string };
    this.told.push({ atMs: Date.now(), path, title, message });
    return 204;
  }
}
