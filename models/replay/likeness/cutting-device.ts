import type { CandidateDetection } from '@earshot/device/detect/detection.ts';
import { Detector } from '@earshot/device/detect/detector.ts';
import { listenToAll } from '@earshot/device/detect/detector-settings.ts';
import { clipWindow, makeClip } from '@earshot/device/listening/clip.ts';
import type { Network } from '@earshot/device/network/network.ts';
import { readClip } from '@earshot/cloud/verifier/clip-format.ts';
import type { DecodedClip } from '@earshot/cloud/verifier/clip-scorer.ts';
import type { Level } from '@earshot/shared/labels.ts';
import type { Play } from './played-again.ts';

const RATE = 16_000;

export interface SentReport {
  candidate: CandidateDetection;
  clip: DecodedClip;
  /** Seconds from the start of the sound to the report, where the clip ends. */
  afterS: number;
}

/** A device that listens to one sound at a time and sends the clips of one label to the verifier. */
export class CuttingDevice {
  private readonly network: Network;
  private readonly clipS: number;
  private readonly label: string;

  constructor(network: Network, clipS: number, label: string) {
    this.network = network;
    this.clipS = clipS;
    this.label = label;
  }

  /** Every report of the label after the sound began. None: the device sends no clip, so nothing can alert. */
  async reportsOf({ samples, eventStartS }: Play, level: Level): Promise<SentReport[]> {
    const detector = new Detector(this.network, { settings: listenToAll(this.network.labels, level, true) });
    // A report whose clip would end after the sound is sent at the end.
    return [...(await detector.push(samples)), ...(await detector.finish())].flatMap((one) => {
      if (one.type !== 'candidate' || one.label !== this.label) return [];
      const to = Math.min(samples.length, one.detectedSample);
      if (to < eventStartS * RATE) return [];
      const window = clipWindow(to, this.clipS);
      const { bytes, info } = makeClip(samples.subarray(window.from, to), window.from, one.startSample);
      // Through the bytes, because they round the samples to 16 bits.
      const clip = { samples: readClip(bytes), eventStartS: info.eventStartS };
      return [{ candidate: one, clip: { ...clip, evidence: one }, afterS: to / RATE - eventStartS }];
    });
  }
}
