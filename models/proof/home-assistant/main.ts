import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { TestClient } from '@earshot/cloud/testing/test-client.ts';
import { until } from '@earshot/cloud/testing/until.ts';
import { startMosquitto } from '@earshot/shared/testing/servers.ts';
import { yamlAfter } from './guide.ts';

/**
 * `EARSHOT_HA_PYTHON=$(.ci/install-home-assistant.sh) npm run proof:home-assistant`: runs Home Assistant itself with
 * the automation of docs/home-assistant.md, a real Mosquitto, and `npm start` with its demo. Checks that Home Assistant
 * creates the entities, that the smoke alarm switches its sensor on and off, and that the automation runs exactly once.
 */
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const SCRIPT = fileURLToPath(new URL('run_home_assistant.py', import.meta.url));
const SENSOR = 'binary_sensor.earshot_home_smoke_alarm';
const WITHIN_MS = 600_000;

interface Line {
  started?: string;
  entity?: string;
  state?: string;
  automation?: string;
  action?: string;
}

const python = process.env.EARSHOT_HA_PYTHON;
if (!python) {
  process.stdout.write(
    'SKIPPED: nothing was tested. Set EARSHOT_HA_PYTHON to a Python that has Home Assistant (.ci/install-home-assistant.sh prints its path).\n',
  );
  process.exit(0);
}

const folder = await mkdtemp(join(tmpdir(), 'earshot-home-assistant-'));
const automations = join(folder, 'automations.yaml');
await writeFile(
  automations,
  yamlAfter(await readFile(join(ROOT, 'docs', 'home-assistant.md'), 'utf8'), '## An automation'),
);
const broker = await startMosquitto();

const assistant = spawn(python, [SCRIPT, String(broker.port), automations], { stdio: ['pipe', 'pipe', 'inherit'] });
const lines: Line[] = [];
createInterface(assistant.stdout).on('line', (text) => lines.push(JSON.parse(text) as Line));
const states = (entity: string) => lines.flatMap((line) => (line.entity === entity ? [line.state] : []));

const earshot = spawn(
  process.execPath,
  ['cli/earshot.js', 'start', '--json', '--port', '0', '--listen', 'test-audio/demo.wav'],
  { cwd: ROOT, env: { ...process.env, EARSHOT_HOME: join(folder, 'home') }, stdio: ['ignore', 'pipe', 'inherit'] },
);
const events: { type?: string; url?: string; pairingCode?: string }[] = [];
createInterface(earshot.stdout).on('line', (text) => events.push(JSON.parse(text) as { type?: string }));

try {
  await until('Home Assistant has started', () => lines.some(({ started }) => started), WITHIN_MS);
  await until('Earshot has started', () => events.some(({ type }) => type === 'started'), WITHIN_MS);
  const { url = '', pairingCode = '' } = events.find(({ type }) => type === 'started') ?? {};
  const phone = await TestClient.pair(url, pairingCode, 'member', 'Ann');
  await phone.call('POST', '/v1/channels', { kind: 'mqtt', url: broker.url, topic: 'earshot/home' });
  await until('Home Assistant has the sensor', () => states(SENSOR).includes('off'), WITHIN_MS);
  await until('the smoke alarm is verified', () => states(SENSOR).includes('on'), WITHIN_MS);
  await until('the smoke alarm is over', () => states(SENSOR).at(-1) === 'off', WITHIN_MS);

  const runs = lines.filter(({ automation }) => automation).length;
  const actions = lines.flatMap(({ action }) => action ?? []);
  const entities = new Set(lines.flatMap(({ entity }) => (entity?.includes('earshot') ? [entity] : [])));
  const version = lines.find(({ started }) => started)?.started;
  process.stdout.write(
    `Home Assistant ${version}: ${entities.size} entities; ${SENSOR}: ${states(SENSOR).join(', ')}; the automation ran ${runs} times and called ${actions.join(', ')}\n`,
  );
  const isRight = runs === 1 && actions.join() === 'light.turn_on,notify.notify';
  process.stdout.write(`proof:home-assistant: ${isRight ? 'passed' : 'FAILED'}\n`);
  process.exitCode = isRight ? 0 : 1;
} finally {
  const ended = [assistant, earshot].filter(({ exitCode }) => exitCode === null).map((child) => once(child, 'exit'));
  assistant.stdin.end();
  earshot.kill('SIGTERM');
  await Promise.all(ended);
  await broker.stop();
  await rm(folder, { recursive: true, force: true });
}
