import { filterInPlace } from '../../biquad.ts';
import { strike } from '../../../synthesis/modes.ts';
import type { Random } from '../../../synthesis/random.ts';
import { addAt, SAMPLE_RATE, samplesOf } from '../../../synthesis/sound.ts';
import { resonate } from '../../../synthesis/voice.ts';
import { noise, type Make } from './make.ts';
import { STRUCK } from './struck.ts';
import { addTone, toneOf } from './tones.ts';

type Range = readonly [number, number];

/** A continuous sound: bands of noise, a hum, drops, and slow changes of strength. */
interface Texture {
  bands: readonly { hz: Range; widthHz: Range; gain: Range }[];
  hum?: { hz: Range; gain: Range; harmonics: number };
  /** Drops, bubbles or crackles: how many per second, at which pitch, and how long each lasts. */
  drops?: { perS: Range; hz: Range; decayS: Range; gain: Range };
  /** How fast the strength rises and falls, and by which share of the mean. */
  sway?: { hz: Range; depth: Range };
}

const TEXTURES: Readonly<Record<string, Texture>> = {
  frying: {
    bands: [{ hz: [2_500, 5_500], widthHz: [3_000, 6_000], gain: [0.6, 1] }],
    drops: { perS: [8, 60], hz: [1_500, 6_500], decayS: [0.0008, 0.004], gain: [0.3, 1.5] },
  },
  boiling: {
    bands: [{ hz: [250, 900], widthHz: [400, 1_200], gain: [0.8, 1] }],
    drops: { perS: [30, 120], hz: [250, 1_500], decayS: [0.004, 0.02], gain: [0.2, 0.8] },
    sway: { hz: [0.5, 3], depth: [0.1, 0.4] },
  },
  extractor: {
    bands: [{ hz: [300, 1_200], widthHz: [700, 2_500], gain: [0.7, 1] }],
    hum: { hz: [95, 240], gain: [0.05, 0.3], harmonics: 5 },
  },
  dishwasher: {
    bands: [{ hz: [250, 900], widthHz: [400, 1_500], gain: [0.7, 1] }],
    hum: { hz: [98, 102], gain: [0.05, 0.2], harmonics: 3 },
    sway: { hz: [0.4, 1.2], depth: [0.3, 0.7] },
  },
  'microwave hum': {
    bands: [{ hz: [200, 900], widthHz: [400, 1_500], gain: [0.3, 0.7] }],
    hum: { hz: [100, 120], gain: [0.3, 0.8], harmonics: 8 },
  },
  fridge: {
    bands: [{ hz: [150, 500], widthHz: [200, 600], gain: [0.3, 0.7] }],
    hum: { hz: [48, 52], gain: [0.4, 0.9], harmonics: 7 },
  },
  pump: {
    bands: [{ hz: [200, 900], widthHz: [300, 1_200], gain: [0.2, 0.5] }],
    hum: { hz: [98, 102], gain: [0.3, 0.8], harmonics: 6 },
    drops: { perS: [5, 25], hz: [400, 1_800], decayS: [0.005, 0.02], gain: [0.1, 0.4] },
  },
  shower: {
    bands: [
      { hz: [1_500, 5_000], widthHz: [2_500, 6_000], gain: [0.7, 1] },
      { hz: [250, 700], widthHz: [300, 800], gain: [0.1, 0.5] },
    ],
    drops: { perS: [40, 150], hz: [700, 4_000], decayS: [0.001, 0.006], gain: [0.1, 0.5] },
    sway: { hz: [0.2, 0.8], depth: [0.1, 0.35] },
  },
  'hair dryer': {
    bands: [{ hz: [900, 3_500], widthHz: [1_500, 5_000], gain: [0.7, 1] }],
    hum: { hz: [220, 700], gain: [0.05, 0.3], harmonics: 6 },
  },
  'electric brush': {
    bands: [{ hz: [1_500, 4_500], widthHz: [1_500, 4_000], gain: [0.1, 0.3] }],
    hum: { hz: [140, 270], gain: [0.5, 1], harmonics: 12 },
    sway: { hz: [0.5, 2], depth: [0.2, 0.5] },
  },
  'washing machine': {
    bands: [{ hz: [200, 900], widthHz: [300, 1_200], gain: [0.6, 1] }],
    hum: { hz: [90, 320], gain: [0.1, 0.5], harmonics: 6 },
    sway: { hz: [0.25, 1], depth: [0.3, 0.8] },
    drops: { perS: [0.5, 3], hz: [400, 2_500], decayS: [0.004, 0.03], gain: [0.3, 1.5] },
  },
  'tumble dryer': {
    bands: [{ hz: [250, 1_200], widthHz: [500, 2_000], gain: [0.7, 1] }],
    hum: { hz: [95, 160], gain: [0.1, 0.3], harmonics: 4 },
    sway: { hz: [0.6, 1.1], depth: [0.1, 0.4] },
    drops: { perS: [0.3, 3], hz: [900, 5_000], decayS: [0.002, 0.02], gain: [0.3, 2] },
  },
  vacuum: {
    bands: [
      { hz: [500, 2_200], widthHz: [1_000, 3_500], gain: [0.7, 1] },
      { hz: [3_500, 6_500], widthHz: [2_000, 4_000], gain: [0.1, 0.5] },
    ],
    hum: { hz: [250, 900], gain: [0.1, 0.5], harmonics: 6 },
    sway: { hz: [0.3, 1], depth: [0.1, 0.4] },
  },
  'robot vacuum': {
    bands: [{ hz: [600, 2_500], widthHz: [1_000, 3_000], gain: [0.6, 1] }],
    hum: { hz: [350, 1_600], gain: [0.1, 0.5], harmonics: 5 },
    sway: { hz: [0.2, 1], depth: [0.1, 0.4] },
  },
  mower: {
    bands: [{ hz: [200, 900], widthHz: [500, 1_800], gain: [0.5, 1] }],
    hum: { hz: [45, 110], gain: [0.5, 1], harmonics: 14 },
    sway: { hz: [0.1, 0.6], depth: [0.2, 0.6] },
  },
  blower: {
    bands: [{ hz: [700, 2_800], widthHz: [1_200, 4_000], gain: [0.6, 1] }],
    hum: { hz: [110, 260], gain: [0.3, 0.8], harmonics: 12 },
    sway: { hz: [0.2, 1.5], depth: [0.3, 0.7] },
  },
  compressor: {
    bands: [{ hz: [150, 700], widthHz: [300, 1_200], gain: [0.5, 1] }],
    hum: { hz: [40, 75], gain: [0.4, 0.9], harmonics: 10 },
  },
  traffic: {
    bands: [
      { hz: [120, 500], widthHz: [300, 900], gain: [0.8, 1] },
      { hz: [700, 1_400], widthHz: [800, 2_000], gain: [0.1, 0.4] },
    ],
    sway: { hz: [0.03, 0.15], depth: [0.4, 0.8] },
  },
  rain: {
    bands: [
      { hz: [2_000, 6_000], widthHz: [3_500, 7_000], gain: [0.5, 1] },
      { hz: [300, 900], widthHz: [600, 1_500], gain: [0.1, 0.4] },
    ],
    drops: { perS: [15, 120], hz: [600, 5_000], decayS: [0.001, 0.006], gain: [0.2, 1] },
    sway: { hz: [0.03, 0.2], depth: [0.1, 0.4] },
  },
  wind: {
    bands: [
      { hz: [90, 450], widthHz: [120, 450], gain: [0.8, 1] },
      { hz: [500, 1_300], widthHz: [60, 300], gain: [0.2, 0.9] },
    ],
    sway: { hz: [0.05, 0.25], depth: [0.5, 0.9] },
  },
  'car cabin': {
    bands: [{ hz: [80, 300], widthHz: [150, 400], gain: [0.8, 1] }],
    sway: { hz: [0.1, 0.5], depth: [0.2, 0.5] },
  },
};

