import { addTone, at, bandOf, mix, RATE, waveOf } from '../tone.ts';
import { addTrain, type Appliance } from './appliance.ts';

/**
 * A vacuum cleaner or a similar machine: rushing air, and the whine of a fan that climbs when switched on and falls
 * under load.
 */
export const vacuumCleaner: Appliance = (dice, out, lengthS) => {
  mix(out, bandOf(dice.white(out.length), dice.between(500, 2_000), 2_500), 0);
  const hz = dice.octaves(300, 4_000);
  const load = dice.between(0.1, 0.6);
  const pitch = (t: number): number =>
    hz * (1 - Math.exp(-t / 0.5)) * (1 - 0.04 * Math.max(0, Math.sin(2 * Math.PI * load * t))) + 50;
  addTone(out, { startS: 0, lengthS, hz: pitch, wave: waveOf([1, 0.5, 0.3], hz), level: dice.between(0.05, 0.4) });
};

export const drill: Appliance = (dice, out, lengthS) => {
  for (let startS = 0; startS < lengthS; startS += dice.between(3, 8)) {
    const top = dice.octaves(500, 3_000);
    const runS = dice.between(1.5, 5);
    const hz = (t: number): number => top * (1 - Math.exp(-t / 0.3));
    addTone(out, { startS, lengthS: runS, hz, wave: waveOf([1, 0.7, 0.6, 0.4, 0.3], top) });
    mix(out, bandOf(dice.white(at(runS)), 2_500, 3_000), at(startS), 0.5);
  }
};

export const blender: Appliance = (dice, out, lengthS) => {
  for (let startS = 0; startS < lengthS; startS += dice.between(2, 6)) {
    const hz = dice.octaves(200, 900);
    const runS = dice.between(0.6, 3);
    addTone(out, { startS, lengthS: runS, hz, wave: waveOf([1, 0.8, 0.7, 0.5, 0.5, 0.4], hz), attackS: 0.2 });
    mix(out, bandOf(dice.white(at(runS)), 3_000, 4_000), at(startS), 0.3);
  }
};

/** A microphone too near its loudspeaker: a howl that swells, jumps and is turned down. */
export const feedback: Appliance = (dice, out, lengthS) => {
  for (let startS = 0; startS < lengthS; startS += dice.between(3, 8)) {
    const hz = dice.octaves(500, 3_500);
    const bend = dice.between(-0.03, 0.03);
    const howlS = dice.between(0.6, 2.5);
    const level = (t: number, all: number): number => (t / all) ** 2;
    addTone(out, { startS, lengthS: howlS, hz: (t, all) => hz * (1 + (bend * t) / all), level, releaseS: 0.2 });
  }
};

/** Squeaks of a hinge, a brake, or a chair on tiles: friction whose pitch slides. */
export const squeak: Appliance = (dice, out, lengthS) => {
  for (let startS = 0; startS < lengthS; startS += dice.octaves(0.4, 4)) {
    const [from, to] = [dice.octaves(500, 3_500), dice.between(0.7, 1.4)];
    const hz = (t: number, all: number): number => from * to ** (t / all) * (1 + 0.02 * Math.sin(2 * Math.PI * 30 * t));
    addTone(out, { startS, lengthS: dice.octaves(0.15, 1.2), hz, wave: waveOf([1, 0.6, 0.5, 0.3], from * 1.4) });
  }
};

/** Somebody whistles: one tone that slides from note to note. */
export const whistling: Appliance = (dice, out, lengthS) => {
  let hz = dice.octaves(700, 2_200);
  for (let startS = 0; startS < lengthS; startS += 0.05) {
    const noteS = dice.between(0.15, 0.8);
    const next = Math.min(3_000, Math.max(600, hz * 2 ** (dice.whole(-5, 5) / 12)));
    const from = hz;
    addTone(out, { startS, lengthS: noteS, hz: (t) => from + (next - from) * Math.min(1, t / 0.08), attackS: 0.02 });
    hz = next;
    startS += noteS;
  }
};

export const metronome: Appliance = (dice, out, lengthS) => {
  const everyS = 60 / dice.whole(60, 180);
  const hz = dice.octaves(900, 2_800);
  addTrain(out, {
    times: Math.floor(lengthS / everyS),
    onS: 0.05,
    offS: everyS - 0.05,
    hz,
    wave: waveOf([1], 1),
    ringS: 0.01,
  });
};

/** A coil or a charger that whines at one pitch above those of alarms, with a tremolo of 100 Hz from the mains. */
export const coilWhine: Appliance = (dice, out, lengthS) => {
  const hz = dice.octaves(4_800, 7_000);
  const beat = (t: number): number => 0.7 + 0.3 * Math.sin(2 * Math.PI * 100 * t);
  addTone(out, { startS: 0, lengthS, hz: (t) => hz * (1 + 0.01 * Math.sin(0.5 * t)), level: beat, attackS: 1 });
};

/** A steam iron: bursts of hiss. */
export const steamIron: Appliance = (dice, out, lengthS) => {
  for (let startS = 0; startS < lengthS; startS += dice.between(0.8, 4)) {
    const hiss = bandOf(dice.white(at(dice.between(0.2, 1))), dice.between(3_000, 6_500), 4_000);
    for (let i = 0; i < hiss.length; i++) hiss[i] = (hiss[i] as number) * Math.exp((-3 * i) / hiss.length);
    mix(out, hiss, Math.round(startS * RATE));
  }
};
