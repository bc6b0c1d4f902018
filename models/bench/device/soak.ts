/**
 * Plays 24 hours of a house day through the daemon's own path at full speed, under the flags that the daemon starts
 * itself with (cli/lean-start.js). Prints RSS and open handles hour by hour. Compares the candidates with those of
 * replay's detector on the same samples, and with those found when the energy gate never closes.
 *
 * EARSHOT_CORPUS=corpus [EARSHOT_YAMNET=yamnet.tflite] npm run soak:device [-- --hours 24] [--sampled]
 *
 * The day has an alarm or a broken window in every hour, and is rendered to .cache/bench the first time. `--sampled`:
 * five minutes of every hour of the day, repeated; only their first play is also run with every frame computed. The
 * exit status is 1 when memory grew by more than 10 MB after the first hour, a handle was left open, a candidate
 * differs from replay's, the gate missed an event, or (with YAMNet) the day with the gate took more CPU than its limit.
 */
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { Detector } from '@earshot/device/detect/detector.ts';
import { listenToAll } from '@earshot/device/detect/detector-settings.ts';
import type { Detection } from '@earshot/device/detect/detection.ts';
import { Network } from '@earshot/device/network/network.ts';
import { loadRelease } from '@earshot/device/releases/release.ts';
import { renderedDay } from './rendered-day.ts';
import { accountOf } from './missed.ts';
import { Path } from './path.ts';
import { Yamnet } from './yamnet.ts';

const MOST_GROWTH_MB = 10;
const MOST_OF_YAMNET = 0.15;
const { values: flags } = parseArgs({
  options: {
    hours: { type: 'string', default: '24' },
    sampled: { type: 'boolean', default: false },
    release: { type: 'string', default: fileURLToPath(new URL('../../release', import.meta.url)) },
  },
});
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const day = await renderedDay(process.env.EARSHOT_CORPUS, !flags.sampled, new AbortController().signal);
const network = await Network.load(await loadRelease(flags.release));
const live = new Path(network, true);
const open = new Path(network, false);
const yamnet = process.env.EARSHOT_YAMNET ? await Yamnet.open(process.env.EARSHOT_YAMNET) : null;
const replayed: { label: string; atS: number }[] = [];
const detector = new Detector(network, { settings: listenToAll(network.labels, 'medium', true) });
const keep = (detections: readonly Detection[]) => {
  for (const detection of detections) {
    if (detection.type === 'candidate') replayed.push({ label: detection.label, atS: detection.startSample / 16_000 });
  }
};

const rssMb: number[] = [];
let handles = 0;
let [seconds, hour, gatedMs, openMs, openSeconds] = [0, 0, 0, 0, 0];
const yamnetMs: number[] = [];
const hours = Number(flags.hours);
for (const { bytes, isFirst } of day.pieces(hours)) {
  gatedMs += await live.hear(bytes);
  if (isFirst) {
    openMs += await open.hear(bytes);
    openSeconds += bytes.length / 32_000;
  }
  // Replay gets the same 16-bit samples, as if it read them from a file.
  keep(
    await detector.push(
      Float32Array.from(new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2), (x) => x / 32_768),
    ),
  );
  seconds += bytes.length / 32_000;
  // The daemon collects garbage in the same way: see device/health/tidy-memory.ts.
  if (seconds % 30 === 0) globalThis.gc?.({ type: 'minor' });
  if (seconds < (hour + 1) * 3_600) continue;
  hour++;
  globalThis.gc?.();
  rssMb.push(process.memoryUsage.rss() / 1e6);
  if (yamnet) yamnetMs.push(await yamnet.round());
  if (hour === 1) handles = process.getActiveResourcesInfo().length;
  say(
    `hour ${String(hour).padStart(2)}: ${rssMb.at(-1)!.toFixed(1)} MB, ${process.getActiveResourcesInfo().length} handles, ${live.candidates.length} candidates`,
  );
}
const growth = Math.max(...rssMb.slice(1), rssMb[0]!) - rssMb[0]!;
const same = JSON.stringify(live.candidates) === JSON.stringify(replayed);
const leaked = process.getActiveResourcesInfo().length - handles;
say(
  `memory grew by ${growth.toFixed(1)} MB after the first hour (at most ${MOST_GROWTH_MB}); ${leaked} more handles; candidates ${same ? 'the same as replay' : 'DIFFER from replay'}: ${live.candidates.length} and ${replayed.length}`,
);
const heard = day.events.filter(({ endS }) => endS < Math.min(day.seconds, hours * 3_600));
const { found, missed } = accountOf(heard, open, live);
say(
  `the gate: of ${heard.length} events ${found.length} are found with every frame computed, ${missed.length} of those are missed with the gate; the network slept ${(100 * live.sleptRatio).toFixed(0)} % of the time`,
);
for (const { label, startS } of missed) say(`  missed ${label} at ${startS.toFixed(0)} s`);
say(
  `CPU per second of sound: ${(gatedMs / seconds).toFixed(3)} ms with the gate, ${(openMs / openSeconds).toFixed(3)} ms without`,
);
const theirs = [...yamnetMs].sort((a, b) => a - b)[yamnetMs.length >> 1] ?? null;
const ratio = theirs === null ? null : gatedMs / seconds / theirs;
if (ratio !== null)
  say(`CPU with the gate: ${ratio.toFixed(3)} of YAMNet's ${theirs!.toFixed(3)} ms (at most ${MOST_OF_YAMNET})`);
yamnet?.close();
await network.close();
const failures = [growth > MOST_GROWTH_MB, leaked > 0, !same, missed.length > 0, (ratio ?? 0) > MOST_OF_YAMNET];
process.exitCode = failures.includes(true) ? 1 : 0;
