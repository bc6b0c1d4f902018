import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { EVIDENCE_SIZE } from '@earshot/shared/features/verifier-evidence.ts';
import { readShard, writeShard, type Shard } from '../data/shard.ts';
import { CLIP_FRAMES, VERIFIER_LABELS, type Example } from './example.ts';
import { VERIFIER_FRONT_END } from './network.ts';

/**
 * Some hundred examples in one file, with the device's evidence for each. The evidence of an example that is not a
 * candidate is all zeros.
 */
export interface ExampleShard extends Shard {
  /** Layout: [example][EVIDENCE_SIZE]. */
  evidence: Float32Array;
}

const evidenceFile = (path: string): string => `${path}.evidence`;

export async function writeExamples(path: string, examples: readonly Example[]): Promise<void> {
  const bands = VERIFIER_FRONT_END.melBands;
  const mels = new Int16Array(examples.length * CLIP_FRAMES * bands);
  const targets = new Uint8Array(examples.length * VERIFIER_LABELS.length);
  const evidence = new Float32Array(examples.length * EVIDENCE_SIZE);
  examples.forEach((example, i) => {
    mels.set(example.mels, i * CLIP_FRAMES * bands);
    targets.set(example.targets, i * VERIFIER_LABELS.length);
    if (example.evidence) evidence.set(example.evidence, i * EVIDENCE_SIZE);
  });
  await writeFile(`${evidenceFile(path)}.part`, new Uint8Array(evidence.buffer));
  await rename(`${evidenceFile(path)}.part`, evidenceFile(path));
  // The shard is written last, so wherever it exists, its evidence exists, too.
  await writeShard(path, {
    scenes: examples.length,
    frames: CLIP_FRAMES,
    bands,
    steps: 1,
    labels: VERIFIER_LABELS,
    mels,
    targets,
  });
}

/** Null: missing or incomplete. */
export async function readExamples(path: string): Promise<ExampleShard | null> {
  const shard = await readShard(path);
  if (shard === null || !existsSync(evidenceFile(path))) return null;
  const bytes = await readFile(evidenceFile(path));
  if (bytes.length !== shard.scenes * EVIDENCE_SIZE * Float32Array.BYTES_PER_ELEMENT) return null;
  return { ...shard, evidence: new Float32Array(new Uint8Array(bytes).buffer) };
}
