import { addTone, waveOf } from '../tone.ts';
import { addTrain, beeperWave, type Appliance } from './appliance.ts';

/**
 * A UPS on battery sounds four beeps every half minute, and one short beep a second when its battery is nearly empty.
 */
export const upsOnBattery: Appliance = (dice, out, lengthS) => {
  const hz = dice.between(2_200, 3_300);
  const wave = beeperWave(dice, hz);
  const onS = dice.between(0.1, 0.25);
  if (dice.isUnder(0.5))
    for (let fromS = 0; fromS < lengthS; fromS += dice.between(25, 30))
      addTrain(out, { fromS, times: 4, onS, offS: dice.between(0.25, 0.8), hz, wave });
  else addTrain(out, { times: Math.floor(lengthS), onS, offS: 1 - onS, hz, wave });
};

/**
 * An alarm clock. Its most frequent pattern is four quick beeps each second, like T4 without the pause of five seconds.
 */
export const alarmClock: Appliance = (dice, out, lengthS) => {
  const hz = dice.octaves(1_500, 4_200);
  const wave = beeperWave(dice, hz);
  const onS = dice.between(0.05, 0.1);
  const times = dice.one([1, 2, 4, 4]);
  const everyS = dice.between(0.9, 1.1);
  for (let fromS = 0; fromS < lengthS; fromS += everyS) addTrain(out, { fromS, times, onS, offS: onS, hz, wave });
};

export const bellClock: Appliance = (dice, out, lengthS) => {
  const hz = dice.between(1_600, 3_000);
  const strikeS = 1 / dice.between(12, 25);
  const times = Math.floor(Math.min(lengthS, dice.between(5, 20)) / strikeS);
  for (const ratio of [1, 1.31, 2.2])
    addTrain(out, { times, onS: strikeS, offS: 0, hz: hz * ratio, wave: waveOf([1], 1), ringS: 0.08 });
};

/** An office telephone: rings of two tones that alternate quickly. */
export const telephone: Appliance = (dice, out, lengthS) => {
  const low = dice.octaves(500, 2_000);
  const rate = dice.between(10, 28);
  const ringS = dice.between(0.8, 2);
  const everyS = ringS + dice.between(1, 4);
  const hz = (sinceS: number): number => low * (Math.floor(sinceS * rate) % 2 ? 1.25 : 1);
  for (let startS = 0; startS < lengthS; startS += everyS)
    addTone(out, { startS, lengthS: ringS, hz, wave: beeperWave(dice, low * 1.25) });
};

/**
 * Telephone tones: dial tone (continuous), busy tone (on and off for a quarter to half a second), or number not
 * available (three rising tones).
 */
export const lineTone: Appliance = (dice, out, lengthS) => {
  const hz = dice.one([350, 400, 425, 440, 480]);
  const wave = waveOf([1, 0.1, 0.05], hz);
  const kind = dice.one(['dial', 'busy', 'sit'] as const);
  const onS = dice.one([0.25, 0.375, 0.5]);
  if (kind === 'dial') addTone(out, { startS: 0, lengthS, hz, wave });
  else if (kind === 'busy') addTrain(out, { times: Math.floor(lengthS / onS / 2), onS, offS: onS, hz, wave });
  else
    for (let startS = 0; startS < lengthS; startS += 2)
      [950, 1_400, 1_800].forEach((tone, n) => addTone(out, { startS: startS + n * 0.33, lengthS: 0.33, hz: tone }));
};

export const heartMonitor: Appliance = (dice, out, lengthS) => {
  const hz = dice.between(500, 1_200);
  const everyS = 60 / dice.between(55, 120);
  for (let startS = 0; startS < lengthS; startS += everyS * dice.between(0.96, 1.04))
    addTone(out, { startS, lengthS: 0.12, hz, wave: waveOf([1, 0.4, 0.2], hz) });
};

/** A medical monitor (IEC 60601-1-8): bursts of three or of five beeps with five harmonics. */
export const hospitalMonitor: Appliance = (dice, out, lengthS) => {
  const hz = dice.between(200, 900);
  const wave = waveOf([1, 0.8, 0.6, 0.5, 0.3], hz * 1.5);
  const onS = dice.between(0.12, 0.22);
  const isUrgent = dice.isUnder(0.5);
  const everyS = isUrgent ? dice.between(3, 8) : dice.between(5, 12);
  const steps = [dice.whole(-4, 5), dice.whole(-4, 5), 0];
  for (let fromS = 0; fromS < lengthS; fromS += everyS) {
    const starts = isUrgent ? [0, 1, 2, 3.6, 4.6] : [0, 1.3, 2.6];
    starts.forEach((start, n) =>
      addTone(out, { startS: fromS + start * onS * 1.7, lengthS: onS, hz: hz * 2 ** ((steps[n % 3] ?? 0) / 12), wave }),
    );
  }
};

/** The time signal of a radio station: five short beeps and a long one. */
export const timeSignal: Appliance = (dice, out) => {
  const hz = dice.one([1_000, 1_024]);
  addTrain(out, { times: 5, onS: 0.1, offS: 0.9, hz, wave: waveOf([1], hz) });
  addTone(out, { startS: 5, lengthS: 0.5, hz });
};

/** Single short beeps: a scanner at a till, the keys of a card reader, a thermometer. */
export const scanner: Appliance = (dice, out, lengthS) => {
  const hz = dice.octaves(1_500, 4_300);
  const wave = beeperWave(dice, hz);
  for (let startS = 0; startS < lengthS; startS += dice.octaves(0.5, 6))
    addTone(out, { startS, lengthS: 0.1, hz, wave });
};

/**
 * The chirp of a low battery. A real one chirps about once a minute; here the period is 27 s, so that a sound contains
 * two chirps.
 */
export const lowBattery: Appliance = (dice, out, lengthS) => {
  const hz = dice.between(2_700, 3_600);
  for (let startS = 0; startS < lengthS; startS += 27)
    addTone(out, { startS, lengthS: dice.between(0.04, 0.2), hz, wave: waveOf([1, 0.2, 0.1], hz), releaseS: 0.03 });
};

export const treadmill: Appliance = (dice, out) => {
  const hz = dice.octaves(1_800, 3_200);
  addTrain(out, { times: 3, onS: 0.25, offS: 0.75, hz, wave: beeperWave(dice, hz) });
  addTone(out, { startS: 3, lengthS: 0.9, hz: hz * 1.2, wave: beeperWave(dice, hz * 1.2) });
};

/** The tones of a modem or a fax. */
export const fax: Appliance = (dice, out, lengthS) => {
  addTrain(out, { times: 2, onS: 3, offS: 2, hz: 2_100, wave: waveOf([1], 1) });
  const hz = (): number => dice.one([1_100, 1_300, 1_650, 1_850, 2_400]);
  for (let startS = 10; startS < lengthS; startS += 0.1) addTone(out, { startS, lengthS: 0.1, hz: hz() });
};
