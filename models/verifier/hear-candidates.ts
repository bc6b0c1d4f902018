import { InferenceSession, Tensor } from 'onnxruntime-node';
import { EVIDENCE_SIZE } from '@earshot/shared/verifier/evidence.ts';
import { NOT_ASKED, YES } from '../training/data/targets.ts';
import { restore } from '../training/data/shard.ts';
import { VERIFIER_LABELS } from './example.ts';
import type { ExampleShard } from './example-store.ts';
import type { Heard } from './judgement.ts';

/** What the exported network says of stored candidates. The label that was asked about stands first in the evidence. */
export async function hearCandidates(onnx: Uint8Array, shards: readonly ExampleShard[]): Promise<Heard[]> {
  const session = await InferenceSession.create(onnx, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
  });
  const heard: Heard[] = [];
  try {
    for (const { scenes, frames, bands, mels, targets, evidence: told } of shards) {
      for (let at = 0; at < scenes; at++) {
        const evidence = told.slice(at * EVIDENCE_SIZE, (at + 1) * EVIDENCE_SIZE);
        const label = evidence.subarray(0, VERIFIER_LABELS.length).indexOf(1);
        const answer = targets[at * VERIFIER_LABELS.length + label];
        if (label < 0 || answer === NOT_ASKED) continue;
        const features = Float32Array.from(
          mels.subarray(at * frames * bands, (at + 1) * frames * bands),
          (mel) => mel * restore,
        );
        const { scores } = await session.run({
          features: new Tensor('float32', features, [1, frames, bands]),
          evidence: new Tensor('float32', evidence, [1, EVIDENCE_SIZE]),
        });
        heard.push({
          label,
          logits: Float32Array.from(scores?.data as Float32Array, logit),
          evidence,
          isReal: answer === YES,
        });
      }
    }
    return heard;
  } finally {
    await session.release();
  }
}

/** Scores are probabilities in single precision: past these nothing is left of the logit. */
const logit = (score: number): number => {
  const inside = Math.min(0.9999, Math.max(0.0001, score));
  return Math.log(inside / (1 - inside));
};
