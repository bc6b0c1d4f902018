/**
 * `npm run bench:asleep`: the CPU cost of a second of sound that the energy gate keeps from the network, as a share of
 * the cost of a second with every frame computed. Measures user and system time of this process, alternately on the
 * same quiet noise; other work on the machine hardly changes the ratio.
 */
import { fileURLToPath } from 'node:url';
import { Network } from '@earshot/device/network/network.ts';
import { loadRelease } from '@earshot/device/releases/release.ts';
import { whiteNoise } from '@earshot/shared/testing/noise.ts';
import { bytesOf, Path } from './path.ts';

const MINUTE_S = 60;
const ROUNDS = 5;
/** A single minute asleep costs too little CPU time for the kernel's clock to measure. */
const ASLEEP_MINUTES = 10;

const network = await Network.load(await loadRelease(fileURLToPath(new URL('../../release', import.meta.url))));
const minute = bytesOf(whiteNoise(16_000 * MINUTE_S, 0.001, 1));
const [gated, open] = [new Path(network, true), new Path(network, false)];

/** CPU milliseconds per second of sound. */
async function cost(path: Path, minutes: number): Promise<number> {
  let ms = 0;
  for (let n = 0; n < minutes; n++) ms += await path.hear(minute);
  return ms / (minutes * MINUTE_S);
}

// Not measured: in this first run V8 compiles the code, and the gate begins to skip quiet frames.
await cost(gated, ASLEEP_MINUTES);
await cost(open, 2);
const ratios: number[] = [];
for (let round = 0; round < ROUNDS; round++) ratios.push((await cost(gated, ASLEEP_MINUTES)) / (await cost(open, 1)));
ratios.sort((a, b) => a - b);
process.stdout.write(
  `asleep ${(100 * gated.sleptRatio).toFixed(1)} % of the time; a second asleep costs ${ratios[ROUNDS >> 1]!.toFixed(3)} (${ratios[0]!.toFixed(3)} to ${ratios.at(-1)!.toFixed(3)}) of a second with every frame computed\n`,
);
await network.close();
