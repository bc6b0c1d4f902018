/**
 * Renders windows of two seconds and the answers for them: recordings and synthesised sounds, mixed, in rooms and at
 * all levels.
 */
import { KNOWN_LABELS } from '@earshot/shared/labels.ts';
import { mapLabel } from '../../corpus/label-map.ts';
import type { Sound, SoundLibrary } from '../../corpus/sound-library.ts';
import { convolve } from '../../scenes/convolve.ts';
import type { SceneWorld } from '../../scenes/scene.ts';
import { coAlarm, smokeAlarm } from '../../synthesis/alarm.ts';
import { lowBatteryChirp } from '../../synthesis/chirp.ts';
import { glassBreak } from '../../synthesis/glass.ts';
import { nearMiss, NEAR_MISSES } from '../../synthesis/near-miss.ts';
import type { Random } from '../../synthesis/random.ts';
import { decibel, SAMPLE_RATE, type Synthesised } from '../../synthesis/sound.ts';
import { NO, NOT_ASKED, YES } from '../data/targets.ts';

export interface Window {
  samples: Float32Array;
  /** One answer for each label of `WindowMaker.labels`. */
  targets: Uint8Array;
}

/** 200 frames of 10 ms. */
export const WINDOW_FRAMES = 200;
export const WINDOW_SAMPLES = 199 * 160 + 512;
/** Kinds of sounds that are chosen more often, because they are easily confused with breaking glass. */
const GLASSY = /glass|^coins$|dishes|cutlery_clink|bottle_opening/;
const BEEPING = /alarm|beep|bell|siren|ring|chime|kettle|microwave/;
/**
 * Animals that are chosen more often: a cricket's song, for example, is a clean tone at a smoke alarm's pitch that
 * repeats all night.
 */
const SINGING = /cricket|insect|cicada|bird|frog/;
const SOURCES = {
  glass: 0.08,
  glassy: 0.08,
  beeping: 0.15,
  singing: 0.07,
  made: 0.16,
  anyLabel: 0.18,
  confuser: 0.28,
} as const;
const MADE = { glass: 0.25, smoke: 0.3, co: 0.12, chirp: 0.08, nearMiss: 0.25 } as const;
/**
 * A part of a recording is used when its level is at least this share of the level of the recording's loudest half
 * second. Quieter parts may not contain the labelled sound.
 */
const AUDIBLE = 0.3;
/** A second sound is certainly audible only if it is at most this many dB below the first one. */
const SURE_BELOW_DB = 10;

interface Part {
  samples: Float32Array;
  /** Label of the corpus, or of a synthesised sound. */
  label: string;
  audible: boolean;
}

export class WindowMaker {
  /** First Earshot's labels, then the corpus's labels. */
  readonly labels: readonly string[];
  private readonly world: SceneWorld;
  private readonly byLabel: ReadonlyMap<string, readonly Sound[]>;
  private readonly glassy: readonly string[];
  private readonly beeping: readonly string[];
  private readonly singing: readonly string[];

  constructor(world: SceneWorld) {
    this.world = world;
    const { positives, confusers } = world.shelf;
    const byLabel = new Map<string, Sound[]>();
    for (const sound of [...[...positives.values()].flat(), ...confusers.ofLabels(confusers.labels)])
      byLabel.set(sound.label, [...(byLabel.get(sound.label) ?? []), sound]);
    this.byLabel = byLabel;
    const names = [...byLabel.keys()].sort();
    this.glassy = names.filter((name) => GLASSY.test(name));
    this.beeping = names.filter((name) => BEEPING.test(name));
    this.singing = names.filter((name) => SINGING.test(name));
    this.labels = [...KNOWN_LABELS, ...names.map((name) => `corpus/${name}`)];
  }

  draw(random: Random): Window {
    const first = this.part(random);
    let { samples } = first;
    const targets = this.targetsOf(first);
    const rms = rmsOf(samples);
    if (random.chance(0.5)) {
      const second = this.part(random);
      const belowDb = random.uniform(-3, 20);
      const gain = (rms / rmsOf(second.samples)) * decibel(-belowDb);
      samples = samples.map((x, i) => x + gain * (second.samples[i] as number));
      join(targets, this.targetsOf({ ...second, audible: second.audible && belowDb < SURE_BELOW_DB }));
    }
    if (random.chance(0.3)) {
      const noise = rms * decibel(-random.uniform(5, 30));
      samples = samples.map((x) => x + noise * random.normal());
    }
    const peak = samples.reduce((most, x) => Math.max(most, Math.abs(x)), 1e-9);
    const gain = decibel(random.uniform(-36, 0)) / peak;
    return { samples: samples.map((x) => x * gain), targets };
  }

  private part(random: Random): Part {
    const part = random.weighted(SOURCES) === 'made' ? this.made(random) : this.recorded(random);
    let { samples } = part;
    const rooms = this.world.measuredRooms;
    if (rooms.length > 0 && random.chance(0.4))
      samples = convolve(samples, random.pick(rooms)).slice(0, WINDOW_SAMPLES);
    if (random.chance(0.5)) samples = tilted(samples, random.uniform(-0.6, 0.6));
    return { ...part, samples };
  }

