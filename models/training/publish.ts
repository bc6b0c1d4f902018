/** The last stage: what the work folder holds, put together and signed. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Manifest } from '@earshot/shared/contracts/release.ts';
import { loadRelease } from '@earshot/device/detect/release.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { readVerifierPart, type VerifierPart } from '../verifier/verifier-part.ts';
import type { SigningKey } from './release/signing.ts';
import { writeRelease, type ReleaseParts } from './release/write-release.ts';
import type { WorkFolder } from './work-folder.ts';

export interface PublishOptions {
  /** Take the verifier of this release instead of the one in the work folder. */
  verifierFrom?: string;
  /** Take trunk, heads and their thresholds of this release, to the byte, instead of those in the work folder. */
  deviceFrom?: string;
  now: Date;
  keys: readonly SigningKey[];
}

export async function publish(
  work: WorkFolder,
  out: string,
  { verifierFrom, deviceFrom, now, keys }: PublishOptions,
): Promise<Manifest> {
  const device = deviceFrom === undefined ? await deviceInWork(work) : await deviceOf(deviceFrom);
  const { onnx, description } =
    verifierFrom === undefined ? await readVerifierPart(work.verifier) : await verifierOf(verifierFrom);
  return writeRelease(out, { ...device, verifier: { ...description, bytes: onnx } }, keys, now);
}

type DeviceParts = Pick<ReleaseParts, 'seed' | 'trunk' | 'heads'>;

async function deviceInWork(work: WorkFolder): Promise<DeviceParts> {
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
  return { seed, trunk, heads: calibrated };
}

async function deviceOf(dir: string): Promise<DeviceParts> {
  const release = await loadRelease(dir);
  const { seed, trunk, heads } = release.manifest;
  return {
    seed,
    trunk: await release.read(trunk),
    heads: await Promise.all(heads.map(async (head) => ({ ...head, bytes: await release.read(head) }))),
  };
}

async function verifierOf(release: string): Promise<VerifierPart> {
  const { verifier } = Manifest.parse(JSON.parse(await readFile(join(release, 'manifest.json'), 'utf8')));
  return { onnx: await readFile(join(release, verifier.file)), description: verifier };
}
