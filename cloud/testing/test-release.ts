import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest } from '@earshot/shared/contracts/release.ts';
import { DEVICE_FRONT_END } from '@earshot/shared/features/front-end.ts';
import { KNOWN_LABELS } from '@earshot/shared/labels.ts';
import { testVerifierOnnx } from './test-verifier-onnx.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/**
 * Writes a release with the tests' own verifier (test-verifier-onnx.ts). Each of its device files contains only its name. Thresholds: low
 * 0.7, medium 0.5, high 0.3.
 */
export async function writeTestRelease(
  dir: string,
  version = '2026-01-01.1',
  { embeddings = false } = {},
): Promise<Manifest> {
  await mkdir(dir, { recursive: true });
  const file = async (name: string, bytes: Uint8Array = Buffer.from(`test release ${version}: ${name}`)) => {
    await writeFile(join(dir, name), bytes);
    return { file: name, sha256: sha256(bytes), bytes: bytes.length };
  };
  const levels = {
    low: { threshold: 0.7, perDay: 0.001, missRate: 0.05 },
    medium: { threshold: 0.5, perDay: 0.01, missRate: 0.02 },
    high: { threshold: 0.3, perDay: 0.1, missRate: 0.01 },
  };
  const manifest: Manifest = {
    schema: 1,
    version,
    createdAt: '2026-01-01T00:00:00Z',
    seed: 1,
    frontEnd: DEVICE_FRONT_END,
    trunk: { ...(await file('trunk.onnx')), framesPerStep: 2, framesPerCall: 16, embedding: 64, states: [] },
    heads: [],
    decision: await file('decision.json'),
    verifier: {
      ...(await file('verifier.onnx', testVerifierOnnx({ embeddings }))),
      frontEnd: DEVICE_FRONT_END,
      clipS: 10,
      labels: [...KNOWN_LABELS],
      levels: Object.fromEntries(KNOWN_LABELS.map((label) => [label, levels])),
    },
    golden: [],
  };
  await writeFile(join(dir, 'manifest.json'), JSON.stringify(manifest));
  await writeFile(
    join(dir, 'manifest.sig.json'),
    JSON.stringify({ signatures: [{ keyId: 'test', signature: 'test' }] }),
  );
  return manifest;
}
