import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';

/** Stands between a phone and the cloud, and can let connections die as a router does that has lost its uplink. */
export class Router implements AsyncDisposable {
  readonly url: string;
  private readonly server: Server;
  private readonly sockets: Set<Socket>;

  private constructor(server: Server, sockets: Set<Socket>, hostname: string) {
    this.server = server;
    this.sockets = sockets;
    this.url = `http://${hostname}:${(server.address() as AddressInfo).port}`;
  }

  /** The phone must open the same host name as before, because its cookie belongs to that. */
  static async to(cloudUrl: string): Promise<Router> {
    const { hostname, port } = new URL(cloudUrl);
    const sockets = new Set<Socket>();
    const server = createServer((phone) => {
      const cloud = connect(Number(port), hostname);
      for (const [from, to] of [
        [phone, cloud],
        [cloud, phone],
      ] as const) {
        sockets.add(from);
        from.pipe(to);
        from.on('error', () => to.destroy());
        from.on('close', () => sockets.delete(from));
      }
    });
    await once(server.listen(0), 'listening');
    return new Router(server, sockets, hostname);
  }

  /** From now on the open connections pass nothing on, but neither side is told. New connections work. */
  loseConnections(): void {
    for (const socket of this.sockets) {
      socket.unpipe();
      socket.pause();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await once(this.server, 'close');
  }
}
