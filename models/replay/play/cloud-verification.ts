import { makeClip } from '@earshot/device/listening/clip.ts';
import type { CandidateDetection } from '@earshot/device/detect/detection.ts';
import type { Release } from '@earshot/device/releases/release.ts';
import { readClip } from '@earshot/cloud/verifier/clip-format.ts';
import { ClipScorer } from '@earshot/cloud/verifier/clip-scorer.ts';
import { judge } from '@earshot/cloud/verifier/judgement.ts';
import type { Manifest } from '@earshot/shared/contracts/release.ts';
import type { PlayedVerdict } from './played.ts';
import type { Verification } from './verification.ts';

/**
 * Verifies candidates as in production: the device's clip is converted to WAV bytes (rounded to 16 bits), and the
 * cloud's own verifier scores and judges it.
 */
export class CloudVerification implements Verification {
  readonly clipS: number;
  private readonly scorer: ClipScorer;
  private readonly verifier: Manifest['verifier'];

  private constructor(scorer: ClipScorer, verifier: Manifest['verifier']) {
    this.scorer = scorer;
    this.verifier = verifier;
    this.clipS = verifier.clipS;
  }

  static async open(release: Release): Promise<CloudVerification> {
    const { verifier } = release.manifest;
    return new CloudVerification(await ClipScorer.load(await release.read(verifier), verifier), verifier);
  }

  async verify(candidate: CandidateDetection, clip: Float32Array, fromSample: number): Promise<PlayedVerdict> {
    const { bytes, info } = makeClip(clip, fromSample, candidate.startSample);
    const heard = { samples: readClip(bytes), evidence: candidate, eventStartS: info.eventStartS };
    const [scores] = await this.scorer.score([heard]);
    const { verdict, score } = judge(this.verifier, candidate.label, candidate.level, scores ?? {});
    // A label that the verifier does not know stays unverified. It counts as confirmed, because the cloud alerts people
    // of unverified candidates, too.
    return { confirmed: verdict !== 'rejected', score: score ?? 1 };
  }

  async close(): Promise<void> {
    await this.scorer.close();
  }
}
