/** The third stage of a training: trains the verifier on the candidates that the new device network reports. */
import { join } from 'node:path';
import { loadRelease, type LoadOptions } from '@earshot/device/releases/release.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { trainVerifier } from './verifier/train.ts';
import type { TrainedVerifier } from './verifier/trainer.ts';
import { hasFront, verifierWeightsOf } from './verifier/weights.ts';
import { initBackend } from './backend/init-backend.ts';
import { ProgressBar } from './progress-bar.ts';
import { publish } from './publishing/publish.ts';
import { signingKey } from './publishing/signing.ts';
import { corpusOf, openChecked, type RunOptions } from './run-options.ts';
import { WorkFolder } from './work-folder.ts';

/**
 * Trains the verifier on the candidates of the trunk and heads of `release`. `startFrom`: the weights with which the
 * training begins; null: random ones. `load` decides which signatures of this release are trusted.
 */
async function fitVerifier(
  options: RunOptions,
  release: string,
  startFrom: TrainedVerifier | null,
  load?: LoadOptions,
): Promise<void> {
  const { seed, signal, labels } = options;
  const work = new WorkFolder(options.work);
  const bars = new Map<string, ProgressBar>();
  await trainVerifier({
    recipe: options.recipe.verifier,
    ...(startFrom === null ? {} : { startFrom }),
    ...(labels === undefined ? {} : { labels }),
    seed,
    ...(options.teacher === undefined ? {} : { teacher: options.teacher }),
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

/** Trains the verifier of a release further and keeps its trunk and heads. */
export async function fitVerifierAlone(options: RunOptions & { from: string }): Promise<void> {
  const { say, signal } = options;
  const work = new WorkFolder(options.work);
  await work.make();
  const from = await work.keepRelease(options.from);
  const start = await weightsOf(from);
  if (start === null)
    throw new EarshotError(
      'USAGE',
      `The verifier in ${options.from} is of an older kind, which cannot be trained further. Train a new one: npx earshot train --corpus DIR --from RELEASE.`,
    );
  say(`TensorFlow.js backend: ${(await initBackend(say, signal)).words}`);
  const { maker } = await openChecked(options, await corpusOf(options));
  maker.close();
  await fitVerifier(options, from, start);
}

/**
 * Trains the verifier on the candidates of the device network that this run has trained. `standIn` is a release whose
 * verifier is a placeholder until the new one is trained.
 */
export async function fitVerifierOfRun(options: RunOptions, standIn: string): Promise<void> {
  const work = new WorkFolder(options.work);
  const provisional = join(work.path, 'device-only');
  const key = await signingKey();
  await publish(work, provisional, { verifierFrom: standIn, now: new Date(), keys: [key] });
  const start = options.from === undefined ? null : await weightsOf(options.from);
  await fitVerifier(options, provisional, start, { trustedKeys: [{ ...key, owner: 'this run' }] });
}

/**
 * Returns null when the release's verifier is so old that it has no convolutional front. A new front is then trained.
 */
async function weightsOf(folder: string): Promise<TrainedVerifier | null> {
  const release = await loadRelease(folder);
  const onnx = await release.read(release.manifest.verifier);
  return hasFront(onnx) ? verifierWeightsOf(onnx) : null;
}
