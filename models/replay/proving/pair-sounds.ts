import { makeAlarm, planAlarm, type MadeAlarm } from './alarm.ts';
import { truthOf } from './alarm-sounds.ts';
import { Dice } from './dice.ts';
import { streamOf } from './place.ts';
import type { ProvingSound } from './proving-sound.ts';
import { TIMBRES } from './timbre.ts';

export const PAIR_SOUNDS = 200;
const SOUNDING_S = 40;

/**
 * A smoke and a CO alarm in one home. In a third of the sounds both begin within 8 s of each other. In the others the
 * second alarm begins 10 to 600 s after the first, so some overlap and some are minutes apart. Either alarm may come
 * first.
 */
export function pairSound(seed: number, index: number, leadS = 0): ProvingSound {
  const dice = new Dice('pair', seed, index);
  const isTogether = index % 3 === 0;
  const apartS = isTogether ? dice.between(0, 8) : dice.octaves(10, 600);
  const firstS = leadS + dice.between(3, 7);
  const isSmokeFirst = dice.isUnder(0.5);
  const order = isSmokeFirst ? (['t3', 't4'] as const) : (['t4', 't3'] as const);
  // The two alarm units have different pitches, because at the same pitch they could not be distinguished.
  const firstHz = dice.octaves(350, 4_500);
  const pitches = [firstHz, otherPitch(dice, firstHz)];
  const made = order.map((rhythm, n): MadeAlarm => {
    const plan = { ...planAlarm(dice, rhythm, dice.one(TIMBRES), pitches[n] as number), soundingS: SOUNDING_S };
    return makeAlarm(dice, plan, firstS + n * apartS);
  });
  const { noise, samples } = streamOf(dice, firstS + apartS + SOUNDING_S + 8, made);
  return {
    name: `${order.join(' then ')} after ${apartS.toFixed(1)} s`,
    kind: isTogether ? 'together' : apartS < SOUNDING_S ? 'overlapping' : 'one after the other',
    slices: {
      apart: isTogether ? '0 to 8 s' : apartS < 40 ? '10 to 40 s' : apartS < 120 ? '40 to 120 s' : '120 to 600 s',
      order: order.join(' then '),
      noise,
    },
    alarms: made.map(truthOf),
    allowed: [],
    samples,
  };
}

function otherPitch(dice: Dice, firstHz: number): number {
  for (;;) {
    const hz = dice.octaves(350, 4_500);
    if (Math.abs(Math.log2(hz / firstHz)) > 0.15) return hz;
  }
}
