import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/**
 * A minimal mail server (RFC 5321). It accepts every message, or, if `refusal` is set, refuses every recipient with it.
 */
export class SmtpSink {
  readonly messages: string[] = [];
  refusal: string | null = null;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  constructor() {
    this.server = createServer((socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket)).on('error', () => undefined);
      this.serve(socket);
    });
  }

  async start(): Promise<void> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private serve(socket: Socket): void {
    let text = '';
    let isData = false;
    socket.write('220 sink\r\n');
    socket.setEncoding('utf8');
    socket.on('data', (part: string) => {
      text += part;
      for (;;) {
        const end = text.indexOf(isData ? '\r\n.\r\n' : '\r\n');
        if (end < 0) return;
        const piece = text.slice(0, end);
        text = text.slice(end + (isData ? 5 : 2));
        if (isData) {
          this.messages.push(piece);
          isData = false;
          socket.write('250 taken\r\n');
        } else {
          isData = piece.toUpperCase() === 'DATA';
          socket.write(this.answerTo(piece.toUpperCase()));
        }
      }
    });
  }

  private answerTo(command: string): string {
    if (command === 'DATA') return '354 go on\r\n';
    if (command === 'QUIT') return '221 bye\r\n';
    if (command.startsWith('RCPT') && this.refusal !== null) return `${this.refusal}\r\n`;
    return '250 ok\r\n';
  }
}
