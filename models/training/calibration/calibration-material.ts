/**
 * The sounds on which decisions are fitted: events, confusers one after the other, and days of homes. No weight of the
 * network was fitted to them.
 */
import type { Network } from '@earshot/device/network/network.ts';
import { evidenceNames } from '@earshot/device/detect/evidence.ts';
import { mapLabel } from '../../corpus/label-map.ts';
import { houseDay } from '../../scenes/house-day.ts';
import type { Sound } from '../../corpus/sound-library.ts';
import type { SceneMaker } from '../../scenes/scene-maker.ts';
import { NEAR_MISSES, nearMiss } from '../../synthesis/near-miss.ts';
import { Random } from '../../synthesis/random.ts';
import { SAMPLE_RATE, samplesOf } from '../../synthesis/sound.ts';
import { alarmPair } from '../alarm-pair.ts';
import { snrFrom } from '../snr.ts';
import { policyOf } from './policy.ts';
import { recordStream, StreamRecorder, type RecordedStream } from './recorded-stream.ts';

export interface MaterialSize {
  scenesPerLabel: number;
  /** Number of scenes with a smoke and a CO alarm, at the same time or one soon after the other. */
  pairs: number;
  /**
   * Number of minutes of synthesised appliances, sirens, birds and similar sounds. Each minute contains one kind of
   * sound.
   */
  nearMisses: number;
  /** Number of hours from simulated house days. Each hour comes from another home and another time of day. */
  houseHours: number;
}

const EVENT_SCENE_S = 26;
/** The first number of scenes with two alarms. It is above all numbers of scenes with one event. */
const FIRST_PAIR_SCENE = 5_000_000;
/**
 * Long enough that a chirp that repeats once or twice a minute occurs again within its scene; otherwise the fit would
 * give no weight to the repetition.
 */
const LONGEST_SCENE_S = 100;
/** Some alarms are cut before their second group of beeps. This is the shortest length of such a recording. */
const SHORTEST_CUT_S = 3;
const LONGEST_CUT_S = 8;
const CUT_SHARE = 0.25;
const QUIETEST_SNR_DB = 0;
const NEAR_MISS_S = 30;
const HOUR_S = 3_600;
const HOURS = 24;
/**
 * The distance between two played hours. It has no common factor with 24, so that every hour of the day is played, and
 * is large enough that each half of the streams contains day and night.
 */
const HOURS_APART = 7;
/**
 * Weights are fitted on every second stream, and thresholds are set on the others. Both halves must contain every kind
 * of stream.
 */
const HALVES = 2;
/** Recordings of confusers are cut to this length, because a longer one adds no information. */
const LONGEST_CONFUSER_S = 120;

/** One stream of the material, recorded on request. */
export interface Piece {
  /** Kind of the stream, for the progress bar. */
  group: string;
  /** Whether the device's energy gate is on, so that what it hears depends on what it suspects. */
  isGated: boolean;
  record: (network: Network) => Promise<RecordedStream>;
}

export const material = (
  maker: SceneMaker,
  labels: readonly string[],
  size: MaterialSize,
  signal: AbortSignal,
): Piece[] => [
  ...labels.flatMap((label, n) =>
    count(size.scenesPerLabel * policyOf(label).timesScenes, 'events', (network, k) =>
      event(maker, network, label, n, k),
    ),
  ),
  ...count(size.pairs, 'two alarms', (network, n) => pair(maker, network, n)),
  ...count(size.nearMisses, 'appliances', appliance),
  ...confusersOf(maker).map((sound) => ({
    group: 'confusers',
    isGated: false,
    record: (network: Network) => confuser(maker, network, sound),
  })),
  ...count(size.houseHours, 'hours of homes', (network, n) => houseHour(maker, network, n, signal)).map((piece) => ({
    ...piece,
    isGated: true,
  })),
];

const count = (
  size: number,
  group: string,
  record: (network: Network, n: number) => Promise<RecordedStream>,
): Piece[] =>
  Array.from({ length: size }, (_, n) => ({ group, isGated: false, record: (network) => record(network, n) }));

