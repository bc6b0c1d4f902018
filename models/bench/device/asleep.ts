/**
 * `npm run bench:asleep`: measures how much less CPU a second of sound costs when the energy gate keeps it from the
 * network. Prints the cost as a share of the cost with every frame computed. Both are measured in turns on the same
 * quiet noise, as user and system time of this process, so other work on the machine hardly changes the ratio.
 */
import { fileURLToPath } from 'node:url';
import { Network } from '@earshot/device/network/network.ts';
import { loadRelease } from '@earshot/device/releases/release.ts';
import { whiteNoise } from '@earshot/shared/testing/noise.ts';
import { bytesOf, Path } from './path.ts';

const MINUTE_S = 60;
const ROUNDS = 5;
/** A single minute with the network asleep takes too little CPU time for the kernel's clock to measure. */
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

// These first runs are not measured: in them V8 compiles the code, and the gate does not skip quiet frames yet.
await cost(gated, ASLEEP_MINUTES);
await cost(open, 2);
const ratios: number[] = [];
for (let round = 0; round < ROUNDS; round++) ratios.push((await cost(gated, ASLEEP_MINUTES)) / (await cost(open, 1)));
ratios.sort((a, b) => a - b);
process.stdout.write(
  `the network slept ${(100 * gated.sleptRatio).toFixed(1)} % of the time; a second asleep takes ${ratios[ROUNDS >> 1]!.toFixed(3)} (${ratios[0]!.toFixed(3)} to ${ratios.at(-1)!.toFixed(3)}) times the CPU of a second with every frame computed\n`,
);
await network.close();
