import { Network } from '@earshot/device/network/network.ts';
import { loadRelease } from '@earshot/device/releases/release.ts';
import type { Level } from '@earshot/shared/labels.ts';
import { CloudVerification } from '../play/cloud-verification.ts';
import type { PlayedAlert } from '../play/played.ts';
import { SessionPlayer } from '../play/session-player.ts';
import type { Verification } from '../play/verification.ts';
import { RATE } from './tone.ts';

/** Whether a candidate becomes an alert. Without a verifier every candidate does. */
export const isAlerted = ({ verifier }: PlayedAlert): boolean => verifier === null || verifier.confirmed;

export interface Cut {
  /** Number of samples that the detector receives at once; at most a second, as in replay. */
  block: number;
  gate: boolean;
}

const WHOLE_SECONDS: Cut = { block: RATE, gate: false };

/** A loaded release that plays samples through the device's own detector and the cloud's own verifier. */
export class ProvingBench {
  /** The detector decides once in each block of this many samples. */
  readonly stepSamples: number;
  private readonly network: Network;
  private readonly verification: Verification | null;
  private readonly level: Level;

  private constructor(network: Network, verification: Verification | null, level: Level) {
    this.network = network;
    this.verification = verification;
    this.level = level;
    this.stepSamples = network.openStream().framesPerCall * network.manifest.frontEnd.hopSize;
  }

  static async open(releaseDir: string, stage: 'device' | 'both', level: Level): Promise<ProvingBench> {
    const release = await loadRelease(releaseDir);
    const verification = stage === 'both' ? await CloudVerification.open(release) : null;
    return new ProvingBench(await Network.load(release), verification, level);
  }

  /** Returns the device's candidates in a stream, each with the verifier's verdict. */
  async candidatesOf(samples: Float32Array, { block, gate }: Cut = WHOLE_SECONDS): Promise<PlayedAlert[]> {
    const { network, level, verification } = this;
    const player = new SessionPlayer({ network, level, gate, verification });
    const { alerts } = await player.play(0, [
      {
        describe: () => ({ file: 'proving', annotations: [], leftOut: [], slices: {}, doubted: [] }),
        isEnteredAnywhere: async () => true,
        async *samples() {
          for (let from = 0; from < samples.length; from += block) yield samples.subarray(from, from + block);
        },
      },
    ]);
    return alerts;
  }

  async close(): Promise<void> {
    await this.network.close();
    await this.verification?.close();
  }
}
