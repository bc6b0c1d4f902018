import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';

/** The interval at which the line forwards data: 64 kbit/s are 400 bytes every 50 ms. */
const TURN_MS = 50;

/**
 * A slow line between a device and a server on loopback, over real TCP. All uploads together get `bitsPerSecond`. The
 * line can be cut (connections are destroyed and refused) or go silent (packets vanish: connections are not refused,
 * but nothing answers).
 */
export class SlowLine {
  private readonly target: { host: string; port: number };
  private readonly sockets = new Set<Socket>();
  private server: Server | null = null;
  private isCut = false;
  private isSilent = false;
  /** The time at which the bytes that were accepted so far will have been sent. */
  private busyUntilMs = 0;
  bitsPerSecond: number;

  constructor(target: string, bitsPerSecond = Infinity) {
    const { hostname, port } = new URL(target);
    this.target = { host: hostname, port: Number(port) };
    this.bitsPerSecond = bitsPerSecond;
  }

  async start(): Promise<string> {
    const server = createServer((near) => this.carry(near));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    this.server = server;
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  cut(isCut: boolean): void {
    this.isCut = isCut;
    if (isCut) this.dropAll();
  }

  silence(isSilent: boolean): void {
    this.isSilent = isSilent;
    // Destroys all connections first, like a router that restarts.
    if (!isSilent) this.dropAll();
  }

  async stop(): Promise<void> {
    this.dropAll();
    await new Promise<void>((closed) => (this.server ? this.server.close(() => closed()) : closed()));
  }

  private carry(near: Socket): void {
    if (this.isCut) return void near.destroy();
    const far = connect(this.target);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(one);
      one.on('error', () => undefined);
      one.once('close', () => {
        this.sockets.delete(one);
        other.destroy();
      });
    }
    this.pass(near, far, true).catch(() => far.destroy());
    this.pass(far, near, false).catch(() => near.destroy());
  }

  private async pass(from: Socket, to: Socket, isUpwards: boolean): Promise<void> {
    for await (const bytes of from as AsyncIterable<Buffer>) {
      while (this.isSilent) await setTimeout(TURN_MS);
      if (!isUpwards || this.bitsPerSecond === Infinity) to.write(bytes);
      else await this.trickle(bytes, to);
    }
    to.end();
  }

  private async trickle(bytes: Buffer, to: Socket): Promise<void> {
    const bytesPerMs = this.bitsPerSecond / 8_000;
    // The speed follows the clock, not the number of timer calls: on a busy machine timers are late, which would make
    // the line slower.
    const waitingSinceMs = performance.now();
    const step = Math.max(1, Math.round(bytesPerMs * TURN_MS));
    for (let at = 0; at < bytes.length; at += step) {
      const part = bytes.subarray(at, at + step);
      const startMs = Math.max(waitingSinceMs, this.busyUntilMs);
      this.busyUntilMs = startMs + part.length / bytesPerMs;
      await setTimeout(this.busyUntilMs - performance.now());
      to.write(part);
    }
  }

  private dropAll(): void {
    for (const socket of this.sockets) socket.destroy();
  }
}
