import { addTone, waveOf } from '../tone.ts';
import { addTrain, type Appliance } from './appliance.ts';

const SINE = waveOf([1], 1);

/** Field crickets: three or four pulses of 15 ms at 4 to 5 kHz, two or three times a second. */
export const cricket: Appliance = (dice, out, lengthS) => {
  const hz = dice.between(3_800, 5_200);
  const times = dice.whole(3, 5);
  const everyS = dice.between(0.3, 0.6);
  for (let fromS = 0; fromS < lengthS; fromS += everyS * dice.between(0.95, 1.05))
    addTrain(out, { fromS, times, onS: 0.016, offS: 0.018, hz, wave: SINE });
};

export const treeCricket: Appliance = (dice, out, lengthS) => {
  const hz = dice.between(2_600, 3_800);
  const trillHz = dice.between(25, 50);
  addTone(out, { startS: 0, lengthS, hz, level: (t) => Math.max(0, Math.sin(2 * Math.PI * trillHz * t)) });
};

/** Great tits and chiffchaffs: two notes in turn, repeated a dozen times at the same pitches, then a pause. */
export const twoNoteBird: Appliance = (dice, out, lengthS) => {
  const [high, low] = [dice.between(4_200, 6_500), dice.between(3_000, 4_200)];
  const noteS = dice.between(0.08, 0.2);
  for (let fromS = 0; fromS < lengthS; fromS += dice.between(1.5, 5))
    for (let n = dice.whole(4, 12); n > 0 && fromS < lengthS; n--, fromS += 2.6 * noteS) {
      addTone(out, { startS: fromS, lengthS: noteS, hz: high, attackS: 0.02, releaseS: 0.02 });
      addTone(out, { startS: fromS + 1.2 * noteS, lengthS: noteS * 1.1, hz: low, attackS: 0.02, releaseS: 0.02 });
    }
};

export const songBird: Appliance = (dice, out, lengthS) => {
  for (let startS = 0; startS < lengthS; startS += dice.octaves(0.12, 2)) {
    const [from, to] = [dice.octaves(1_800, 6_000), dice.octaves(1_800, 6_000)];
    const hz = (sinceS: number, noteS: number): number => from + ((to - from) * sinceS) / noteS;
    addTone(out, { startS, lengthS: dice.octaves(0.05, 0.5), hz, level: dice.between(0.4, 1), attackS: 0.015 });
  }
};

/** Bullfinches, pygmy owls and scops owls: a whistle at one pitch, repeated every few seconds. */
export const whistlingBird: Appliance = (dice, out, lengthS) => {
  const hz = dice.between(1_200, 3_500);
  const onS = dice.between(0.15, 0.6);
  const everyS = dice.between(1, 3.5);
  for (let startS = 0; startS < lengthS; startS += everyS * dice.between(0.9, 1.1)) {
    const bend = dice.between(-0.06, 0.06);
    const pitch = (sinceS: number): number => hz * (1 + (bend * sinceS) / onS);
    addTone(out, { startS, lengthS: onS * dice.between(0.9, 1.1), hz: pitch, attackS: 0.04, releaseS: 0.06 });
  }
};

/** Midwife toads and spring peepers: soft short beeps at one pitch. */
export const frog: Appliance = (dice, out, lengthS) => {
  const hz = dice.between(1_200, 3_000);
  const everyS = dice.between(0.8, 2.5);
  for (let startS = 0; startS < lengthS; startS += everyS * dice.between(0.85, 1.15))
    addTone(out, {
      startS,
      lengthS: dice.between(0.1, 0.2),
      hz: hz * dice.between(0.99, 1.01),
      attackS: 0.02,
      releaseS: 0.05,
    });
};

export const cockerel: Appliance = (dice, out, lengthS) => {
  for (let startS = 0; startS < lengthS; startS += dice.between(5, 9)) {
    const top = dice.between(700, 1_100);
    const hz = (sinceS: number, callS: number): number => top * (0.6 + 0.4 * Math.sin((Math.PI * sinceS) / callS));
    addTone(out, { startS, lengthS: dice.between(1.2, 2), hz, wave: waveOf([1, 0.9, 0.7, 0.5, 0.3], top) });
  }
};
