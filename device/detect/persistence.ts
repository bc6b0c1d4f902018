/**
 * A microwave's beeps end; an alarm goes on. Nothing about a single beep says which of the two it is, so an alarm is told when it
 * has outlasted what ends.
 */
import type { CadenceReading } from '@earshot/shared/cadence/cadence-reader.ts';
import { mayBeT4Group, rhythmSays, type BeeperLabel } from './beeper.ts';
import { GAP_S } from './sound-event.ts';

/** The longest pause inside a T3 cycle is 1.5 s, 10 % more at most, and what is heard ends a little before the beep does. */
const PAUSE_S = 1.9;
/** Silence after which it is over for certain: a T3 alarm that mutes a cycle is silent for 5.5 s, T4 for 5.1 s, both up to 10 % longer. */
export const PATIENCE_S = 6.4;
/** What comes back after a gap is heard for as long before it is decided: a group of T4 takes 0.7 s. */
const RETURN_S = 0.7;
/** What was heard for less than this before a pause was something else. */
const TOUCH_S = 0.5;
/**
 * Most of what appliances, doorbells and telephones play is over by now, and the second group of T3 too: without a rhythm it is told
 * in its third one, still in time. Longer would be surer, and miss who tries it with ten seconds of an alarm.
 */
const OUTLASTS_S = 7;
/** Of one group of T4 the network is sure for up to 2.1 s: it takes 0.7 s, and stays suspicious while the room rings. */
const LONGEST_GROUP_S = 2.6;

/** The life of whatever beeps, at one moment. Of all that beep together: one sound is one thing, whatever labels it was given. */
export interface Life {
  /** From when it was first heard to when it was last heard, with no silence between that would have ended it. */
  soundedS: number;
  /** Since it was last heard. */
  quietS: number;
  /** What was heard since the last gap. */
  burstS: number;
  /** The source is over: nobody will know whether it would have gone on. */
  isCutOff: boolean;
}

/** `waits`: it may yet go on. */
export type Fate = 'goes on' | 'waits' | 'over';

/**
 * A group that came back in its rhythm is proof; without a rhythm it takes longer. After its first minutes a CO alarm sounds one group
 * a minute, and nothing follows: that too is how it goes on.
 */
export function fateOf(label: BeeperLabel, life: Life, cadence: CadenceReading): Fate {
  const { soundedS, quietS, burstS, isCutOff } = life;
  if (isCutOff) return 'goes on';
  if (quietS >= PATIENCE_S) {
    const isGroup = burstS > 0 && burstS <= LONGEST_GROUP_S && mayBeT4Group(cadence);
    return label === 'co_alarm' && isGroup ? 'goes on' : 'over';
  }
  if (quietS > PAUSE_S) return 'waits';
  const isInRhythm = rhythmSays(cadence) === label && cadence.repeats > 0;
  return isInRhythm || soundedS >= OUTLASTS_S ? 'goes on' : 'waits';
}

/**
 * For how long the network must have been sure of an alarm by then. In what goes on there is time for three beeps of T3: on scenes of
 * held-back recordings that loses no alarm, and half of what the network takes for CO. One group, or a source that was cut off, has
 * not had that time.
 */
export const surenessS = ({ quietS, isCutOff }: Life): number => (isCutOff || quietS > PAUSE_S ? 0.9 : 1.5);

/** Follows the life of what beeps, in samples only. */
export class BeeperLife {
  private readonly sampleRate: number;
  private sinceSample = 0;
  private returnedSample = 0;
  private heardSample = -Infinity;

  constructor(sampleRate: number) {
    this.sampleRate = sampleRate;
  }

  /** A danger's head suspects it now. */
  hear(atSample: number): void {
    const { soundedS, quietS, burstS } = this.at(atSample);
    const wasTouch = quietS > PAUSE_S && soundedS === burstS && burstS < TOUCH_S;
    if (quietS > PATIENCE_S || wasTouch) this.sinceSample = atSample;
    if (quietS > GAP_S) this.returnedSample = atSample;
    this.heardSample = atSample;
  }

  at(atSample: number, isCutOff = false): Life {
    const { sampleRate, sinceSample, returnedSample, heardSample } = this;
    return {
      soundedS: Math.max(0, heardSample - sinceSample) / sampleRate,
      quietS: (atSample - heardSample) / sampleRate,
      burstS: Math.max(0, heardSample - returnedSample) / sampleRate,
      isCutOff,
    };
  }

  /** Too long quiet to be sounding, not long enough to be over; or back for a moment only. Nothing is decided then. */
  isPausing(atSample: number): boolean {
    const { quietS } = this.at(atSample);
    if (quietS > PAUSE_S) return quietS < PATIENCE_S;
    return atSample - this.returnedSample < RETURN_S * this.sampleRate;
  }
}
