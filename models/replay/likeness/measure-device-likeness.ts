/**
 * Measures how often a device silences repeats of an ignored sound, and how many real sounds it loses by that: `node
 * models/replay/likeness/measure-device-likeness.ts CORPUS SPLIT LABEL [RELEASE]`.
 * Each confuser of the corpus that the device reports as LABEL is played six times. The first three plays make the
 * prototype (one is marked wrong, two are repeats that the verifier ignores); the other three are repeats that the
 * device should silence. Real sounds of LABEL are compared with all prototypes. The device's own detector decides.
 */
import { join } from 'node:path';
import type { CandidateDetection } from '@earshot/device/detect/detection.ts';
import { Detector } from '@earshot/device/detect/detector.ts';
import { listenToAll, type SilencedSounds } from '@earshot/device/detect/detector-settings.ts';
import { Prototypes } from '@earshot/device/ignored/prototypes.ts';
import { clipWindow } from '@earshot/device/listening/clip.ts';
import { framesAtOnce, Network } from '@earshot/device/network/network.ts';
import { loadRelease } from '@earshot/device/releases/release.ts';
import type { IgnoredPrototype } from '@earshot/shared/contracts/ignored-sounds.ts';
import { encodeEmbedding, meanDirection } from '@earshot/shared/features/embedding.ts';
import { shareWords } from '@earshot/shared/statistics/share-words.ts';
import { loadAudio } from '../../corpus/audio-file.ts';
import { splitParts } from '../../corpus/held-back.ts';
import { readManifest, type ManifestRow } from '../../corpus/manifest.ts';
import { CloudVerification } from '../play/cloud-verification.ts';
import { chosenRows } from './chosen-rows.ts';
import { playedAgain } from './played-again.ts';

const THRESHOLDS = [0.96, 0.97, 0.977, 0.98, 0.985];
const RATE = 16_000;
const MARKS = 3;
const REPEATS = 3;
/** Seconds from the start of a silenced sound to the start of the real sound that follows it. */
const FOLLOWS_AFTER_S = 1.5;
/**
 * The earliest start of the real sound that follows, because a sound in `playedAgain` starts after 2.5 s at the
 * earliest.
 */
const FOLLOWS_FROM_S = 2.5 + FOLLOWS_AFTER_S;

const [corpus = '', split = 'dev', label = 'glass_break', releaseDir = 'models/release'] = process.argv.slice(2);
const release = await loadRelease(releaseDir);
const network = await Network.load(release);
const { trunk, frontEnd } = network.manifest;
/** The device sends a report after a whole block, so the report comes up to a block later than `listenOnS` says. */
const blockSamples = framesAtOnce(trunk.framesPerCall) * frontEnd.hopSize;
const listenOnSamples = (network.decision.labels[label]?.listenOnS ?? 0) * RATE;
const sentAfterSamples = Math.ceil(listenOnSamples / blockSamples) * blockSamples;
const verification = await CloudVerification.open(release);
const { rows } = await readManifest(join(corpus, 'manifest.csv'));
const parts = splitParts(
  rows.filter((row) => row.split === 'train'),
  release.manifest.seed,
);

async function reports(samples: Float32Array, silenced?: SilencedSounds): Promise<CandidateDetection[]> {
  const settings = { ...listenToAll(network.labels, 'high', true), silenced };
  const detector = new Detector(network, { settings });
  const heard = [...(await detector.push(samples)), ...(await detector.finish())];
  return heard.filter((one): one is CandidateDetection => one.type === 'candidate' && one.label === label);
}

const isReported = async (samples: Float32Array, sounds: readonly IgnoredPrototype[], above: number) =>
  (await reports(samples, new Prototypes(sounds, above))).length > 0;

function prototypeOf(candidates: readonly CandidateDetection[]): IgnoredPrototype {
  const values = meanDirection(candidates.map(({ embedding }) => embedding.values));
  const trunkSha256 = network.manifest.trunk.sha256;
  return { id: crypto.randomUUID(), label, embedding: { trunkSha256, values: encodeEmbedding(values) } };
}

async function isConfirmed(samples: Float32Array, candidate: CandidateDetection): Promise<boolean> {
  const { from, to } = clipWindow(Math.min(samples.length, candidate.detectedSample), verification.clipS);
  return (await verification.verify(candidate, samples.subarray(from, to), from)).confirmed;
}

interface Wrong {
  isAlert: boolean;
  isHeldBack: boolean;
  prototype: IgnoredPrototype;
  /** The repeats that a device without prototypes reports. */
  repeats: Float32Array[];
}
interface Real {
  isHeldBack: boolean;
  samples: Float32Array;
  candidate: CandidateDetection;
}

