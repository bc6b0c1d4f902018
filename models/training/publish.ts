/** The last stage: what the work folder holds, put together and signed. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Manifest } from '@earshot/shared/contracts/release.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { readVerifierPart, type VerifierPart } from '../verifier/verifier-part.ts';
import type { SigningKey } from './release/signing.ts';
import { writeRelease } from './release/write-release.ts';
import type { WorkFolder } from './work-folder.ts';

export interface PublishOptions {
  /** Take the verifier of this release instead of the one in the work folder. */
  verifierFrom?: string;
  now: Date;
  keys: readonly SigningKey[];
}

export async function publish(
  work: WorkFolder,
  out: string,
  { verifierFrom, now, keys }: PublishOptions,
): Promise<Manifest> {
  const { trunk, heads, seed } = await work.deviceGraphs();
  const calibration = await work.readCalibration();
  const calibrated = heads.map((head) => {
    const found = calibration.heads.find(({ label }) => label === head.label);
    if (!found)
      throw new EarshotError(
        'TRAINING',
        `calibration.json knows no head ${head.label}; run \`npx earshot calibrate\`.`,
      );
    const { levels, windowS, refractoryS } = found;
    return { ...head, levels, windowS, refractoryS };
  });
  const { onnx, description } =
    verifierFrom === undefined ? await readVerifierPart(work.verifier) : await verifierOf(verifierFrom);
  return writeRelease(out, { seed, trunk, heads: calibrated, verifier: { ...description, bytes: onnx } }, keys, now);
}

async function verifierOf(release: string): Promise<VerifierPart> {
  const { verifier } = Manifest.parse(JSON.parse(await readFile(join(release, 'manifest.json'), 'utf8')));
  return { onnx: await readFile(join(release, verifier.file)), description: verifier };
}
