import { InferenceSession, Tensor } from 'onnxruntime-node';
import { EVIDENCE_SIZE } from '@earshot/shared/verifier/evidence.ts';
import { NOT_ASKED, YES } from '../training/data/targets.ts';
import { restore } from '../training/data/shard.ts';
import { askedOf } from './example-draw.ts';
import type { ExampleAt } from './verifier-batch.ts';
import type { Heard } from './judgement.ts';

/** What the exported network says of stored candidates. */
export async function hearCandidates(onnx: Uint8Array, candidates: readonly ExampleAt[]): Promise<Heard[]> {
  const session = await InferenceSession.create(onnx, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
  });
  const heard: Heard[] = [];
  try {
    for (const { shard, at } of candidates) {
      const { frames, bands, mels, evidence: told } = shard;
      const { label, answer } = askedOf(shard, at);
      if (answer === NOT_ASKED) continue;
      const evidence = told.slice(at * EVIDENCE_SIZE, (at + 1) * EVIDENCE_SIZE);
      const clip = mels.subarray(at * frames * bands, (at + 1) * frames * bands);
      const { scores } = await session.run({
        features: new Tensor(
          'float32',
          Float32Array.from(clip, (mel) => mel * restore),
          [1, frames, bands],
        ),
        evidence: new Tensor('float32', evidence, [1, EVIDENCE_SIZE]),
      });
      heard.push({
        label,
        logits: Float32Array.from(scores?.data as Float32Array, logit),
        evidence,
        isReal: answer === YES,
      });
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
