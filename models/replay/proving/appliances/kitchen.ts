import { addTone, at, bandOf, mix, RATE } from '../tone.ts';
import { addTrain, beeperWave, type Appliance } from './appliance.ts';

export const microwaveEnd: Appliance = (dice, out) => {
  const hz = dice.octaves(900, 2_800);
  const [onS, offS] = [dice.between(0.4, 1), dice.between(0.4, 1)];
  addTrain(out, { times: dice.whole(3, 5), onS, offS, hz, wave: beeperWave(dice, hz) });
};

/** An oven timer: groups of two to five quick beeps, about a second apart, until somebody comes. */
export const ovenTimer: Appliance = (dice, out, lengthS) => {
  const hz = dice.octaves(1_800, 4_200);
  const wave = beeperWave(dice, hz);
  const onS = dice.between(0.06, 0.12);
  const times = dice.whole(2, 5);
  const pauseS = dice.between(0.5, 1.3);
  for (let fromS = 0; fromS < lengthS;) fromS = addTrain(out, { fromS, times, onS, offS: onS, hz, wave }) + pauseS;
};

/** A kettle's whistle: starts hoarse, climbs, and holds its pitch with a slow waver. */
export const kettleWhistle: Appliance = (dice, out, lengthS) => {
  const hz = dice.octaves(1_200, 3_600);
  const riseS = dice.between(2, 8);
  const waverHz = dice.between(2, 7);
  const waver = dice.octaves(0.002, 0.012);
  const pitch = (sinceS: number): number =>
    hz * (1 - 0.35 * Math.exp(-sinceS / riseS)) * (1 + waver * Math.sin(2 * Math.PI * waverHz * sinceS));
  const swell = (sinceS: number): number => Math.min(1, sinceS / riseS);
  addTone(out, { startS: 0, lengthS, hz: pitch, level: swell });
  if (dice.isUnder(0.6)) addTone(out, { startS: 0, lengthS, hz: (t) => pitch(t) * 1.26, level: (t) => 0.4 * swell(t) });
  const steam = bandOf(dice.white(out.length), pitch, hz * dice.between(0.05, 0.6));
  for (let i = 0; i < out.length; i++) out[i] = (out[i] as number) + 2 * (steam[i] as number) * swell(i / RATE);
};

/** A dryer or a washing machine: four to eight even beeps, or one long buzz. */
export const dryerEnd: Appliance = (dice, out) => {
  const hz = dice.octaves(600, 3_200);
  const wave = beeperWave(dice, hz);
  if (dice.isUnder(0.3)) addTone(out, { startS: 0, lengthS: dice.between(1, 3), hz: dice.between(100, 400), wave });
  else addTrain(out, { times: dice.whole(4, 8), onS: dice.between(0.4, 0.7), offS: dice.between(0.4, 0.7), hz, wave });
};

/** The door of a fridge that was left open: one or two short beeps every one to two seconds until it is closed. */
export const fridgeDoor: Appliance = (dice, out, lengthS) => {
  const hz = dice.octaves(1_800, 4_000);
  const wave = beeperWave(dice, hz);
  const onS = dice.between(0.08, 0.35);
  const everyS = dice.between(0.9, 2.5);
  const times = dice.whole(1, 2);
  for (let fromS = 0; fromS < lengthS; fromS += everyS) addTrain(out, { fromS, times, onS, offS: onS * 0.8, hz, wave });
};

export const coffeeMachine: Appliance = (dice, out) => {
  const hz = dice.octaves(1_500, 4_000);
  addTrain(out, { times: dice.whole(2, 4), onS: 0.2, offS: 0.15, hz, wave: beeperWave(dice, hz) });
  mix(out, bandOf(dice.white(at(6)), 900, 900), at(2), 0.5);
};

/** A dishwasher's end signal: two to six beeps, repeated every 8 to 15 s. */
export const dishwasherEnd: Appliance = (dice, out, lengthS) => {
  const hz = dice.octaves(1_800, 3_200);
  const wave = beeperWave(dice, hz);
  const everyS = dice.between(8, 15);
  const times = dice.whole(2, 6);
  for (let fromS = 0; fromS < lengthS; fromS += everyS) addTrain(out, { fromS, times, onS: 0.3, offS: 0.3, hz, wave });
};

/** An induction hob after a pot has boiled over: quick beeps for some seconds. */
export const hobFault: Appliance = (dice, out) => {
  const hz = dice.octaves(2_000, 4_200);
  addTrain(out, { times: dice.whole(8, 20), onS: 0.12, offS: dice.between(0.1, 0.3), hz, wave: beeperWave(dice, hz) });
};

export const singingGlass: Appliance = (dice, out, lengthS) => {
  const hz = dice.octaves(600, 1_800);
  const beatHz = dice.between(3, 7);
  const level = (sinceS: number): number =>
    Math.min(1, sinceS) * (0.6 + 0.4 * Math.sin(2 * Math.PI * beatHz * sinceS)) * (0.5 + 0.5 * Math.sin(sinceS));
  addTone(out, { startS: 0, lengthS, hz, level });
};
