import { readWav } from '@earshot/shared/audio/wav-read.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { LogMel } from '@earshot/shared/features/log-mel.ts';
import type { Network } from '../network/network.ts';
import type { Release } from './release.ts';

/**
 * Checks that the release's golden sounds, which come with their scores, give these scores on this machine. This
 * detects a processor or a build of ONNX Runtime that computes differently, and a file that decodes differently.
 */
export async function checkGolden(release: Release, network: Network): Promise<void> {
  for (const golden of release.manifest.golden) {
    const scores = await highestScores(network, readWav(await release.read(golden)).channels[0]!);
    for (const [label, expected] of Object.entries(golden.heads)) {
      const actual = scores.get(label);
      if (actual === undefined || !(Math.abs(actual - expected) <= golden.tolerance)) {
        throw new EarshotError(
          'RELEASE_GOLDEN',
          `${release.manifest.version}: ${label} scores ${actual?.toFixed(4) ?? 'nothing'} on ${golden.file}, ${expected.toFixed(4)} was expected.`,
        );
      }
    }
  }
}

/**
 * The highest score of each head on a sound, from a fresh state. The expected scores cover only the frames that fill
 * whole calls of the release's trunk. This machine may compute several such calls at once, so the steps after the last
 * whole call are ignored.
 */
async function highestScores(network: Network, samples: Float32Array): Promise<Map<string, number>> {
  const { frontEnd, trunk } = network.manifest;
  const stream = network.openStream();
  const frames: Float32Array[] = [];
  new LogMel(frontEnd).push(samples, (mel) => frames.push(mel.slice()));
  let stepsLeft = (Math.floor(frames.length / trunk.framesPerCall) * trunk.framesPerCall) / trunk.framesPerStep;
  const highest = new Map<string, number>();
  for (let from = 0; stepsLeft > 0; from += stream.framesPerCall) {
    stream.features.fill(0);
    frames
      .slice(from, from + stream.framesPerCall)
      .forEach((mel, i) => stream.features.set(mel, i * frontEnd.melBands));
    const scores = await stream.run();
    for (let step = 0; step < Math.min(stepsLeft, stream.stepsPerCall); step++) {
      network.labels.forEach((label, head) => {
        highest.set(label, Math.max(highest.get(label) ?? 0, scores[step * network.labels.length + head]!));
      });
    }
    stepsLeft -= stream.stepsPerCall;
  }
  return highest;
}
