import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadRelease } from '@earshot/device/releases/release.ts';
import { makeOutputFolder } from '@earshot/shared/output-folder.ts';
import { openSceneMaker } from '../scenes/scene-maker.ts';
import { ProgressBar } from '../training/progress-bar.ts';
import { buildBank, FULL_BANK } from './build-bank.ts';
import { TrunkReader } from './trunk-reader.ts';

interface BankOptions {
  corpus: string;
  release: string;
  out: string;
  signal: AbortSignal;
}

/** `earshot teach-bank`: makes the bank of a release. Run it again for every release with a new trunk. */
export async function makeBank({ corpus, release, out, signal }: BankOptions): Promise<string> {
  const cache = join(process.env.EARSHOT_CACHE ?? join(homedir(), '.cache', 'earshot'), 'corpus');
  await makeOutputFolder('--out', out);
  const trunk = await TrunkReader.open(await loadRelease(release));
  const maker = await openSceneMaker({ corpus: resolve(corpus), cache, part: 'all', seed: 1, signal });
  try {
    const bar = new ProgressBar('making the bank');
    const onProgress = (done: number, total: number): void => bar.show(done, total, 'hours');
    const { groups } = await buildBank({ maker, trunk, size: FULL_BANK, signal, onProgress }, out);
    const rows = groups.map(
      ({ name, use, windows, perDay }) =>
        `group ${name}, used to ${use}: ${windows} windows, which stand for ${perDay.toFixed(1)} windows a day in a home`,
    );
    return [out, ...rows].join('\n');
  } finally {
    maker.close();
    await trunk.close();
  }
}
