import { Lcg } from './lcg.ts';
import type { LoggedWindow } from '@earshot/shared/contracts/samples.ts';

export interface SimulatedHome {
  log: LoggedWindow[];
  days: number;
  /** The true values, which the homeowner never sees: every moment above the floor, and whether it was real. */
  truth: { score: number; real: boolean }[];
}

export interface Habits {
  /** Lowest score of a moment that is logged. */
  floor: number;
  /** The threshold of the home while the log was recorded. */
  threshold: number;
  /** Share of the moments between floor and threshold that is sent as samples. */
  share: number;
  days: number;
  /** How many times more often a member answers when the alert was wrong than when it was right. */
  answersWrongRather: number;
}

export const USUAL: Habits = { floor: 0.2, threshold: 0.7, share: 0.2, days: 90, answersWrongRather: 1 };

/**
 * Simulates a home. Homes differ in the number of sounds, in the share of real sounds, and in how often members answer.
 */
export function simulateHome(seed: number, habits: Habits = USUAL): SimulatedHome {
  const { floor, threshold, share, days, answersWrongRather } = habits;
  const chance = new Lcg(seed);
  const perDay = 6 * Math.exp(0.5 * chance.normal());
  const reality = -1.5 + 0.5 * chance.normal();
  const answers = { alert: 0.3 + 0.5 * chance.next(), sample: 0.15 + 0.3 * chance.next() };
  const truth: SimulatedHome['truth'] = [];
  const log: LoggedWindow[] = [];
  const count = Math.round(perDay * days);
  for (let n = 0; n < count; n++) {
    // Few moments have high scores, but a larger share of these is real.
    const score = floor + (1 - floor) * (1 - Math.sqrt(chance.next()));
    const real = chance.isTrue(1 / (1 + Math.exp(-(reality + 6 * (score - 0.5)))));
    truth.push({ score, real });
    const isAlert = score >= threshold;
    const propensity = isAlert ? 1 : share;
    if (!chance.isTrue(propensity)) continue;
    const rather = real ? 1 : answersWrongRather;
    const answered = chance.isTrue(Math.min(1, (isAlert ? answers.alert : answers.sample) * rather));
    log.push({ home: String(seed), score, propensity, feedback: answered ? (real ? 'right' : 'wrong') : null });
  }
  return { log, days, truth };
}

/** Counts the false alerts at this threshold and the real sounds that it would have missed, over the whole log. */
export function outcomeOf({ truth }: Pick<SimulatedHome, 'truth'>, threshold: number) {
  return {
    falseAlerts: truth.filter(({ score, real }) => !real && score >= threshold).length,
    misses: truth.filter(({ score, real }) => real && score < threshold).length,
  };
}
