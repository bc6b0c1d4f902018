/**
 * `npm run bench:memory [-- --seconds 60]`: measures the memory of the real `earshot device` after a minute of
 * listening with every frame computed, and that of a `node` process that does nothing. The kernel counts both (smaps).
 * The device's second start is measured, because its first one fills the cache of compiled code. PSS divides shared
 * pages of a file among the processes that use it, so the table's heading says how many processes run `node`.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeWav } from '@earshot/shared/audio/wav-write.ts';
import { whiteNoise } from '@earshot/shared/testing/noise.ts';

const ENTRY = fileURLToPath(new URL('../../../cli/earshot.js', import.meta.url));
const RELEASE = fileURLToPath(new URL('../../release', import.meta.url));
/** Long enough for the start on a busy machine and the measurement. */
const SOUND_S = 900;

const { values: flags } = parseArgs({ options: { seconds: { type: 'string', default: '60' } } });

interface Memory {
  rss: number;
  pss: number;
  /**
   * Resident megabytes by the mapped file. `[heap]` stands for malloc's memory, an empty name for V8's heap and all
   * other memory.
   */
  byFile: Map<string, number>;
}

const megabytes = (kilobytes: string): number => (Number(kilobytes) * 1024) / 1e6;

function memoryOf({ pid = 0 }: ChildProcess): Memory {
  const byFile = new Map<string, number>();
  let [rss, pss, file] = [0, 0, ''];
  for (const line of readFileSync(`/proc/${pid}/smaps`, 'utf8').split('\n')) {
    const mapping = /^[0-9a-f]+-[0-9a-f]+ \S+ \S+ \S+ \S+\s*(.*)$/.exec(line);
    if (mapping) file = basename(mapping[1] ?? '');
    const [, what, kilobytes = ''] = /^(Rss|Pss):\s+(\d+)/.exec(line) ?? [];
    if (what === 'Pss') pss += megabytes(kilobytes);
    if (what !== 'Rss') continue;
    rss += megabytes(kilobytes);
    byFile.set(file, (byFile.get(file) ?? 0) + megabytes(kilobytes));
  }
  return { rss, pss, byFile };
}

/** Starts the daemon and resolves once it listens. */
async function startDevice(home: string, sound: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [ENTRY, 'device', '--release', RELEASE, '--listen', sound], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, EARSHOT_HOME: home, EARSHOT_ENERGY_GATE: 'off' },
  });
  const listens = Promise.withResolvers<void>();
  child.stdout.on('data', (part: Buffer) => part.includes('listening to') && listens.resolve());
  child.once('exit', () => listens.reject(new Error('the device ended before it listened')));
  await listens.promise;
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : Promise.resolve();
  child.kill('SIGTERM');
  await ended;
}

function nodesRunning(): number {
  const programs = readdirSync('/proc').map((pid) => {
    try {
      return basename(readlinkSync(`/proc/${pid}/exe`));
    } catch {
      return '';
    }
  });
  return programs.filter((name) => name === 'node').length;
}

const home = mkdtempSync(join(tmpdir(), 'earshot-memory-'));
const sound = join(home, 'sound.wav');
writeFileSync(sound, writeWav(whiteNoise(16_000 * SOUND_S, 0.006, 1)));
try {
  // The first start fills the cache of compiled code.
  await end(await startDevice(home, sound));
  const idle = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1e6)'], { stdio: 'ignore' });
  const device = await startDevice(home, sound);
  await setTimeout(Number(flags.seconds) * 1000);
  const nodes = nodesRunning();
  const [ours, theirs] = [memoryOf(device), memoryOf(idle)];
  await Promise.all([end(device), end(idle)]);
  const row = (what: string, of: (memory: Memory) => number) =>
    `| ${what} | ${of(ours).toFixed(1)} | ${of(theirs).toFixed(1)} |\n`;
  const part = (name: string) => (memory: Memory) => memory.byFile.get(name) ?? 0;
  process.stdout.write(
    [
      `| MB, with ${nodes} processes of node on this machine | device | idle node |\n| --- | --- | --- |\n`,
      row('RSS', ({ rss }) => rss),
      row('PSS', ({ pss }) => pss),
      row('pages of the `node` file', part('node')),
      row('pages of ONNX Runtime', part('libonnxruntime.so.1')),
      row("the C library's heap", part('[heap]')),
      row("V8's heap and other memory without a file", part('')),
    ].join(''),
  );
} finally {
  rmSync(home, { recursive: true, force: true });
}
