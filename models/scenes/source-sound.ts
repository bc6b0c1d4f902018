import { lowBatteryChirp } from '../synthesis/chirp.ts';
import { coAlarm, smokeAlarm, type AlarmOptions } from '../synthesis/alarm.ts';
import { glassBreak } from '../synthesis/glass.ts';
import { nearMiss, NEAR_MISSES } from '../synthesis/near-miss.ts';
import type { Random } from '../synthesis/random.ts';
import { SAMPLE_RATE, samplesOf, type Beep, type Synthesised } from '../synthesis/sound.ts';
import { mapLabel } from '../corpus/label-map.ts';
import type { Sound } from '../corpus/sound-library.ts';
import type { SoundShelf } from './sound-shelf.ts';

/** A single sound before it is put into a room: close and without echo. */
export interface SourceSound {
  /** One of the detector's labels, or the confuser's name. */
  label: string;
  samples: Float32Array;
  /** Root mean square of the parts that are not silent. SNR and level refer to it. */
  loudRms: number;
  beeps: Beep[];
  slices: Record<string, string>;
  ignore: readonly string[] | '*';
}

export interface EventOptions {
  /** Maximum length of the sound. */
  durationS: number;
  /** Minimum number of groups in an alarm that is cut short; absent: one group. */
  fewestGroups?: number;
  /** Whether an alarm may be cut short. False: it sounds until the scene's end. */
  cut?: boolean;
  /** Use only synthesised or only recorded sounds. Absent: use both. */
  from?: 'synthesis' | 'recordings';
  alarm?: Omit<AlarmOptions, 'durationS'>;
}

/**
 * The share of events that use a recording, for labels that can be recorded or synthesised. Most smoke alarms must be
 * synthesised, because there are recordings of only six, while thousands of models are in use.
 */
const RECORDED_SHARE: Readonly<Record<string, number>> = {
  smoke_alarm: 0.22,
  co_alarm: 0.08,
  glass_break: 0.7,
  low_battery_chirp: 0.3,
};

const SYNTHESIS: Readonly<Record<string, (random: Random, options: EventOptions) => Synthesised>> = {
  smoke_alarm: (random, { durationS, alarm }) => smokeAlarm(random, { ...alarm, durationS }),
  co_alarm: (random, { durationS, alarm }) => coAlarm(random, { ...alarm, durationS }),
  low_battery_chirp: (random, { durationS }) => lowBatteryChirp(random, { durationS }),
  glass_break: (random, { durationS }) => glassBreak(random, { durationS: Math.min(3, durationS) }),
};

/** Returns an event with the label `label`, or null when there is neither a recording nor a synthesis of it. */
export function drawEvent(random: Random, shelf: SoundShelf, label: string, options: EventOptions): SourceSound | null {
  const recordings = shelf.positives.get(label) ?? [];
  const synthesise = SYNTHESIS[label];
  const recorded =
    options.from === undefined
      ? !synthesise || random.chance(RECORDED_SHARE[label] ?? 1)
      : options.from === 'recordings';
  if (recorded && recordings.length > 0)
    return recordedEvent(random, shelf, label, random.pick(recordings), options.durationS);
  if (!synthesise) return null;
  return synthesised(label, synthesise(random, cutShort(random, label, options)), []);
}

/**
 * One alarm in three has only some of its groups, because a clip was cut, a person pressed the hush button, or the
 * device just started. At least two beeps remain, because a single beep cannot be distinguished from a low-battery
 * chirp.
 */
function cutShort(random: Random, label: string, options: EventOptions): EventOptions {
  const alarm = label === 'smoke_alarm' || label === 'co_alarm';
  if (!alarm || options.cut === false || options.alarm?.maxGroups !== undefined || !random.chance(0.3)) return options;
  const fewest = options.fewestGroups ?? (label === 'co_alarm' ? 1 : 2);
  return { ...options, alarm: { ...options.alarm, maxGroups: random.integer(fewest, Math.max(3, fewest)) } };
}

function recordedEvent(random: Random, shelf: SoundShelf, label: string, sound: Sound, durationS: number): SourceSound {
  const samples = stretched(random, shelf, sound, durationS, label === 'glass_break' ? 0.25 : 0.12);
  const slices = { source: sound.source, recording: 'yes' };
  return { label, samples, loudRms: Math.max(1e-4, sound.loudRms), beeps: soundingSpans(samples), slices, ignore: [] };
}

/**
 * Plays a recording faster or slower, by a factor of up to `reach`, so that it sounds like a different alarm unit, pane
 * or dog. If the recording is too long, a random part is used.
 */
function stretched(random: Random, shelf: SoundShelf, sound: Sound, durationS: number, reach: number): Float32Array {
  const speed = random.chance(0.3) ? 1 : random.uniform(1 - reach, 1 + reach);
  const wanted = Math.ceil(samplesOf(durationS) * speed) + 1;
  const from = sound.samples > wanted ? random.integer(0, sound.samples - wanted) : 0;
  return playedAt(shelf.library.read(sound, from, wanted), speed);
}

