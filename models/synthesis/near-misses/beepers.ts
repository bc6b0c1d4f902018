import type { Random } from '../random.ts';
import { decibel, normalise, samplesOf, type Beep, type Synthesised } from '../sound.ts';
import { addNote } from '../tone.ts';

/** The sound of a small buzzer or speaker: a few random harmonics and a random attack time. */
const buzzer = (random: Random): { harmonics: number[]; attackS: number } => ({
  harmonics: [1, decibel(random.uniform(-50, -6)), decibel(random.uniform(-50, -8)), decibel(random.uniform(-55, -15))],
  attackS: random.logUniform(0.001, 0.02),
});

export function beeper(
  random: Random,
  kind: string,
  durationS: number,
  beeps: readonly Beep[],
  hz: number,
  others?: readonly number[],
): Synthesised {
  const samples = new Float32Array(samplesOf(durationS));
  const voice = buzzer(random);
  const fits = beeps.filter(({ startS }) => startS < durationS);
  const decayS = random.chance(0.2) ? random.uniform(0.03, 0.3) : undefined;
  fits.forEach(({ startS, lengthS }, i) => {
    const tone = others?.[i % others.length] ?? hz;
    addNote(samples, { startS, lengthS, hz: tone, ...voice, ...(decayS === undefined ? {} : { decayS }) });
  });
  return { kind, samples: normalise(samples), beeps: fits, slices: { nearMiss: kind } };
}

export const train = (count: number, onS: number, offS: number, fromS = 0): Beep[] =>
  Array.from({ length: count }, (_, n) => ({ startS: fromS + n * (onS + offS), lengthS: onS }));

/** A random pitch of a cheap buzzer: 0.7 to 2.7 kHz or about 4 kHz. One in five has the pitch of a smoke alarm. */
export const drawBeeperHz = (random: Random): number =>
  random.chance(0.2)
    ? random.uniform(2_700, 3_400)
    : random.chance(0.3)
      ? random.uniform(3_600, 4_400)
      : random.logUniform(700, 2_700);

/** The end signal of a microwave or another appliance: up to eight beeps within ten seconds. */
export function applianceBeeps(random: Random, durationS: number, kind: 'microwave' | 'appliance'): Synthesised {
  const hz = drawBeeperHz(random);
  const onS = kind === 'microwave' ? random.uniform(0.2, 1.3) : random.logUniform(0.05, 0.9);
  const offS = kind === 'microwave' ? random.uniform(0.15, 1.2) : random.logUniform(0.05, 1);
  const count = Math.max(1, Math.min(random.integer(1, 8), Math.floor(9.5 / (onS + offS))));
  const melody = kind === 'appliance' && random.chance(0.3);
  const steps = Array.from({ length: count }, () => hz * 2 ** (random.integer(-7, 7) / 12));
  return beeper(random, kind, durationS, train(count, onS, offS), hz, melody ? steps : undefined);
}

/** One or two short beeps, as of a key, a scanner, a thermometer or a message. */
export function singleBeep(random: Random, durationS: number): Synthesised {
  const hz = random.chance(0.25) ? random.uniform(3_600, 5_000) : random.logUniform(500, 2_700);
  return beeper(random, 'single_beep', durationS, train(random.integer(1, 2), random.logUniform(0.03, 0.3), 0.1), hz);
}

/**
 * A reversing lorry: beeps of half a second at about 1.2 kHz until it stops. Some forklifts have a pitch of 2.8 kHz.
 */
export function reversingBeeper(random: Random, durationS: number): Synthesised {
  const onS = random.uniform(0.3, 0.6);
  const beeps = train(random.integer(4, 40), onS, onS * random.uniform(0.8, 1.3));
  return beeper(
    random,
    'reversing_beeper',
    durationS,
    beeps,
    random.chance(0.15) ? random.uniform(2_000, 2_800) : random.uniform(900, 1_500),
  );
}

/**
 * An alarm clock: groups of two to four short beeps once a second, faster after a while. They resemble a fast T4
 * without its pause of five seconds.
 */
export function alarmClock(random: Random, durationS: number): Synthesised {
  const perGroup = random.weighted({ '1': 0.3, '2': 0.2, '3': 0.1, '4': 0.4 });
  const onS = random.uniform(0.04, 0.12);
  const offS = random.uniform(0.04, 0.12);
  const pauseS = random.uniform(0.25, 0.9);
  const periodS = Number(perGroup) * (onS + offS) + pauseS;
  const groups = Array.from({ length: Math.ceil(durationS / periodS) }, (_, n) =>
    train(Number(perGroup), onS, offS, n * periodS),
  );
  const hz = random.chance(0.3) ? random.uniform(3_700, 4_300) : random.logUniform(1_000, 2_900);
  return beeper(random, 'alarm_clock', durationS, groups.flat(), hz);
}

/**
 * A medical monitor: the beeps of a heart, or the bursts of three or five beeps of IEC 60601-1-8, at 150 to 1,000 Hz
 * with strong harmonics.
 */
export function patientMonitor(random: Random, durationS: number): Synthesised {
  if (random.chance(0.4)) {
    const everyS = random.uniform(0.5, 1.2);
    return beeper(
      random,
      'monitor',
      durationS,
      train(Math.ceil(durationS / everyS), 0.1, everyS - 0.1),
      random.uniform(400, 1_400),
    );
  }
  const onS = random.uniform(0.1, 0.25);
  const gapS = random.uniform(0.05, 0.25);
  const burst = random.chance(0.5)
    ? train(3, onS, gapS)
    : [...train(3, onS, gapS), ...train(2, onS, gapS, 3 * (onS + gapS) + 0.3)];
  const everyS = random.uniform(2.5, 8);
  const groups = Array.from(
    { length: random.chance(0.5) ? random.integer(1, 3) : Math.ceil(durationS / everyS) },
    (_, n) => burst.map(({ startS, lengthS }) => ({ startS: startS + n * everyS, lengthS })),
  );
  const hz = random.chance(0.15) ? random.uniform(2_000, 2_900) : random.uniform(250, 1_000);
  const scale = burst.map(() => hz * 2 ** (random.pick([0, 0, 2, 4, 5, 7]) / 12));
  return beeper(random, 'monitor', durationS, groups.flat(), hz, scale);
}
