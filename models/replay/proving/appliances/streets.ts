import { addTone, at, mix, waveOf } from '../tone.ts';
import { addTrain, beeperWave, type Appliance } from './appliance.ts';

/** A reversing lorry: beeps of half a second at 0.9 to 1.5 kHz, or bursts of noise. */
export const reversingLorry: Appliance = (dice, out, lengthS) => {
  const hz = dice.between(900, 1_500);
  const onS = dice.between(0.4, 0.6);
  const offS = onS * dice.between(0.85, 1.15);
  const untilS = dice.between(8, lengthS);
  if (dice.isUnder(0.25))
    for (let fromS = 0; fromS < untilS; fromS += onS + offS) mix(out, dice.white(at(onS)), at(fromS), 0.5);
  else addTrain(out, { times: Math.floor(untilS / (onS + offS)), onS, offS, hz, wave: beeperWave(dice, hz) });
};

/** An acoustic pedestrian signal: slow ticks that help blind people find it, and quick beeps while people may walk. */
export const crossing: Appliance = (dice, out, lengthS) => {
  const hz = dice.octaves(500, 2_600);
  const wave = beeperWave(dice, hz);
  const goS = dice.between(5, 12);
  const slow = { onS: 0.05, offS: 0.85, hz: hz * 0.7, wave };
  const fast = { onS: dice.between(0.05, 0.1), offS: dice.between(0.05, 0.1), hz, wave };
  const fromS = addTrain(out, { times: 6, ...slow });
  const againS = addTrain(out, { fromS, times: Math.floor(goS / (fast.onS + fast.offS)), ...fast });
  addTrain(out, { fromS: againS, times: Math.floor((lengthS - againS) / 0.9), ...slow });
};

const HORN = [1, 0.7, 0.5, 0.4, 0.3, 0.2];

export const wailingSiren: Appliance = (dice, out, lengthS) => {
  const [low, high] = [dice.between(450, 700), dice.between(1_100, 1_700)];
  const everyS = dice.isUnder(0.5) ? dice.between(2, 6) : dice.between(0.2, 0.5);
  const hz = (sinceS: number): number => low + (high - low) * (0.5 - 0.5 * Math.cos((2 * Math.PI * sinceS) / everyS));
  addTone(out, { startS: 0, lengthS, hz, wave: waveOf(HORN, high) });
};

export const twoToneSiren: Appliance = (dice, out, lengthS) => {
  const low = dice.between(380, 700);
  const high = low * dice.between(1.2, 1.42);
  const stepS = dice.between(0.4, 0.8);
  const hz = (sinceS: number): number => (Math.floor(sinceS / stepS) % 2 ? high : low);
  addTone(out, { startS: 0, lengthS, hz, wave: waveOf(HORN, high) });
};

/** A car alarm: blasts of the horn, or the six tones of its siren. */
export const carAlarm: Appliance = (dice, out, lengthS) => {
  const wave = waveOf(HORN, 2_000);
  if (dice.isUnder(0.5)) {
    const onS = dice.between(0.4, 0.8);
    for (const hz of [410, 510]) addTrain(out, { times: Math.floor(lengthS / onS / 2), onS, offS: onS, hz, wave });
    return;
  }
  for (let startS = 0; startS < lengthS; startS += 2.5) {
    const everyS = dice.one([0.12, 0.3, 0.6, 1.2]);
    const hz = (sinceS: number): number => 700 + 1_100 * ((sinceS / everyS) % 1);
    addTone(out, { startS, lengthS: 2.4, hz, wave });
  }
};

export const levelCrossingBell: Appliance = (dice, out, lengthS) => {
  const hz = dice.between(700, 1_500);
  const everyS = dice.between(0.3, 0.6);
  for (const [ratio, level] of [
    [1, 1],
    [2.76, 0.5],
    [5.4, 0.25],
  ] as const)
    if (hz * ratio < 7_000)
      addTrain(out, {
        times: Math.floor(lengthS / everyS),
        onS: everyS,
        offS: 0,
        hz: hz * ratio,
        wave: waveOf([1], 1),
        level,
        ringS: 0.35,
      });
};

/** Parking sensors: beeps that speed up until they merge. */
export const parkingSensor: Appliance = (dice, out, lengthS) => {
  const hz = dice.octaves(800, 2_500);
  const wave = beeperWave(dice, hz);
  let gapS = dice.between(0.5, 0.9);
  for (let startS = 0; startS < Math.min(lengthS, 14); startS += 0.08 + gapS) {
    addTone(out, { startS, lengthS: 0.08, hz, wave });
    gapS = Math.max(0.04, gapS * dice.between(0.82, 1));
  }
};

export const seatBeltChime: Appliance = (dice, out, lengthS) => {
  const hz = dice.between(500, 1_300);
  const everyS = dice.between(0.6, 1.1);
  const times = Math.floor(Math.min(lengthS, dice.between(6, 25)) / everyS);
  addTrain(out, { times, onS: everyS, offS: 0, hz, wave: waveOf([1, 0.3, 0.15], hz), ringS: 0.25 });
};
