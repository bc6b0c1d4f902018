/**
 * A day in one sitting: 24 hours of a house day through the daemon's own path at full speed. Says RSS and open handles hour by
 * hour and compares the candidates with replay's detector on the same samples.
 *
 *   EARSHOT_CORPUS=corpus npm run soak:device [-- --hours 24]
 *
 * Ends with 1 when memory grew by more than 10 MB after the first hour, a handle was left open, or a candidate differs.
 */
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { Detector } from '@earshot/device/detect/detector.ts';
import { listenToAll } from '@earshot/device/detect/detector-settings.ts';
import type { Detection } from '@earshot/device/detect/detection.ts';
import { Network } from '@earshot/device/detect/network.ts';
import { loadRelease } from '@earshot/device/detect/release.ts';
import { bytesOf, Path } from './path.ts';
import { dayAtHome } from './sounds.ts';

const MOST_GROWTH_MB = 10;
const { values: flags } = parseArgs({
  options: {
    hours: { type: 'string', default: '24' },
    release: { type: 'string', default: fileURLToPath(new URL('../../release', import.meta.url)) },
  },
});
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const network = await Network.load(await loadRelease(flags.release));
const live = new Path(network, true);
const replayed: { label: string; atS: number }[] = [];
const detector = new Detector(network, { settings: listenToAll(network.labels, 'medium', true) });
const keep = (detections: readonly Detection[]) => {
  for (const detection of detections) {
    if (detection.type === 'candidate') replayed.push({ label: detection.label, atS: detection.startSample / 16_000 });
  }
};

const rssMb: number[] = [];
let handles = 0;
let [seconds, hour] = [0, 0];
for await (const { samples } of dayAtHome(process.env.EARSHOT_CORPUS, true, new AbortController().signal)) {
  const bytes = bytesOf(samples);
  await live.hear(bytes);
  // Replay gets the same 16 bits, as if it read them from a file.
  keep(await detector.push(Float32Array.from(new Int16Array(bytes.buffer), (x) => x / 32_768)));
  seconds += samples.length / 16_000;
  if (seconds < (hour + 1) * 3_600) continue;
  hour++;
  globalThis.gc?.();
  rssMb.push(process.memoryUsage.rss() / 1e6);
  if (hour === 1) handles = process.getActiveResourcesInfo().length;
  say(
    `hour ${String(hour).padStart(2)}: ${rssMb.at(-1)!.toFixed(1)} MB, ${process.getActiveResourcesInfo().length} handles, ${live.candidates.length} candidates`,
  );
  if (hour >= Number(flags.hours)) break;
}
const growth = Math.max(...rssMb.slice(1), rssMb[0]!) - rssMb[0]!;
const same = JSON.stringify(live.candidates) === JSON.stringify(replayed);
const leaked = process.getActiveResourcesInfo().length - handles;
say(
  `grew by ${growth.toFixed(1)} MB after the first hour (at most ${MOST_GROWTH_MB}); ${leaked} handles more; candidates ${same ? 'the same as replay' : 'DIFFER from replay'}: ${live.candidates.length} and ${replayed.length}`,
);
await network.close();
process.exitCode = growth > MOST_GROWTH_MB || leaked > 0 || !same ? 1 : 0;
