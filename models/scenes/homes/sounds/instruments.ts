import { strike } from '../../../synthesis/modes.ts';
import type { Random } from '../../../synthesis/random.ts';
import { addAt, samplesOf } from '../../../synthesis/sound.ts';
import { resonate } from '../../../synthesis/voice.ts';
import { burst, faded, type Make } from './make.ts';
import { addTone, toneOf, type ToneTable } from './tones.ts';

const SCALES = [
  [0, 2, 4, 5, 7, 9, 11, 12],
  [0, 2, 3, 5, 7, 8, 10, 12],
  [0, 3, 5, 7, 10, 12],
];
const CHORDS = [0, 5, 7, -3, -5, 2];
const semitones = (hz: number, steps: number): number => hz * 2 ** (steps / 12);

interface Instrument {
  /** Pitch of the lowest note, Hz. */
  hz: readonly [number, number];
  harmonics: readonly number[];
  /** Range of the time constant with which a note decays. Null: the note is held. */
  decayS: readonly [number, number] | null;
  vibratoDepth: number;
  noteS: readonly [number, number];
  attackS: number;
}

const INSTRUMENTS: Readonly<Record<string, Instrument>> = {
  piano: {
    hz: [110, 520],
    harmonics: [1, 0.6, 0.35, 0.25, 0.12, 0.08],
    decayS: [0.25, 1.2],
    vibratoDepth: 0,
    noteS: [0.15, 0.7],
    attackS: 0.003,
  },
  // A recorder as used in schools: nearly a sine from 520 to 2,350 Hz.
  recorder: {
    hz: [520, 1_050],
    harmonics: [1, 0.08, 0.12, 0.03],
    decayS: null,
    vibratoDepth: 0.004,
    noteS: [0.2, 0.9],
    attackS: 0.03,
  },
  violin: {
    hz: [196, 880],
    harmonics: [1, 0.8, 0.7, 0.55, 0.4, 0.35, 0.25, 0.2],
    decayS: null,
    vibratoDepth: 0.008,
    noteS: [0.2, 1.2],
    attackS: 0.06,
  },
  // Ring tones of telephones: a marimba or bleeps.
  tune: {
    hz: [500, 1_600],
    harmonics: [1, 0.05, 0.3, 0.1],
    decayS: [0.06, 0.4],
    vibratoDepth: 0,
    noteS: [0.09, 0.3],
    attackS: 0.002,
  },
};

const played = (name: string): Make => {
  return (random, durationS) => {
    const instrument = INSTRUMENTS[name] as Instrument;
    const samples = new Float32Array(samplesOf(durationS));
    const table = toneOf(instrument.harmonics.map((gain) => gain * random.uniform(0.6, 1.3)));
    const [root, scale] = [random.logUniform(...instrument.hz), random.pick(SCALES)];
    const usualS = random.uniform(...instrument.noteS);
    for (let atS = 0; atS < durationS - 0.1;) {
      const lengthS = usualS * random.pick([0.5, 1, 1, 2]);
      addTone(samples, table, {
        startS: atS,
        lengthS: instrument.decayS ? lengthS * 2 : lengthS * 0.95,
        hz: semitones(root, random.pick(scale)),
        gain: random.uniform(0.5, 1),
        attackS: instrument.attackS,
        ...(instrument.decayS ? { decayS: random.logUniform(...instrument.decayS) } : {}),
        vibratoHz: 5.5,
        vibratoDepth: instrument.vibratoDepth,
      });
      atS += random.chance(0.1) ? lengthS * 2 : lengthS;
    }
    return samples;
  };
};

