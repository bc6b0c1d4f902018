/** The work folder of a training run. */
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadRelease } from '@earshot/device/releases/release.ts';
import { Decision, FrontEnd, Levels } from '@earshot/shared/contracts/release.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { DEVICE_FRONT_END } from '@earshot/shared/features/front-end.ts';
import { z } from 'zod';
import type { Calibrated } from './calibration/decision-calibration.ts';
import { DEVICE_SHAPE } from './network/device-network.ts';
import { headGraph, trunkGraph } from './onnx/device-graphs.ts';
import type { Trained } from './device-trainer.ts';
import { readTensors, writeTensors } from './network/tensor-file.ts';

const CalibrationFile = z.object({
  frontEnd: FrontEnd,
  decision: Decision,
  levels: z.record(z.string(), Levels),
});
export type CalibrationFile = z.infer<typeof CalibrationFile>;

/**
 * The folder in which a run stores the results of its stages. Each stage can be run again from the results before it.
 */
export class WorkFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  get shards(): string {
    return join(this.path, 'shards');
  }

  get verifier(): string {
    return join(this.path, 'verifier');
  }

  checkpoint(name: string): string {
    return join(this.path, `${name}.checkpoint`);
  }

  /** A copy of the release with which a run that trains only the verifier began. */
  get begunWith(): string {
    return join(this.path, 'begun-with');
  }

  /** With `--keep-trunk`: the unchanged trunk file of the release with which the run began. */
  private get keptTrunk(): string {
    return join(this.path, 'trunk.onnx');
  }

  /**
   * Copies the release at the start, because the run reads it again hours later and must find the same release. A run
   * can be continued only with the release with which it began.
   */
  async keepRelease(from: string): Promise<string> {
    const { manifestSha256 } = await loadRelease(from);
    if (existsSync(this.begunWith)) {
      if ((await loadRelease(this.begunWith)).manifestSha256 !== manifestSha256)
        throw new EarshotError(
          'TRAINING',
          `The run in ${this.path} began with another release than ${from}: use a different --work folder.`,
        );
      return this.begunWith;
    }
    await rm(`${this.begunWith}.part`, { recursive: true, force: true });
    await cp(from, `${this.begunWith}.part`, { recursive: true });
    await rename(`${this.begunWith}.part`, this.begunWith);
    return this.begunWith;
  }

  async make(): Promise<void> {
    await mkdir(this.path, { recursive: true });
  }

  /**
   * `keptTrunk` is the file of a trunk that the run did not train. Without it the trunk's file is written from the
   * weights.
   */
  async writeDevice({ weights, norm }: Trained, seed: number, keptTrunk?: Uint8Array): Promise<void> {
    await rm(this.keptTrunk, { force: true });
    if (keptTrunk) await writeFile(this.keptTrunk, keptTrunk);
    const tensors = new Map([...weights].map(([name, data]) => [name, { shape: [data.length], data }]));
    tensors.set('norm/mean', { shape: [norm.mean.length], data: norm.mean });
    tensors.set('norm/scale', { shape: [norm.scale.length], data: norm.scale });
    await writeTensors(join(this.path, 'device.weights'), { meta: { seed }, tensors });
  }

  async readDevice(): Promise<Trained & { seed: number }> {
    const file = await readTensors<{ seed?: number }>(join(this.path, 'device.weights'));
    if (!file)
      throw new EarshotError('TRAINING', `${this.path} contains no device.weights; run \`npx earshot train\` first.`);
    const weights = new Map([...file.tensors].map(([name, { data }]) => [name, data]));
    const take = (name: string): Float32Array => {
      const data = weights.get(name);
      if (!data) throw new EarshotError('RECORD_CORRUPT', `${this.path}/device.weights lacks ${name}.`);
      weights.delete(name);
      return data;
    };
    return { norm: { mean: take('norm/mean'), scale: take('norm/scale') }, weights, seed: file.meta.seed ?? 0 };
  }

  /** The trunk and head files of a release, written from the weights. */
  async deviceGraphs(): Promise<{ trunk: Uint8Array; heads: { label: string; bytes: Uint8Array }[]; seed: number }> {
    const { weights, norm, seed } = await this.readDevice();
    const labels = [...new Set([...weights.keys()].flatMap((name) => /^head\/([^/]+)\//.exec(name)?.[1] ?? []))];
    const heads = labels.map((label) => ({ label, bytes: headGraph(weights, DEVICE_SHAPE, label) }));
    const trunk = existsSync(this.keptTrunk)
      ? new Uint8Array(await readFile(this.keptTrunk))
      : trunkGraph(weights, DEVICE_SHAPE, norm);
    return { trunk, heads, seed };
  }

  async writeCalibration(calibrated: Calibrated): Promise<void> {
    const file = join(this.path, 'calibration.json');
    await writeFile(`${file}.part`, `${JSON.stringify({ frontEnd: DEVICE_FRONT_END, ...calibrated }, null, 2)}\n`);
    await rename(`${file}.part`, file);
  }

  async readCalibration(): Promise<CalibrationFile> {
    try {
      return CalibrationFile.parse(JSON.parse(await readFile(join(this.path, 'calibration.json'), 'utf8')));
    } catch (error) {
      throw new EarshotError(
        'TRAINING',
        `${this.path} contains no readable calibration.json: run \`npx earshot calibrate\` first.`,
        { cause: error },
      );
    }
  }
}