/**
 * A texture is made with this length and then repeated as a loop. LoopedSound varies its gain, so that no two
 * repetitions are equal.
 */
export const TEXTURE_S = 26;

const textured =
  ({ bands, hum, drops, sway }: Texture): Make =>
  (random, durationS) => {
    const samples = new Float32Array(samplesOf(durationS));
    const white = noise(random, samples.length);
    for (const { hz, widthHz, gain } of bands)
      addAt(
        samples,
        resonate(white, random.logUniform(...hz), random.logUniform(...widthHz)),
        0,
        random.uniform(...gain),
      );
    if (sway) swayed(random, samples, random.logUniform(...sway.hz), random.uniform(...sway.depth));
    // Noise with an amplitude of 1 has an amplitude of about 0.2 after a resonance, so hum and drops are scaled to 0.2.
    if (hum)
      addTone(
        samples,
        toneOf(Array.from({ length: hum.harmonics }, (_, n) => random.uniform(0.2, 1) / (1 + 0.4 * n))),
        {
          startS: 0,
          lengthS: durationS,
          hz: random.uniform(...hum.hz),
          gain: 0.5 * random.uniform(...hum.gain),
          vibratoHz: 0.3,
          vibratoDepth: 0.003,
        },
      );
    if (drops) drip(random, samples, drops);
    return filterInPlace(samples, { kind: 'highpass', hz: 45 });
  };

