import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connects } from './connects.ts';
import { program } from './installed.ts';
import { freePort, launch, type Server } from './supervised.ts';

const run = promisify(execFile);

export interface MqttServer extends Server {
  /** mqtt://127.0.0.1:PORT, without credentials. */
  url: string;
}

/**
 * Mosquitto. With `users` it refuses everybody else. It may lose queued messages on SIGKILL, so tests must not expect
 * durability.
 */
export async function startMosquitto(
  options: { port?: number; users?: Record<string, string> } = {},
): Promise<MqttServer> {
  const port = options.port ?? (await freePort());
  const dir = await mkdtemp(join(tmpdir(), 'earshot-mosquitto-'));
  const users = Object.entries(options.users ?? {});
  const conf = join(dir, 'mosquitto.conf');
  const passwords = join(dir, 'passwords');
  const lines = [
    `listener ${port} 127.0.0.1`,
    `allow_anonymous ${users.length === 0}`,
    // Without this line Mosquitto, when root starts it, becomes a user that cannot read this folder.
    ...(process.getuid?.() === 0 ? ['user root'] : []),
    ...(users.length > 0 ? [`password_file ${passwords}`] : []),
  ];
  await writeFile(conf, `${lines.join('\n')}\n`);
  await writeFile(passwords, '', { mode: 0o600 });
  for (const [name, password] of users) await run(program('bin/mosquitto_passwd'), ['-b', passwords, name, password]);
  const stop = await launch({
    name: 'Mosquitto',
    dir,
    command: [program('bin/mosquitto'), '-c', conf],
    ready: () => connects(port),
  });
  return { port, url: `mqtt://127.0.0.1:${port}`, stop };
}