export function playedAt(samples: Float32Array, speed: number): Float32Array {
  if (speed === 1) return samples;
  const out = new Float32Array(Math.floor(samples.length / speed));
  for (let i = 0; i < out.length; i++) {
    const place = i * speed;
    const whole = Math.floor(place);
    const low = samples[whole] as number;
    out[i] = low + (place - whole) * ((samples[whole + 1] ?? low) - low);
  }
  return out;
}

/**
 * Weights of confusers. Common sounds of homes have higher weights, and so have sounds that caused false candidates in
 * calibration.
 */
const NEAR_MISS_WEIGHTS: Readonly<Record<string, number>> = {
  microwave: 3,
  appliance: 3,
  alarm_clock: 3,
  monitor: 2,
  single_beep: 2,
  ring_tone: 2,
  doorbell: 2,
  bird: 3,
  cricket: 3,
  piping: 2,
  kettle: 2,
  bell: 2,
  crossing: 2,
  siren: 2,
  whistling: 2,
  jingle: 2,
  impact: 2,
  cough: 3,
  laughter: 2,
  water: 2,
  percussion: 3,
};
const nearMissWeights = Object.fromEntries(NEAR_MISSES.map((kind) => [kind, NEAR_MISS_WEIGHTS[kind] ?? 1]));

export function drawNearMiss(random: Random, durationS: number, kind = random.weighted(nearMissWeights)): SourceSound {
  return synthesised(kind, nearMiss(random, kind, durationS), []);
}

/** Returns a random sound that is easily confused with an event. */
export function drawConfuser(random: Random, shelf: SoundShelf, durationS: number): SourceSound {
  if (random.chance(0.35)) return drawNearMiss(random, durationS);
  return recordedConfuser(random, shelf, shelf.confusers.draw(random), durationS);
}

export function recordedConfuser(random: Random, shelf: SoundShelf, sound: Sound, durationS: number): SourceSound {
  // The range is wider than for events, because no standard fixes the sounds of people, animals and machines.
  const samples = stretched(random, shelf, sound, durationS, 0.25);
  return {
    label: sound.label,
    samples,
    loudRms: Math.max(1e-4, sound.loudRms),
    beeps: [{ startS: 0, lengthS: samples.length / SAMPLE_RATE }],
    slices: { source: sound.source },
    ignore: ignoreOf(sound.label),
  };
}

function synthesised(label: string, { samples, beeps, slices }: Synthesised, ignore: readonly string[]): SourceSound {
  return { label, samples, beeps, slices: { ...slices, recording: 'no' }, loudRms: rmsWithin(samples, beeps), ignore };
}

function rmsWithin(samples: Float32Array, beeps: readonly Beep[]): number {
  let energy = 0;
  let count = 0;
  for (const { startS, lengthS } of beeps) {
    const end = Math.min(samples.length, samplesOf(startS + Math.min(lengthS, 0.5)));
    for (let i = samplesOf(startS); i < end; i++) {
      energy += (samples[i] as number) ** 2;
      count++;
    }
  }
  return Math.max(1e-4, Math.sqrt(energy / Math.max(1, count)));
}

const FRAME = 320;
/** Parts that are this far below the loudest 20 ms count as the recording's own background. */
const SPAN_FLOOR = 10 ** (-25 / 10);

/**
 * The parts of a recording that are not background: frames of 20 ms that are within 25 dB of the loudest frame. Gaps of
 * up to 0.1 s are included.
 */
function soundingSpans(samples: Float32Array): Beep[] {
  const energies: number[] = [];
  for (let from = 0; from < samples.length; from += FRAME) {
    let energy = 0;
    const end = Math.min(samples.length, from + FRAME);
    for (let i = from; i < end; i++) energy += (samples[i] as number) ** 2;
    energies.push(energy);
  }
  const floor =
    Math.max(
      1e-9,
      energies.reduce((most, energy) => Math.max(most, energy), 0),
    ) * SPAN_FLOOR;
  const spans: Beep[] = [];
  energies.forEach((energy, frame) => {
    if (energy < floor) return;
    const startS = (frame * FRAME) / SAMPLE_RATE;
    const last = spans.at(-1);
    if (last && startS - (last.startS + last.lengthS) < 0.1) last.lengthS = startS + FRAME / SAMPLE_RATE - last.startS;
    else spans.push({ startS, lengthS: FRAME / SAMPLE_RATE });
  });
  return spans;
}

const ignored = new Map<string, readonly string[] | '*'>();
function ignoreOf(label: string): readonly string[] | '*' {
  const known = ignored.get(label);
  if (known !== undefined) return known;
  const ignore = mapLabel(label).ignore;
  ignored.set(label, ignore);
  return ignore;
}
