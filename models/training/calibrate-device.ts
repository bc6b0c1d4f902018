/**
 * The second stage of a training: fits the weights and thresholds of the decision. It runs the device's own detector on
 * sounds that no other fit has used.
 */
import { createHash } from 'node:crypto';
import { evidenceNames } from '@earshot/device/detect/evidence.ts';
import { join } from 'node:path';
import { Network, type NetworkManifest } from '@earshot/device/network/network.ts';
import { requireHeldBack } from '../scenes/require-held-back.ts';
import { openSceneMaker } from '../scenes/scene-maker.ts';
import type { Decision } from '@earshot/shared/contracts/release.ts';
import { DEVICE_FRONT_END } from '@earshot/shared/features/front-end.ts';
import {
  fitDecisionTo,
  levelsUnder,
  setsThresholds,
  silentDecision,
  type Calibrated,
  type Rules,
} from './calibration/decision-calibration.ts';
import { material, type Piece } from './calibration/calibration-material.ts';
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

/** What is not fitted again: the weights of these labels, and the thresholds of these. */
export interface Kept {
  rules: Readonly<Record<string, Rules>>;
  levels: Calibrated['levels'];
}

export async function calibrateDevice(options: RunOptions): Promise<void> {
  const work = new WorkFolder(options.work);
  await work.writeCalibration(await calibrated(options, await work.deviceGraphs()));
}

/**
 * Plays the sounds through a detector that reports nothing, and fits the decision to the evidence that the detector
 * measured. A detector with that decision hears the homes once more before thresholds are set: the energy gate stays
 * open while a sound is suspected, so a detector that suspects nothing sleeps through some of it.
 */
export async function calibrated(
  options: RunOptions,
  graphs: DeviceGraphs,
  kept: Kept = { rules: {}, levels: {} },
): Promise<Calibrated> {
  const { recipe, seed, signal, say } = options;
  const labels = graphs.heads.map(({ label }) => label);
  const place = await corpusOf(options);
  const maker = await openSceneMaker({ ...place, part: 'calibrate', seed, signal });
  try {
    requireHeldBack(place.corpus, maker.world.shelf, 'scenes');
    const pieces = material(maker, labels, recipe.calibration, signal).map((piece, number) => ({ ...piece, number }));
    const decision = labels.every((label) => kept.rules[label])
      ? fitDecisionTo(labels, [], kept.rules)
      : await fittedTo(pieces, labels, options, graphs, kept);
    const measured = pieces.filter(({ number }) => setsThresholds(number));
    const sounds = measured.filter(({ isGated }) => !isGated);
    const homes = measured.filter(({ isGated }) => isGated);
    const streams = [
      ...(await recorded(sounds, silentDecision(labels), options, graphs, 'sounds for the thresholds')),
      ...(await recorded(homes, decision, options, graphs, 'homes for the thresholds')),
    ];
    say('setting the thresholds');
    return { decision, levels: levelsUnder(decision, labels, streams, kept.levels) };
  } finally {
    maker.close();
  }
}

async function fittedTo(
  pieces: readonly NumberedPiece[],
  labels: readonly string[],
  options: RunOptions,
  graphs: DeviceGraphs,
  { rules }: Kept,
): Promise<Decision> {
  const streams = await recorded(pieces, silentDecision(labels), options, graphs, 'calibrating');
  options.say(`fitting the decision to ${streams.length} streams`);
  return fitDecisionTo(labels, streams, rules);
}

/** A piece and its place in the material, which decides what it is used for. */
type NumberedPiece = Piece & { number: number };

/** The streams as a detector with this decision hears them. */
async function recorded(
  pieces: readonly NumberedPiece[],
  decision: Decision,
  options: RunOptions,
  graphs: DeviceGraphs,
  title: string,
): Promise<RecordedStream[]> {
  const network = await networkOf(graphs, decision);
  try {
    const store = new StreamStore(join(options.work, `streams-${identityOf(graphs, decision, options)}`));
    const bar = new ProgressBar(title);
    const streams: RecordedStream[] = [];
    for (const [n, { group, number, record }] of pieces.entries()) {
      options.signal.throwIfAborted();
      streams.push(await store.take(`${number}`, () => record(network)));
      bar.show(n + 1, pieces.length, group);
    }
    return streams;
  } finally {
    await network.close();
  }
}

const NO_LEVEL = { threshold: 1, perDay: 0, missRate: 1 };
const NO_FILE = { file: 'none', sha256: '0'.repeat(64), bytes: 1 };

/** The network with a decision whose thresholds are not known yet. It reports nothing. */
async function networkOf({ trunk, heads }: DeviceGraphs, decision: Decision): Promise<Network> {
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
  return Network.assemble(manifest, decision, async (part) => bytes.get(part) as Uint8Array, 'the work folder');
}

/**
 * Increase this number when a change of rhythm, gate, scenes or other evidence changes the content of recorded streams.
 */
const STREAMS_VERSION = 19;

/**
 * Identifies the networks, the sounds, the kinds of evidence and the decision with which streams were recorded. Stored streams are
 * used again only when all of them are the same.
 */
function identityOf({ trunk, heads }: DeviceGraphs, decision: Decision, { recipe, seed, corpus }: RunOptions): string {
  const names = evidenceNames(heads.map(({ label }) => label));
  const made = [STREAMS_VERSION, recipe.calibration, seed, corpus, names, decision];
  const hash = createHash('sha256').update(trunk).update(JSON.stringify(made));
  for (const { label, bytes } of heads) hash.update(label).update(bytes);
  return hash.digest('hex').slice(0, 12);
}
