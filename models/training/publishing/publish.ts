/** The last stage of a training: assembles a release from the results in the work folder and signs it. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Decision, Manifest } from '@earshot/shared/contracts/release.ts';
import { loadRelease } from '@earshot/device/releases/release.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { DEVICE_FRONT_END } from '@earshot/shared/features/front-end.ts';
import type { Calibrated } from '../calibration/decision-calibration.ts';
import { readVerifierPart, type VerifierPart } from '../verifier/manifest-entry.ts';
import { DEVICE_SHAPE } from '../network/device-network.ts';
import { FRAMES_PER_CALL, STATES } from './release-shape.ts';
import type { SigningKey } from './signing.ts';
import { writeRelease, type ReleaseParts } from './write-release.ts';
import type { WorkFolder } from '../work-folder.ts';

export interface PublishOptions {
  /** Use the verifier of this release instead of the one in the work folder. */
  verifierFrom?: string;
  now: Date;
  keys: readonly SigningKey[];
}

export async function publish(
  work: WorkFolder,
  out: string,
  { verifierFrom, now, keys }: PublishOptions,
): Promise<Manifest> {
  // A run that trains only the verifier keeps the trunk, the heads and their thresholds byte for byte as in the release
  // with which it began.
  const device = existsSync(work.begunWith) ? await deviceOf(work.begunWith) : await deviceInWork(work);
  const { onnx, description } =
    verifierFrom === undefined ? await readVerifierPart(work.verifier) : await verifierPartOf(verifierFrom);
  return writeRelease(out, { ...device, verifier: { ...description, bytes: onnx } }, keys, now);
}

/** Publishes the networks of `from` unchanged with a new decision. */
export async function publishDecision(
  from: string,
  out: string,
  { decision, levels }: Calibrated,
  { now, keys }: Pick<PublishOptions, 'now' | 'keys'>,
): Promise<Manifest> {
  const device = await deviceOf(from);
  const { onnx, description } = await verifierPartOf(from);
  const heads = device.heads.map((head) => {
    const found = levels[head.label];
    if (!found) throw new EarshotError('TRAINING', `The calibration set no threshold for ${head.label}.`);
    return { ...head, levels: found };
  });
  return writeRelease(out, { ...device, heads, decision, verifier: { ...description, bytes: onnx } }, keys, now);
}

type DeviceParts = Pick<ReleaseParts, 'seed' | 'trunk' | 'heads' | 'decision'>;

async function deviceInWork(work: WorkFolder): Promise<DeviceParts> {
  const { trunk, heads, seed } = await work.deviceGraphs();
  const calibration = await work.readCalibration();
  const calibrated = heads.map((head) => {
    const levels = calibration.levels[head.label];
    if (!levels || !calibration.decision.labels[head.label])
      throw new EarshotError(
        'TRAINING',
        `calibration.json contains no head ${head.label}; run \`npx earshot calibrate\`.`,
      );
    return { ...head, levels };
  });
  return { seed, trunk, heads: calibrated, decision: calibration.decision };
}

export async function deviceOf(dir: string): Promise<DeviceParts> {
  const release = await loadRelease(dir);
  const { seed, trunk, heads, frontEnd, decision } = release.manifest;
  const asToday = {
    frontEnd: DEVICE_FRONT_END,
    framesPerStep: DEVICE_SHAPE.framesPerStep,
    framesPerCall: FRAMES_PER_CALL,
    states: STATES,
  };
  const { framesPerStep, framesPerCall, states } = trunk;
  if (!isDeepStrictEqual({ frontEnd, framesPerStep, framesPerCall, states }, asToday))
    throw new EarshotError(
      'RELEASE_BROKEN',
      `${dir} was made for a front end or trunk that differs from this program's: use a release of the same version as the program.`,
    );
  return {
    seed,
    trunk: await release.read(trunk),
    decision: Decision.parse(JSON.parse(Buffer.from(await release.read(decision)).toString('utf8'))),
    heads: await Promise.all(heads.map(async (head) => ({ ...head, bytes: await release.read(head) }))),
  };
}

async function verifierPartOf(release: string): Promise<VerifierPart> {
  const { verifier } = Manifest.parse(JSON.parse(await readFile(join(release, 'manifest.json'), 'utf8')));
  return { onnx: await readFile(join(release, verifier.file)), description: verifier };
}
