import { addAt } from '../../synthesis/sound.ts';

/** A sound that lasts from one sample of the day to another. It is mixed into the day piece by piece. */
export interface Sounding {
  readonly endsAt: number;
  /**
   * Adds the part of the sound that falls into `target`, whose first sample is sample `from` of the day. The result
   * does not depend on how the day is cut into pieces.
   */
  mixInto(target: Float32Array, from: number): void;
}

/** A single sound that is already rendered. */
export class SingleSound implements Sounding {
  readonly endsAt: number;
  private readonly startsAt: number;
  private readonly samples: Float32Array;
  private readonly gain: number;

  constructor(startsAt: number, samples: Float32Array, gain: number) {
    this.startsAt = startsAt;
    this.samples = samples;
    this.gain = gain;
    this.endsAt = startsAt + samples.length;
  }

  mixInto(target: Float32Array, from: number): void {
    addAt(target, this.samples, this.startsAt - from, this.gain);
  }
}

/**
 * How much the strength of a loop varies. It varies at different places in each repetition, so that the repetition is
 * not audible.
 */
const WANDER_DB = 2;
const WANDER_PERIOD = 16_000 * 17;
const STEP = 256;
const FADE = 16_000 * 2;

/** A texture that goes on for hours: a loop whose strength varies. */
export class LoopedSound implements Sounding {
  readonly endsAt: number;
  private readonly startsAt: number;
  private readonly loop: Float32Array;
  private readonly gain: number;

  constructor(startsAt: number, endsAt: number, loop: Float32Array, gain: number) {
    this.startsAt = startsAt;
    this.endsAt = endsAt;
    this.loop = loop;
    this.gain = gain;
  }

  mixInto(target: Float32Array, from: number): void {
    const { loop, startsAt, endsAt } = this;
    const first = Math.max(0, startsAt - from);
    const last = Math.min(target.length, endsAt - from);
    for (let i = first; i < last;) {
      const at = from + i - startsAt;
      const place = at % loop.length;
      // The gain changes at fixed steps of the day, so that it does not depend on where a piece begins.
      const count = Math.min(STEP - ((from + i) % STEP), loop.length - place, last - i);
      const gain = this.gainAt(from + i - ((from + i) % STEP));
      for (let k = 0; k < count; k++) target[i + k] = (target[i + k] as number) + gain * (loop[place + k] as number);
      i += count;
    }
  }

  private gainAt(sample: number): number {
    const edge = Math.min(1, Math.max(0, sample - this.startsAt) / FADE, Math.max(0, this.endsAt - sample) / FADE);
    const wander =
      Math.sin((2 * Math.PI * sample) / WANDER_PERIOD) + Math.sin((4.7 * Math.PI * sample) / WANDER_PERIOD);
    return this.gain * edge * 10 ** ((WANDER_DB * wander) / 40);
  }
}

/** A sound and its time in a programme. */
export interface Cue {
  startsAt: number;
  unit: Float32Array;
  speed: number;
  gain: number;
}

/** The sounds of a layer of a programme, sorted by start. */
export class CueTrack implements Sounding {
  readonly endsAt: number;
  private readonly cues: readonly Cue[];
  private next = 0;

  constructor(cues: readonly Cue[]) {
    this.cues = cues;
    this.endsAt = cues.reduce((end, cue) => Math.max(end, endOf(cue)), 0);
  }

  mixInto(target: Float32Array, from: number): void {
    const { cues } = this;
    // The pieces of the day come in order, so sounds that have ended are not needed again.
    while (this.next < cues.length && endOf(cues[this.next] as Cue) <= from) this.next++;
    for (let n = this.next; n < cues.length; n++) {
      const cue = cues[n] as Cue;
      if (cue.startsAt >= from + target.length) break;
      mixCue(target, from, cue);
    }
  }
}

const endOf = ({ startsAt, unit, speed }: Cue): number => startsAt + Math.floor((unit.length - 1) / speed);

/** Mixes a sound at a different speed, by linear interpolation, so that it sounds like a different voice or song. */
function mixCue(target: Float32Array, from: number, cue: Cue): void {
  const { startsAt, unit, speed, gain } = cue;
  const first = Math.max(0, startsAt - from);
  const last = Math.min(target.length, endOf(cue) - from);
  let place = (from + first - startsAt) * speed;
  for (let i = first; i < last; i++) {
    const whole = place | 0;
    const low = unit[whole] as number;
    target[i] = (target[i] as number) + gain * (low + (place - whole) * ((unit[whole + 1] as number) - low));
    place += speed;
  }
}
