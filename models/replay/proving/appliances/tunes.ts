import type { Dice } from '../dice.ts';
import { addTone, waveOf, type Wave } from '../tone.ts';
import type { Appliance } from './appliance.ts';

const MAJOR = [0, 2, 4, 5, 7, 9, 11, 12, 14, 16] as const;

interface Tune {
  /** The notes: semitones above the root, and length in beats. */
  notes: readonly { step: number; beats: number }[];
  rootHz: number;
  beatS: number;
  wave: Wave;
  ringS?: number;
  fromS?: number;
}

const notesOf = (dice: Dice, count: number): Tune['notes'] =>
  Array.from({ length: count }, () => ({ step: dice.one(MAJOR), beats: dice.one([0.5, 1, 1, 1, 2]) }));

/** Adds the tune. Returns the time at which its last note ends. */
function addTune(out: Float32Array, { notes, rootHz, beatS, wave, ringS, fromS = 0 }: Tune): number {
  let startS = fromS;
  const decay = ringS === undefined ? {} : { ringS };
  for (const { step, beats } of notes) {
    addTone(out, { startS, lengthS: beatS * beats * 0.95, hz: rootHz * 2 ** (step / 12), wave, ...decay });
    startS += beatS * beats;
  }
  return startS;
}

/** The tune that washing machines and rice cookers play when they are done: pure tones between 1 and 4 kHz. */
export const pureMelody: Appliance = (dice, out) => {
  const rootHz = dice.octaves(1_000, 2_400);
  const notes = notesOf(dice, dice.whole(8, 40));
  addTune(out, { notes, rootHz, beatS: dice.between(0.15, 0.5), wave: waveOf([1], 1) });
};

/** A mobile phone's ring tone: the same ten notes, repeated. */
export const mobileRing: Appliance = (dice, out, lengthS) => {
  const wave = waveOf([1, 0.2, 0.3], 3_300);
  const tune = { notes: notesOf(dice, 10), rootHz: dice.octaves(500, 1_300), beatS: dice.between(0.1, 0.25), wave };
  for (let fromS = 0; fromS < lengthS;) fromS = addTune(out, { ...tune, fromS, ringS: 0.3 }) + 0.8;
};

export const toy: Appliance = (dice, out, lengthS) => {
  const wave = waveOf([1, 0, 0.33, 0, 0.2, 0, 0.14], 3_000);
  for (let fromS = 0; fromS < lengthS; fromS += dice.between(0.5, 4)) {
    const notes = notesOf(dice, dice.whole(2, 12));
    fromS = addTune(out, { notes, fromS, rootHz: dice.octaves(500, 1_800), beatS: dice.between(0.05, 0.3), wave });
  }
};

export const arcade: Appliance = (dice, out, lengthS) => {
  const wave = waveOf([1, 0.5, 0.33, 0.25, 0.2], 4_000);
  for (let startS = 0; startS < lengthS; startS += dice.octaves(0.15, 1.5)) {
    const [from, to] = [dice.octaves(300, 3_800), dice.octaves(300, 3_800)];
    addTone(out, { startS, lengthS: dice.octaves(0.05, 0.5), hz: (t, all) => from + ((to - from) * t) / all, wave });
  }
};

export const doorbell: Appliance = (dice, out) => {
  const hz = dice.octaves(450, 1_500);
  const wave = waveOf([1, 0.15, 0.3, 0.1], hz);
  const gapS = dice.between(0.4, 0.9);
  for (let ring = dice.whole(1, 3), startS = 0; ring > 0; ring--, startS += 4) {
    addTone(out, { startS, lengthS: 1.5, hz, wave, ringS: 0.5 });
    addTone(out, { startS: startS + gapS, lengthS: 2, hz: hz * 0.794, wave, ringS: 0.6 });
  }
};

export const musicBox: Appliance = (dice, out) => {
  const rootHz = dice.octaves(900, 1_800);
  const wave = waveOf([1, 0.05, 0.2], 4_500);
  addTune(out, { notes: notesOf(dice, 60), rootHz, beatS: dice.between(0.2, 0.4), wave, ringS: 0.5 });
};

/** A recorder or flute: held tones with breath and vibrato. */
export const flute: Appliance = (dice, out, lengthS) => {
  const rootHz = dice.octaves(520, 1_300);
  for (let startS = 0; startS < lengthS;) {
    const noteS = dice.one([0.3, 0.5, 0.5, 1, 2]);
    const hz = rootHz * 2 ** (dice.one(MAJOR) / 12);
    const vibrato = dice.between(0, 0.008);
    addTone(out, {
      startS,
      lengthS: noteS * 0.95,
      hz: (t) => hz * (1 + vibrato * Math.sin(2 * Math.PI * 5.5 * t)),
      wave: waveOf([1, 0.25, 0.1], hz),
      attackS: 0.04,
    });
    startS += noteS;
  }
};

export const churchBell: Appliance = (dice, out, lengthS) => {
  const hz = dice.octaves(250, 700);
  const everyS = dice.between(1.2, 2.5);
  for (let startS = 0; startS < lengthS; startS += everyS)
    for (const [ratio, level] of [
      [0.5, 0.6],
      [1, 1],
      [1.19, 0.8],
      [2, 0.7],
      [2.6, 0.4],
      [4.1, 0.2],
    ] as const)
      addTone(out, { startS, lengthS: 4, hz: hz * ratio, level, ringS: 1.4 / Math.sqrt(ratio) });
};