  private recorded(random: Random): Part {
    const sound = this.sound(random);
    const { library } = this.world.shelf;
    const { samples, audible } = excerpt(random, library, sound);
    return { samples, audible, label: sound.label };
  }

  private sound(random: Random): Sound {
    const { confusers, positives } = this.world.shelf;
    const ofLabel = (labels: readonly string[]): Sound | null =>
      labels.length === 0 ? null : random.pick(this.byLabel.get(random.pick(labels)) ?? []);
    const { glass, glassy, beeping, singing, anyLabel, confuser } = SOURCES;
    const source = random.weighted({ glass, glassy, beeping, singing, anyLabel, confuser });
    const glasses = positives.get('glass_break') ?? [];
    if (source === 'glass' && glasses.length > 0) return random.pick(glasses);
    if (source === 'glass' || source === 'confuser') return confusers.draw(random);
    const labels = {
      glassy: this.glassy,
      beeping: this.beeping,
      singing: this.singing,
      anyLabel: [...this.byLabel.keys()],
    };
    return ofLabel(labels[source]) ?? confusers.draw(random);
  }

  private made(random: Random): Part {
    const kind = random.weighted(MADE);
    const { samples, kind: label } = synthesised(random, kind);
    const window = new Float32Array(WINDOW_SAMPLES);
    if (kind === 'smoke' || kind === 'co') {
      // Render the alarm longer than a window, so that windows begin anywhere in its rhythm.
      window.set(samples.subarray(random.integer(0, samples.length - WINDOW_SAMPLES)).subarray(0, WINDOW_SAMPLES));
      return { samples: window, label, audible: rmsOf(window) > AUDIBLE_ALARM };
    }
    const startAt = random.integer(0, Math.floor(WINDOW_SAMPLES * 0.7));
    window.set(samples.subarray(0, WINDOW_SAMPLES - startAt), startAt);
    return { samples: window, label, audible: true };
  }

  private targetsOf({ label, audible }: Part): Uint8Array {
    const { positive, ignore } = mapLabel(label);
    const yes = audible ? YES : NOT_ASKED;
    return Uint8Array.from(this.labels, (asked) => {
      if (asked === positive || asked === `corpus/${label}`) return yes;
      return ignore === '*' || ignore.includes(asked) ? NOT_ASKED : NO;
    });
  }
}

/**
 * A window of an alarm contains beeps when its RMS is above this. Alarms are normalised to a peak of 0.5, and between
 * two groups of beeps there is silence.
 */
const AUDIBLE_ALARM = 0.02;
const ALARM_S = 8;

function synthesised(random: Random, kind: keyof typeof MADE): Synthesised {
  if (kind === 'glass') return glassBreak(random, { durationS: 2 });
  if (kind === 'chirp') return lowBatteryChirp(random, { durationS: 1.5 });
  if (kind === 'nearMiss') return nearMiss(random, random.pick(NEAR_MISSES), 2);
  return (kind === 'smoke' ? smokeAlarm : coAlarm)(random, { durationS: ALARM_S });
}

/**
 * Takes a window from a random place of the recording, and tries again if that place is quiet. A recording that is
 * shorter than a window is placed anywhere in the window.
 */
function excerpt(random: Random, library: SoundLibrary, sound: Sound): { samples: Float32Array; audible: boolean } {
  const samples = new Float32Array(WINDOW_SAMPLES);
  if (sound.samples <= WINDOW_SAMPLES) {
    samples.set(library.read(sound), random.integer(0, WINDOW_SAMPLES - sound.samples));
    return { samples, audible: true };
  }
  for (let tries = 0; ; tries++) {
    const from = random.integer(0, sound.samples - WINDOW_SAMPLES);
    samples.set(library.read(sound, from, WINDOW_SAMPLES));
    const audible = loudest(samples) >= AUDIBLE * sound.loudRms;
    if (audible || tries > 0) return { samples, audible };
  }
}

function loudest(samples: Float32Array): number {
  let most = 0;
  for (let from = 0; from + SAMPLE_RATE / 2 <= samples.length; from += SAMPLE_RATE / 4)
    most = Math.max(most, rmsOf(samples.subarray(from, from + SAMPLE_RATE / 2)));
  return most;
}

const rmsOf = (samples: Float32Array): number =>
  Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length) + 1e-9;

/** Simulates another microphone: treble or bass is stronger. */
const tilted = (samples: Float32Array, by: number): Float32Array =>
  samples.map((x, i) => x + by * (i === 0 ? 0 : (samples[i - 1] as number)));

/**
 * Joins the answers of two sounds that are mixed: the labels of both are present, and answers that are unknown for one
 * of them stay unknown.
 */
function join(targets: Uint8Array, other: Uint8Array): void {
  other.forEach((answer, i) => {
    if (answer === YES || (answer === NOT_ASKED && targets[i] === NO)) targets[i] = answer;
  });
}
