/** The third stage: the verifier, on what the device stage lets through. */
import { join } from 'node:path';
import { loadRelease, type LoadOptions } from '@earshot/device/detect/release.ts';
import { trainVerifier } from '../verifier/train-verifier.ts';
import type { TrainedVerifier } from '../verifier/verifier-trainer.ts';
import { verifierWeightsOf } from '../verifier/verifier-weights.ts';
import { ProgressBar } from './progress-bar.ts';
import { publish } from './publish.ts';
import { signingKey } from './release/signing.ts';
import { corpusOf, type RunOptions } from './run-options.ts';
import { WorkFolder } from './work-folder.ts';

/** Asks the device half of `release`; `load`: how it is to be trusted. */
export async function fitVerifier(options: RunOptions, release: string, load?: LoadOptions): Promise<void> {
  const { seed, signal } = options;
  const work = new WorkFolder(options.work);
  const bars = new Map<string, ProgressBar>();
  await trainVerifier({
    recipe: options.recipe.verifier,
    ...(options.from === undefined ? {} : { startFrom: await verifierOf(options.from) }),
    seed,
    ...(await corpusOf(options)),
    release,
    ...(load === undefined ? {} : { load }),
    folder: work.verifier,
    signal,
    onProgress: (stage, done, total, loss) => {
      const bar = bars.get(stage) ?? new ProgressBar(`verifier: ${stage}`);
      bars.set(stage, bar);
      bar.show(done, total, loss === undefined ? '' : `loss ${loss.toFixed(4)}`);
    },
  });
}

/** What the run's own device stage lets through. `standIn`: a release whose verifier fills the place until this one is trained. */
export async function fitVerifierOfRun(options: RunOptions, standIn: string): Promise<void> {
  const work = new WorkFolder(options.work);
  const provisional = join(work.path, 'device-only');
  const key = await signingKey();
  await publish(work, provisional, { verifierFrom: standIn, now: new Date(), keys: [key] });
  await fitVerifier(options, provisional, { trustedKeys: [{ ...key, owner: 'this run' }] });
}

async function verifierOf(folder: string): Promise<TrainedVerifier> {
  const release = await loadRelease(folder);
  return verifierWeightsOf(await release.read(release.manifest.verifier));
}
