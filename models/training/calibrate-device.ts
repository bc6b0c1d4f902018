/**
 * The second stage of a training: fits the weights and thresholds of the decision. It runs the device's own detector on
 * sounds that no other fit has used.
 */
import { createHash } from 'node:crypto';
import { evidenceNames } from '@earshot/device/detect/evidence.ts';
import { join } from 'node:path';
import { Network, type NetworkManifest } from '@earshot/device/network/network.ts';
import { openSceneMaker } from '../scenes/scene-maker.ts';
import { DEVICE_FRONT_END } from '@earshot/shared/features/front-end.ts';
import { calibrate, silentDecision, type Calibrated } from './calibration/decision-calibration.ts';
import { material } from './calibration/calibration-material.ts';
import { StreamStore } from './calibration/stream-store.ts';
import type { RecordedStream } from './calibration/recorded-stream.ts';
import { DEVICE_SHAPE } from './network/device-network.ts';
import { ProgressBar } from './progress-bar.ts';
import { FRAMES_PER_CALL, STATES } from './publishing/release-shape.ts';
import { corpusOf, type RunOptions } from './run-options.ts';
import { WorkFolder } from './work-folder.ts';

interface DeviceGraphs {
  trunk: Uint8Array;
  heads: readonly { label: string; bytes: Uint8Array }[];
}

export async function calibrateDevice(options: RunOptions): Promise<void> {
  const work = new WorkFolder(options.work);
  await work.writeCalibration(await calibrated(options, await work.deviceGraphs()));
}

/**
 * Plays the sounds through a detector that reports nothing, and fits the decision to the evidence that the detector
 * measured.
 */
export async function calibrated(options: RunOptions, graphs: DeviceGraphs): Promise<Calibrated> {
  const { recipe, seed, signal, say } = options;
  const labels = graphs.heads.map(({ label }) => label);
  const maker = await openSceneMaker({ ...(await corpusOf(options)), part: 'calibrate', seed, signal });
  const network = await undecided(graphs, labels);
  try {
    const pieces = material(maker, network, recipe.calibration, signal);
    const store = new StreamStore(join(options.work, `streams-${identityOf(graphs, options)}`));
    const bar = new ProgressBar('calibrating');
    const streams: RecordedStream[] = [];
    for (const [n, { group, record }] of pieces.entries()) {
      signal.throwIfAborted();
      streams.push(await store.take(`${n}`, record));
      bar.show(n + 1, pieces.length, group);
    }
    say(`fitting the decision to ${streams.length} streams`);
    return calibrate(labels, streams);
  } finally {
    await network.close();
    maker.close();
  }
}

const NO_LEVEL = { threshold: 1, perDay: 0, missRate: 1 };
const NO_FILE = { file: 'none', sha256: '0'.repeat(64), bytes: 1 };

/** The network with a decision that reports nothing, because no decision is fitted yet. */
async function undecided({ trunk, heads }: DeviceGraphs, labels: readonly string[]): Promise<Network> {
  const bytes = new Map<object, Uint8Array>();
  const entry = {
    ...NO_FILE,
    framesPerStep: DEVICE_SHAPE.framesPerStep,
    framesPerCall: FRAMES_PER_CALL,
    embedding: DEVICE_SHAPE.units,
    states: STATES,
  };
  bytes.set(entry, trunk);
  const manifest: NetworkManifest = {
    version: 'undecided',
    frontEnd: DEVICE_FRONT_END,
    trunk: entry,
    heads: heads.map(({ label, bytes: ofHead }) => {
      const head = { ...NO_FILE, label, levels: { low: NO_LEVEL, medium: NO_LEVEL, high: NO_LEVEL } };
      bytes.set(head, ofHead);
      return head;
    }),
    verifier: { ...NO_FILE, frontEnd: DEVICE_FRONT_END, clipS: 10, labels: [], levels: {} },
  };
  return Network.assemble(
    manifest,
    silentDecision(labels),
    async (part) => bytes.get(part) as Uint8Array,
    'the work folder',
  );
}

/**
 * Increase this number when a change of rhythm, gate, scenes or other evidence changes the content of recorded streams.
 */
const STREAMS_VERSION = 10;

/**
 * Identifies the networks, the sounds and the kinds of evidence with which streams were recorded. Stored streams are
 * used again only when all of them are the same.
 */
function identityOf({ trunk, heads }: DeviceGraphs, { recipe, seed, corpus }: RunOptions): string {
  const labels = heads.map(({ label }) => label);
  const recorded = [STREAMS_VERSION, recipe.calibration, seed, corpus, evidenceNames(labels), silentDecision(labels)];
  const hash = createHash('sha256').update(trunk).update(JSON.stringify(recorded));
  for (const { label, bytes } of heads) hash.update(label).update(bytes);
  return hash.digest('hex').slice(0, 12);
}
