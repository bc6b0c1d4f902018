import { Lcg } from './lcg.ts';
import type { LoggedWindow } from '@earshot/shared/contracts/samples.ts';

export interface SimulatedHome {
  log: LoggedWindow[];
  days: number;
  /** The truth that the homeowner never sees: every moment above the floor, and whether it was real. */
  truth: { score: number; real: boolean }[];
}

export interface Habits {
  /** Moments with a lower score are not logged. */
  floor: number;
  /** The threshold at the time of the log. */
  threshold: number;
  /** Share of the moments between floor and threshold that is sent. */
  share: number;
  days: number;
  /** How much more likely a member answers when the alert was wrong; 1: as likely as when it was right. */
  answersWrongRather: number;
}

export const USUAL: Habits = { floor: 0.2, threshold: 0.7, share: 0.2, days: 90, answersWrongRather: 1 };

/** Homes differ in how much sounds in them, how much of it is real, and how often their members answer. */
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
    // Few moments have high scores; more of those are real.
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

/** Counts over the whole log: false alerts with this threshold, and real sounds that it would have missed. */
export function outcomeOf({ truth }: Pick<SimulatedHome, 'truth'>, threshold: number) {
  return {
    falseAlerts: truth.filter(({ score, real }) => !real && score >= threshold).length,
    misses: truth.filter(({ score, real }) => real && score < threshold).length,
  };
}
