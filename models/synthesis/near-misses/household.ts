import type { Random } from '../random.ts';
import type { Beep, Synthesised } from '../sound.ts';
import { beeper, drawBeeperHz, train } from './beepers.ts';

/**
 * The end signal of a dryer or a washing machine: some even beeps of about half a second, or one long buzz. Some
 * machines repeat the signal after half a minute.
 */
export function dryer(random: Random, durationS: number): Synthesised {
  const buzzes = random.chance(0.2);
  const onS = buzzes ? random.uniform(1, 3) : random.uniform(0.25, 0.9);
  const signal = train(buzzes ? 1 : random.integer(3, 10), onS, random.uniform(0.25, 0.9));
  const againS = random.uniform(20, 40);
  const beeps = random.chance(0.4) ? [...signal, ...later(signal, againS)] : signal;
  return beeper(random, 'dryer', durationS, beeps, buzzes ? random.logUniform(120, 500) : drawBeeperHz(random));
}

/** The signal of a fridge, freezer or front door that was left open: endless single or double beeps. */
export function doorAlarm(random: Random, durationS: number): Synthesised {
  const onS = random.logUniform(0.06, 0.6);
  const perGroup = random.weighted({ '1': 0.6, '2': 0.3, '3': 0.1 });
  const groupS = Number(perGroup) * onS * 1.8;
  const everyS = groupS + random.uniform(0.3, 2.5);
  return beeper(
    random,
    'door_alarm',
    durationS,
    groups(random, durationS, everyS, Number(perGroup), onS),
    drawBeeperHz(random),
  );
}

/**
 * The timer of an oven or a hob: groups of two to five quick beeps, about one group per second, until somebody comes.
 */
export function ovenTimer(random: Random, durationS: number): Synthesised {
  const onS = random.uniform(0.05, 0.15);
  const count = random.integer(2, 5);
  const everyS = count * onS * 1.8 + random.uniform(0.3, 1.5);
  return beeper(random, 'oven_timer', durationS, groups(random, durationS, everyS, count, onS), drawBeeperHz(random));
}

/**
 * A UPS on battery: four beeps every 10 to 30 s, or a beep every second when its battery is nearly empty. It is the
 * near miss that is most similar to T4: only the period differs.
 */
export function ups(random: Random, durationS: number): Synthesised {
  const hz = random.uniform(2_000, 3_400);
  const onS = random.uniform(0.08, 0.35);
  if (random.chance(0.35))
    return beeper(random, 'ups', durationS, train(Math.ceil(durationS), onS, random.uniform(0.8, 1.2) - onS), hz);
  const everyS = random.uniform(10, 30);
  const group = train(random.pick([1, 2, 4, 4]), onS, random.uniform(0.15, 0.9));
  const beeps: Beep[] = [];
  for (let atS = 0; atS < durationS; atS += everyS) beeps.push(...later(group, atS));
  return beeper(random, 'ups', durationS, beeps, hz);
}

const later = (beeps: readonly Beep[], byS: number): Beep[] =>
  beeps.map(({ startS, lengthS }) => ({ startS: startS + byS, lengthS }));

function groups(random: Random, durationS: number, everyS: number, count: number, onS: number): Beep[] {
  const gapS = onS * random.uniform(0.5, 1);
  const beeps: Beep[] = [];
  for (let atS = 0; atS < durationS; atS += everyS) beeps.push(...train(count, onS, gapS, atS));
  return beeps;
}
