import { NEAR_MISSES, nearMiss } from '../../synthesis/near-miss.ts';
import { Random } from '../../synthesis/random.ts';
import { BankWriter, meansOf } from '../sound-bank.ts';
import type { TrunkReader } from '../trunk-reader.ts';

/** Writes a bank of a hundred synthesised appliances, for tests. This takes seconds and works with any trunk. */
export async function writeSmallBank(trunk: TrunkReader, dir: string): Promise<void> {
  const writer = new BankWriter();
  for (const use of ['learn', 'measure'] as const) {
    const windows: Float32Array[] = [];
    for (let n = 0; n < 50; n++) {
      const random = new Random(`small bank/${use}/${n}`);
      const samples = Float32Array.from({ length: 6 * 16_000 }, () => random.normal(0, 0.001));
      const sound = nearMiss(random, NEAR_MISSES[n % NEAR_MISSES.length] as string, 4).samples;
      sound.forEach((x, i) => {
        if (16_000 + i < samples.length) samples[16_000 + i] = (samples[16_000 + i] as number) + 0.5 * x;
      });
      const means = meansOf(await trunk.embeddingsOf(samples), trunk.width, { from: 25, steps: 10, count: 11 });
      windows.push(means as Float32Array);
    }
    writer.add({ name: 'near misses', use, vectorsPerWindow: 11, perDay: use === 'measure' ? 5 : 0 }, windows);
  }
  await writer.write(dir, { trunkSha256: trunk.sha256, width: trunk.width, stepsPerVector: 10 });
}
