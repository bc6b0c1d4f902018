import { readWav } from '@earshot/shared/audio/wav-read.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { LogMel } from '@earshot/shared/features/log-mel.ts';
import type { Network } from '../detect/network.ts';
import type { Release } from '../detect/release.ts';

/**
 * A release is trusted on this machine once its golden sounds give its golden scores here: another processor, another build of
 * ONNX Runtime or a file that decodes differently would show.
 */
export async function checkGolden(release: Release, network: Network): Promise<void> {
  for (const golden of release.manifest.golden) {
    const scores = await highestScores(network, readWav(await release.read(golden)).channels[0]!);
    for (const [label, expected] of Object.entries(golden.heads)) {
      const actual = scores.get(label);
      if (actual === undefined || !(Math.abs(actual - expected) <= golden.tolerance)) {
        throw new EarshotError(
          'RELEASE_GOLDEN',
          `${release.manifest.version}: ${label} scores ${actual?.toFixed(4) ?? 'nothing'} on ${golden.file}, ${expected.toFixed(4)} was promised.`,
        );
      }
    }
  }
}

/** The highest score of each head over a sound, heard from a fresh state. */
async function highestScores(network: Network, samples: Float32Array): Promise<Map<string, number>> {
  const stream = network.openStream();
  const { melBands } = network.manifest.frontEnd;
  const calls: Float32Array[] = [];
  let frames = 0;
  new LogMel(network.manifest.frontEnd).push(samples, (mel) => {
    const call = Math.floor(frames / stream.framesPerCall);
    (calls[call] ??= new Float32Array(stream.features.length)).set(mel, (frames % stream.framesPerCall) * melBands);
    frames++;
  });
  const highest = new Map<string, number>();
  for (const features of calls.slice(0, Math.floor(frames / stream.framesPerCall))) {
    stream.features.set(features);
    const scores = await stream.run();
    network.labels.forEach((label, head) => {
      for (let at = head; at < scores.length; at += network.labels.length) {
        highest.set(label, Math.max(highest.get(label) ?? 0, scores[at]!));
      }
    });
  }
  return highest;
}