async function wrongOf(row: ManifestRow, sound: Float32Array, isHeldBack: boolean): Promise<Wrong | null> {
  const plays = Array.from({ length: MARKS + REPEATS }, (_, time) => playedAgain(sound, row.file, time).samples);
  const [first] = await reports(plays[0]!);
  if (!first) return null;
  const heard = [first];
  for (const samples of plays.slice(1, MARKS)) heard.push(...(await reports(samples)).slice(0, 1));
  // A device receives an ignored sound only after the sound was detected again since it was marked wrong.
  if (heard.length < 2) return null;
  const repeats: Float32Array[] = [];
  for (const samples of plays.slice(MARKS)) if ((await reports(samples)).length > 0) repeats.push(samples);
  return { isAlert: await isConfirmed(plays[0]!, first), isHeldBack, prototype: prototypeOf(heard), repeats };
}

const wrong: Wrong[] = [];
const real: Real[] = [];
const isOfCalibration = ({ file }: ManifestRow): boolean => parts.get(file) === 'calibrate';
const kindOf = (row: ManifestRow): string => `${row.label} ${isOfCalibration(row)}`;
for (const row of chosenRows(rows, { split, label, kindOf })) {
  const isHeldBack = isOfCalibration(row);
  try {
    const sound = await loadAudio(row.path);
    if (row.label !== label) {
      const found = await wrongOf(row, sound, isHeldBack);
      if (found) wrong.push(found);
      continue;
    }
    const { samples } = playedAgain(sound, row.file, 0);
    const [candidate] = await reports(samples);
    if (candidate) real.push({ isHeldBack, samples, candidate });
  } catch (error) {
    process.stderr.write(`left out: ${row.file}: ${String(error)}\n`);
  }
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const share = (hits: readonly boolean[]): string => shareWords(hits.filter(Boolean).length, hits.length);

/**
 * Whether the device misses the real sound. This is possible only if the first report of the sound would be silenced.
 */
async function isLost({ samples, candidate }: Real, sounds: readonly IgnoredPrototype[], above: number) {
  if (new Prototypes(sounds, above).find(label, candidate.embedding) === null) return false;
  return !(await isReported(samples, sounds, above));
}

/** Mixes the real sound into the repeat, `FOLLOWS_AFTER_S` later. */
function followed(repeat: Float32Array, { samples }: Real): Float32Array {
  const later = Math.round(FOLLOWS_AFTER_S * RATE);
  const both = new Float32Array(repeat.length + later);
  both.set(repeat);
  samples.forEach((sample, at) => (both[at + later]! += sample));
  return both;
}

async function measure(name: string, marked: readonly Wrong[], heard: readonly Real[], above: number): Promise<void> {
  const silenced: boolean[] = [];
  const found: boolean[] = [];
  const foundBefore: boolean[] = [];
  for (const { prototype, repeats } of marked) {
    for (const repeat of repeats) {
      const isSilenced = !(await isReported(repeat, [prototype], above));
      silenced.push(isSilenced);
      const next = heard[found.length % Math.max(1, heard.length)];
      if (!isSilenced || !next) continue;
      const both = followed(repeat, next);
      // A report is sent later than its decision. That of the first sound must not count for the second one.
      const followsFrom = FOLLOWS_FROM_S * RATE + sentAfterSamples;
      found.push(await isReported(both, [prototype], above));
      foundBefore.push((await reports(both)).some(({ detectedSample }) => detectedSample > followsFrom));
    }
  }
  const pairs: boolean[] = [];
  const any: boolean[] = [];
  const all = marked.map(({ prototype }) => prototype);
  for (const one of heard) {
    for (const prototype of all) pairs.push(await isLost(one, [prototype], above));
    any.push(await isLost(one, all, above));
  }
  say(
    [
      `${name} ${above}`,
      `repeats silenced ${share(silenced)}`,
      `real sounds that a single ignored sound silences ${share(pairs)}`,
      `real sounds that all ${all.length} ignored sounds together silence ${share(any)}`,
      `real sounds reported that begin ${FOLLOWS_AFTER_S} s after a silenced sound ${share(found)}, without silencing ${share(foundBefore)}`,
    ].join(' | '),
  );
}

const alerts = wrong.filter(({ isAlert }) => isAlert);
say(
  `${split}, ${label}, trunk ${network.manifest.trunk.sha256.slice(0, 8)}: ${wrong.length} confusers that the device reports at least twice, ${alerts.length} of them alerts at high sensitivity; ${real.length} real sounds`,
);
for (const above of THRESHOLDS) {
  await measure('all', wrong, real, above);
  await measure('alerts', alerts, real, above);
  if (split === 'train')
    await measure(
      'held back',
      wrong.filter(({ isHeldBack }) => isHeldBack),
      real.filter(({ isHeldBack }) => isHeldBack),
      above,
    );
}
await verification.close();
await network.close();