/** Some bars of a song: drums with cymbals, bass, chords and a melody, each with its own timbre. */
const song: Make = (random, durationS) => {
  const samples = new Float32Array(samplesOf(durationS));
  const beatS = 60 / random.uniform(70, 160);
  const [root, scale] = [random.logUniform(55, 110), random.pick(SCALES)];
  const [bass, pad, lead] = [timbre(random, 5), timbre(random, 8), timbre(random, 6)];
  const kit = drumKit(random);
  const [hasDrums, hasPad, hasLead] = [random.chance(0.75), random.chance(0.8), random.chance(0.8)];
  const octave = random.pick([4, 8, 8, 16]);
  const steps = Array.from({ length: 8 }, () => random.pick(scale));
  for (let beat = 0, atS = 0; atS < durationS; beat++, atS += beatS) {
    const base = semitones(root, CHORDS[Math.floor(beat / 4) % CHORDS.length] ?? 0);
    addTone(samples, bass, { startS: atS, lengthS: beatS * 0.9, hz: base, gain: 0.5, decayS: 0.4 });
    if (hasPad && beat % 4 === 0)
      for (const step of [0, 4, 7])
        addTone(samples, pad, {
          startS: atS,
          lengthS: beatS * 4,
          hz: semitones(base * 4, step),
          gain: 0.2,
          attackS: 0.05,
        });
    if (hasLead && random.chance(0.8))
      addTone(samples, lead, {
        startS: atS,
        lengthS: beatS * random.pick([0.5, 1, 2]),
        hz: semitones(root * octave, steps[beat % steps.length] ?? 0),
        gain: 0.4,
        decayS: 0.5,
      });
    if (!hasDrums) continue;
    addAt(samples, beat % 2 === 0 ? kit.kick : kit.snare, samplesOf(atS), 0.8);
    for (const half of [0, 0.5]) addAt(samples, kit.hat, samplesOf(atS + half * beatS), 0.35);
    if (random.chance(0.03)) addAt(samples, kit.cymbal, samplesOf(atS), 0.5);
  }
  return faded(samples, 0.1);
};

const timbre = (random: Random, count: number): ToneTable =>
  toneOf(Array.from({ length: count }, (_, n) => random.uniform(0, 1) / (n + 1)));

function drumKit(random: Random): Record<'kick' | 'snare' | 'hat' | 'cymbal', Float32Array> {
  const kick = new Float32Array(samplesOf(0.3));
  strike(kick, 0, [{ hz: random.uniform(45, 90), decayS: 0.08, gain: 1 }]);
  const snare = resonate(burst(random, 0.05), random.uniform(900, 2_500), 2_500);
  const hat = resonate(burst(random, random.uniform(0.008, 0.03)), 7_000, 3_000);
  const cymbal = resonate(burst(random, random.uniform(0.2, 0.5)), random.uniform(4_500, 7_000), 4_000);
  return { kick, snare, hat, cymbal };
}

/** Film music: strings that rise and pause. */
const score: Make = (random, durationS) => {
  const samples = new Float32Array(samplesOf(durationS));
  const table = toneOf([1, 0.6, 0.4, 0.25, 0.15, 0.1].map((gain) => gain * random.uniform(0.5, 1.2)));
  const root = random.logUniform(80, 240);
  for (let atS = 0; atS < durationS;) {
    const lengthS = random.uniform(1.5, 5);
    for (const step of [0, random.pick([3, 4]), 7, 12])
      addTone(samples, table, {
        startS: atS,
        lengthS,
        hz: semitones(root, step),
        gain: 0.3,
        attackS: lengthS / 3,
        vibratoHz: 5,
        vibratoDepth: 0.004,
      });
    atS += lengthS * 0.9;
  }
  return samples;
};

/** A whistle of a referee, a child or a kettle: 2 to 4 kHz, with or without a pea that makes it trill. */
const whistle: Make = (random, durationS) => {
  const samples = new Float32Array(samplesOf(Math.min(durationS, 3)));
  const hz = random.uniform(1_800, 3_900);
  const pea = random.chance(0.6) ? { vibratoHz: random.uniform(18, 40), vibratoDepth: random.uniform(0.01, 0.04) } : {};
  for (let atS = 0, n = random.integer(1, 3); n > 0; n--) {
    const lengthS = random.logUniform(0.12, 1.2);
    addTone(samples, toneOf([1, 0.1, 0.05]), {
      startS: atS,
      lengthS,
      hz,
      toHz: hz * random.uniform(0.95, 1.05),
      ...pea,
    });
    atS += lengthS + random.uniform(0.1, 0.4);
  }
  return samples;
};

/** A car horn: two reeds a third apart. */
const horn: Make = (random, durationS) => {
  const samples = new Float32Array(samplesOf(Math.min(durationS, 2.5)));
  const table = toneOf([1, 0.8, 0.7, 0.5, 0.4, 0.3, 0.2]);
  const hz = random.uniform(320, 480);
  for (let atS = 0, n = random.integer(1, 3); n > 0; n--) {
    const lengthS = random.logUniform(0.12, 1);
    for (const ratio of [1, 1.22]) addTone(samples, table, { startS: atS, lengthS, hz: hz * ratio, gain: 0.5 });
    atS += lengthS + random.uniform(0.08, 0.4);
  }
  return samples;
};

export const INSTRUMENT_SOUNDS: Readonly<Record<string, Make>> = {
  ...Object.fromEntries(Object.keys(INSTRUMENTS).map((name) => [name, played(name)])),
  song,
  score,
  whistle,
  horn,
};
