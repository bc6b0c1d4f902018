import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@earshot/shared/clock.ts';
import { writeWav } from '@earshot/shared/audio/wav-write.ts';

const ENTRY = fileURLToPath(new URL('../../../cli/earshot.js', import.meta.url));
const WARM_UP_MS = 12_000;

export interface DaemonCost {
  cpuPercent: number;
  rssMb: number;
}

/**
 * Runs the real daemon in real time on the given number of sources at once. Measures CPU and memory as the kernel
 * counts them.
 */
export async function daemonCost(
  releaseDir: string,
  sound: Float32Array,
  sources: number,
  gate: boolean,
  seconds: number,
): Promise<DaemonCost> {
  const home = mkdtempSync(join(tmpdir(), 'earshot-bench-'));
  const path = join(home, 'sound.wav');
  writeFileSync(path, writeWav(sound));
  const listens = Array.from({ length: sources }, () => ['--listen', path]).flat();
  const child = spawn(process.execPath, [ENTRY, 'device', '--release', releaseDir, ...listens], {
    stdio: 'ignore',
    env: { ...process.env, EARSHOT_HOME: home, EARSHOT_ENERGY_GATE: gate ? 'on' : 'off' },
  });
  try {
    await systemClock.sleep(WARM_UP_MS);
    const before = ticks(child.pid!);
    await systemClock.sleep(seconds * 1000);
    // The kernel counts CPU time in hundredths of a second.
    return { cpuPercent: (ticks(child.pid!) - before) / seconds, rssMb: rssMb(child.pid!) };
  } finally {
    child.kill('SIGTERM');
    await new Promise((gone) => child.once('close', gone));
    rmSync(home, { recursive: true });
  }
}

function ticks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

function rssMb(pid: number): number {
  return (Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096) / 1e6;
}
