/**
 * Writes a release: files, golden scores, manifest, signature. The release is written to a temporary folder, which
 * replaces the old release at the end.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClipScorer, type VerifierModel } from '@earshot/cloud/verifier/clip-scorer.ts';
import { NO_CADENCE } from '@earshot/shared/cadence/rhythm-reader.ts';
import { writeWav } from '@earshot/shared/audio/wav-write.ts';
import { Manifest, type Decision, type Levels } from '@earshot/shared/contracts/release.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { DEVICE_FRONT_END } from '@earshot/shared/features/front-end.ts';
import type { z } from 'zod';
import { highestOf, ScoreReader } from '../calibration/score-reader.ts';
import { DEVICE_SHAPE } from '../network/device-network.ts';
import { goldenSounds } from './golden-sounds.ts';
import { FRAMES_PER_CALL, headFile, STATES } from './release-shape.ts';
import type { SigningKey } from './signing.ts';

export interface ReleaseParts {
  seed: number;
  trunk: Uint8Array;
  heads: readonly { label: string; bytes: Uint8Array; levels: z.infer<typeof Levels> }[];
  decision: Decision;
  verifier: VerifierModel & { bytes: Uint8Array; levels: Record<string, z.infer<typeof Levels>> };
}

/**
 * The allowed difference of a golden score. Another processor adds in another order and changes a score by less than
 * this; a wrong weight changes it by more.
 */
const GOLDEN_TOLERANCE = 0.005;
/**
 * The evidence of a candidate without any measurement, because the golden score of the verifier is for the sound alone.
 */
const NO_EVIDENCE = {
  label: 'none',
  why: {
    cadence: NO_CADENCE,
    scores: {},
  },
} as const;

export async function writeRelease(
  dir: string,
  parts: ReleaseParts,
  keys: readonly SigningKey[],
  now: Date,
): Promise<Manifest> {
  const scratch = `${dir}.part`;
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch, { recursive: true });
  const put = async (file: string, bytes: Uint8Array): Promise<{ file: string; sha256: string; bytes: number }> => {
    await writeFile(join(scratch, file), bytes);
    return { file, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
  };
  const { frontEnd, clipS, labels, levels } = parts.verifier;
  const manifest = Manifest.parse({
    schema: 1,
    version: await nextVersion(dir, now),
    createdAt: now.toISOString(),
    seed: parts.seed,
    frontEnd: DEVICE_FRONT_END,
    trunk: {
      ...(await put('trunk.onnx', parts.trunk)),
      framesPerStep: DEVICE_SHAPE.framesPerStep,
      framesPerCall: FRAMES_PER_CALL,
      embedding: DEVICE_SHAPE.units,
      states: STATES,
    },
    heads: await Promise.all(
      parts.heads.map(async ({ label, bytes, levels: ofHead }) => ({
        ...(await put(headFile(label), bytes)),
        label,
        levels: ofHead,
      })),
    ),
    decision: await put('decision.json', Buffer.from(`${JSON.stringify(parts.decision, null, 2)}\n`)),
    verifier: { ...(await put('verifier.onnx', parts.verifier.bytes)), frontEnd, clipS, labels, levels },
    golden: await writeGolden(parts, put),
  });
  const bytes = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
  await writeFile(join(scratch, 'manifest.json'), bytes);
  const signatures = keys.map((key) => ({ keyId: key.keyId, signature: key.sign(bytes) }));
  await writeFile(join(scratch, 'manifest.sig.json'), `${JSON.stringify({ signatures }, null, 2)}\n`);
  await moveOver(scratch, dir);
  return manifest;
}

/**
 * Writes the golden sounds with their expected scores. The expected score of a head is its highest score in the sound,
 * computed from a fresh state in calls of `framesPerCall` frames. The verifier scores the sound as a clip whose event
 * begins at 0.5 s, with the evidence of a candidate without any measurement.
 */
async function writeGolden(
  parts: ReleaseParts,
  put: (file: string, bytes: Uint8Array) => Promise<object>,
): Promise<object[]> {
  const reader = await ScoreReader.open(parts.trunk, parts.heads);
  const verifier = await ClipScorer.load(parts.verifier.bytes, parts.verifier);
  try {
    const golden: object[] = [];
    for (const { file, samples } of goldenSounds()) {
      const { values } = await reader.scoresOf(samples);
      const heads = Object.fromEntries(
        reader.labels.map((label, column) => [label, highestOf(values, column, reader.labels.length)]),
      );
      const [scores] = await verifier.score([{ samples, evidence: structuredClone(NO_EVIDENCE), eventStartS: 0.5 }]);
      golden.push({
        ...(await put(file, writeWav(samples))),
        heads,
        verifier: scores ?? {},
        tolerance: GOLDEN_TOLERANCE,
      });
    }
    return golden;
  } finally {
    await reader.close();
    await verifier.close();
  }
}

/** The next version: today's date and the next free number. */
async function nextVersion(dir: string, now: Date): Promise<string> {
  const today = now.toISOString().slice(0, 10);
  const last = await readFile(join(dir, 'manifest.json'), 'utf8').then(
    (text) => Manifest.parse(JSON.parse(text)).version,
    () => null,
  );
  if (last === null || last < today) return `${today}.1`;
  const [day, counter] = last.split('.') as [string, string];
  if (day > today)
    throw new EarshotError(
      'RELEASE_OLD',
      `${dir} has the date ${day}, which is later than today, ${today}. Check the clock of this machine.`,
    );
  return `${day}.${Number(counter) + 1}`;
}

/** Replaces the files of the release. Keeps the text that a person wrote (the model card). */
async function moveOver(scratch: string, dir: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  for (const file of await readdir(dir)) if (/\.(onnx|wav|json)$/.test(file)) await rm(join(dir, file));
  for (const file of await readdir(scratch)) await rename(join(scratch, file), join(dir, file));
  await rm(scratch, { recursive: true });
}