function swayed(random: Random, samples: Float32Array, hz: number, depth: number): void {
  const turns = [1, 2.3, 3.7].map((ratio) => ({
    turn: (2 * Math.PI * hz * ratio) / SAMPLE_RATE,
    phase: random.uniform(0, 6.28),
  }));
  let gain = 1;
  for (let i = 0; i < samples.length; i++) {
    if (i % 64 === 0)
      gain = 1 - depth * (0.5 + turns.reduce((sum, { turn, phase }) => sum + Math.sin(turn * i + phase), 0) / 6);
    samples[i] = (samples[i] as number) * gain;
  }
}

function drip(random: Random, samples: Float32Array, { perS, hz, decayS, gain }: NonNullable<Texture['drops']>): void {
  const rate = random.logUniform(...perS);
  for (let atS = 0; atS < samples.length / SAMPLE_RATE; atS += -Math.log(1 - random.next()) / rate)
    strike(
      samples,
      atS,
      [{ hz: random.logUniform(...hz), decayS: random.logUniform(...decayS), gain: 1 }],
      0.3 * random.uniform(...gain),
    );
}

/** Field crickets chirp three times a second at 4 to 5 kHz, tree crickets trill without a pause at 2.5 to 3.5 kHz. */
const crickets: Make = (random, durationS) => {
  const samples = new Float32Array(samplesOf(durationS));
  for (let animal = random.integer(1, 6); animal > 0; animal--) {
    const trills = random.chance(0.3);
    const hz = trills ? random.uniform(2_400, 3_600) : random.uniform(3_900, 5_200);
    const pulseS = trills ? 1 / random.uniform(30, 55) : 1 / random.uniform(25, 35);
    const everyS = 1 / random.uniform(1, 3.2);
    const pulses = random.integer(3, 5);
    const gain = random.uniform(0.05, 1) ** 2;
    const table = toneOf([1, 0.06]);
    for (let atS = random.uniform(0, everyS), n = 0; atS < durationS; n++) {
      addTone(samples, table, { startS: atS, lengthS: pulseS * 0.6, hz, gain, attackS: pulseS * 0.25 });
      atS +=
        trills || (n + 1) % pulses !== 0
          ? pulseS
          : Math.max(pulseS, everyS - pulses * pulseS) * random.uniform(0.95, 1.05);
    }
  }
  return samples;
};

/** Grasshoppers and cicadas: bursts of noise above 5 kHz, from wings that rub over a rasp. */
const grasshoppers: Make = (random, durationS) => {
  const samples = resonate(noise(random, samplesOf(durationS)), random.uniform(5_500, 7_500), 2_000);
  const pulse = random.uniform(8, 30);
  const verse = 1 / random.uniform(1, 4);
  for (let i = 0; i < samples.length; i++) {
    const t = i / SAMPLE_RATE;
    const on = Math.sin(2 * Math.PI * verse * t) > -0.2 && (t * pulse) % 1 < 0.6;
    samples[i] = on ? (samples[i] as number) : 0;
  }
  return samples;
};

export const TEXTURE_SOUNDS: Readonly<Record<string, Make>> = {
  ...Object.fromEntries(Object.entries(TEXTURES).map(([name, texture]) => [name, textured(texture)])),
  crickets,
  grasshoppers,
  bells: STRUCK['bells'] as Make,
  'clock tick': STRUCK['clock tick'] as Make,
};