async function event(
  maker: SceneMaker,
  network: Network,
  label: string,
  nthLabel: number,
  k: number,
): Promise<RecordedStream> {
  const random = new Random(`decision/${label}/${k}`);
  const sceneS = policyOf(label).dueS > EVENT_SCENE_S ? LONGEST_SCENE_S : EVENT_SCENE_S;
  const scene = maker.render(nthLabel * 100_000 + k, {
    about: label,
    alarmGoesOn: true,
    durationS: sceneS,
    ...snrFrom(random, QUIETEST_SNR_DB),
  });
  const first = scene.events.find((one) => one.label === label);
  // End some recordings while the alarm still sounds.
  const endS =
    first && random.chance(CUT_SHARE)
      ? Math.min(sceneS, first.startS + random.uniform(SHORTEST_CUT_S, LONGEST_CUT_S))
      : sceneS;
  const within = { events: scene.events.filter(({ startS }) => startS < endS), ignored: scene.ignored };
  return recordStream(network, scene.samples.subarray(0, samplesOf(endS)), within, 'event');
}

async function pair(maker: SceneMaker, network: Network, n: number): Promise<RecordedStream> {
  const { samples, events, ignored } = alarmPair(maker, new Random(`decision/pair/${n}`), {
    scene: FIRST_PAIR_SCENE + n,
    sceneS: EVENT_SCENE_S,
    leastSnrDb: QUIETEST_SNR_DB,
  });
  return recordStream(network, samples, { events, ignored }, 'event');
}

async function appliance(network: Network, n: number): Promise<RecordedStream> {
  const random = new Random(`decision/near-miss/${n}`);
  const kind = NEAR_MISSES[Math.floor(n / HALVES) % NEAR_MISSES.length] as string;
  const { samples: sound } = nearMiss(random, kind, NEAR_MISS_S - 2);
  const samples = new Float32Array(samplesOf(NEAR_MISS_S));
  const noise = 10 ** random.uniform(-4, -2.3);
  for (let i = 0; i < samples.length; i++) samples[i] = random.normal(0, noise);
  const gain = 10 ** random.uniform(-1.5, 0);
  for (let i = 0; i < sound.length; i++)
    samples[i + SAMPLE_RATE] = (samples[i + SAMPLE_RATE] as number) + gain * (sound[i] as number);
  return recordStream(network, samples, { events: [], ignored: [] }, 'appliances');
}

/** Plays every held-back confuser once and by itself, as replay plays a corpus. */
const confusersOf = ({ world: { shelf } }: SceneMaker): Sound[] =>
  shelf.confusers.labels.flatMap((label) => shelf.confusers.ofLabels([label]));

async function confuser({ world: { shelf } }: SceneMaker, network: Network, sound: Sound): Promise<RecordedStream> {
  const { ignore } = mapLabel(sound.label);
  const samples = shelf.library.read(sound, 0, LONGEST_CONFUSER_S * SAMPLE_RATE);
  const whole = { startS: 0, endS: samples.length / SAMPLE_RATE };
  const ignored = ignore === '*' || ignore.length > 0 ? [{ heads: ignore, ...whole }] : [];
  return recordStream(network, samples, { events: [], ignored }, 'confusers');
}

async function houseHour(maker: SceneMaker, network: Network, n: number, signal: AbortSignal): Promise<RecordedStream> {
  const fromS = ((n * HOURS_APART) % HOURS) * HOUR_S;
  const recorder = new StreamRecorder(network, true);
  for await (const { samples, events: heard, ignored } of houseDay(maker.world, `calibrate-${n}`, {
    signal,
    fromS,
    toS: fromS + HOUR_S,
  })) {
    const shift = <T extends { startS: number; endS: number }>(one: T): T => ({
      ...one,
      startS: one.startS - fromS,
      endS: one.endS - fromS,
    });
    await recorder.push(samples, { events: heard.map(shift), ignored: ignored.map(shift) });
  }
  return recorder.finish('day', evidenceNames(network.labels).length);
}
