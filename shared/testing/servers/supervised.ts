import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';

const SUPERVISOR = fileURLToPath(new URL('./supervise.sh', import.meta.url));
/** The longest time until a server is ready. A JVM on a busy two-core machine needs a quarter of it. */
const READY_WITHIN_MS = 60_000;
const LOG_TAIL_CHARS = 4000;

export interface Server {
  port: number;
  /** Asks the server to stop, unlike a power cut, then removes its folder. May be called twice. */
  stop(): Promise<void>;
}

interface Launch {
  name: string;
  command: string[];
  /** The signal that asks this server to stop; TERM by default. */
  stopSignal?: string;
  /** The folder that is removed when the server stops; '-' when the caller keeps it. */
  dir: string;
  env?: NodeJS.ProcessEnv;
  /** Resolves when the server answers; rejects while it does not. */
  ready(): Promise<unknown>;
}

/** A port on which no program listens. If another process takes it first, the server fails and says so. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** Starts a server under the supervisor and waits until it answers. */
export async function launch(options: Launch): Promise<() => Promise<void>> {
  const child = spawn('/bin/sh', [SUPERVISOR, options.stopSignal ?? 'TERM', options.dir, ...options.command], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-LOG_TAIL_CHARS);
    });
  let ended = false;
  const exited = once(child, 'exit').then(([code]) => {
    ended = true;
    return code as number;
  });
  const stop = async () => {
    child.stdin.destroy();
    await exited;
    // The watcher's `cat` may still hold these pipes open; without this line they would keep a finished test running.
    child.stdout.destroy();
    child.stderr.destroy();
  };

  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    if (ended) throw new Error(`${options.name} stopped with code ${await exited} before it answered:\n${log}`);
    try {
      await options.ready();
      return stop;
    } catch (cause) {
      if (Date.now() > deadline) {
        await stop();
        throw new Error(`${options.name} did not answer within ${READY_WITHIN_MS / 1000} s:\n${log}`, { cause });
      }
      await sleep(50);
    }
  }
}
