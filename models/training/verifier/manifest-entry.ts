import { readFile, rename, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { VerifierEntry } from '@earshot/shared/contracts/release.ts';
import { asEarshotError } from '@earshot/shared/errors.ts';

/** What a release takes from the verifier's training: the network and its manifest entry without the hash. */
const Description = VerifierEntry.omit({ file: true, sha256: true, bytes: true });
export type VerifierDescription = z.infer<typeof Description>;

export interface VerifierPart {
  onnx: Uint8Array;
  description: VerifierDescription;
}

const VERIFIER_FILE = 'verifier.onnx';
const DESCRIPTION_FILE = 'verifier.json';

export async function writeVerifierPart(folder: string, { onnx, description }: VerifierPart): Promise<void> {
  await mkdir(folder, { recursive: true });
  // Rename the description last, because its thresholds are right for this network only.
  for (const [file, bytes] of [
    [VERIFIER_FILE, onnx],
    [DESCRIPTION_FILE, JSON.stringify(Description.parse(description), null, 2)],
  ] as const) {
    await writeFile(join(folder, `${file}.part`), bytes);
    await rename(join(folder, `${file}.part`), join(folder, file));
  }
}

export async function readVerifierPart(folder: string): Promise<VerifierPart> {
  try {
    const description = Description.parse(JSON.parse(await readFile(join(folder, DESCRIPTION_FILE), 'utf8')));
    return { onnx: await readFile(join(folder, VERIFIER_FILE)), description };
  } catch (error) {
    throw asEarshotError(error, 'TRAINING', `The trained verifier in ${folder} cannot be read`);
  }
}
