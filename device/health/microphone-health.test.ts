import { describe, expect, test } from '@jest/globals';
import { SAMPLE_RATE } from '../audio/source.ts';
import { MicrophoneHealth } from './microphone-health.ts';
import { SignalCheck } from './signal-check.ts';

const TAU = 2 * Math.PI;
type Sound = (i: number) => number;
const noise =
  (gain: number): Sound =>
  (i) =>
    gain * Math.sin(i * i * 0.37) + gain * 0.5 * Math.sin((i * TAU * 440) / SAMPLE_RATE);
const GOOD = noise(0.01);

/** Four seconds of sound that are repeated, because computing an hour of sound would take long. */
const loops = new Map<Sound, Float32Array>();
function loopOf(sound: Sound): Float32Array {
  const known =
    loops.get(sound) ?? Float32Array.from({ length: 4 * SAMPLE_RATE }, (_, i) => Math.max(-1, Math.min(1, sound(i))));
  loops.set(sound, known);
  return known;
}

/** A microphone in fake time: a test gives MicrophoneHealth samples and seconds of the clock. */
class Story {
  readonly changes: string[] = [];
  restarts = 0;
  atS = 0;
  private samples = 0;
  private readonly health = new MicrophoneHealth(
    {
      changed: ({ state, reason }) => this.changes.push(`${this.atS} ${state} ${reason ?? ''}`.trim()),
      restart: () => this.restarts++,
    },
    true,
    0,
  );
  private readonly check = new SignalCheck((second) => this.health.second(second, this.atS * 1000));

  /** `rate`: how many samples arrive per second, instead of 16,000. */
  hear(seconds: number, sound: Sound, rate = SAMPLE_RATE): this {
    for (let s = 0; s < seconds; s++) {
      this.atS++;
      this.samples += rate;
      this.health.pace(this.samples, this.atS * 1000);
      for (let left = rate, from = (this.atS % 4) * SAMPLE_RATE; left > 0; left -= SAMPLE_RATE) {
        this.check.push(loopOf(sound).subarray(from, from + Math.min(left, SAMPLE_RATE)));
      }
      this.health.tick(this.atS * 1000, null);
    }
    return this;
  }

  nothing(seconds: number, trouble: string | null): this {
    for (let s = 0; s < seconds; s++) this.health.tick(++this.atS * 1000, trouble);
    this.health.interrupted();
    return this;
  }

  secondsOf(state: string): number[] {
    return this.changes.filter((line) => line.split(' ')[1] === state).map((line) => Number(line.split(' ')[0]));
  }
}

describe('MicrophoneHealth', () => {
  test.each([
    ['all_zero', () => 0],
    ['stuck_dc', () => 0.3],
    ['stuck_dc', () => 1],
    ['muted', (i: number) => (i % 2 ? 1e-5 : -1e-5)],
    ['clipped', (i: number) => 40 * GOOD(i) * 5],
  ])('a microphone with the fault %s is deaf within 60 s, and healthy within 10 s of good sound', (reason, sound) => {
    const story = new Story().hear(120, GOOD).hear(90, sound).hear(60, GOOD);
    expect(story.changes[0]).toMatch(new RegExp(`deaf ${reason}$`));
    expect(story.secondsOf('deaf')[0]).toBeLessThanOrEqual(120 + 60);
    expect(story.secondsOf('healthy')[0]).toBeGreaterThan(210);
    expect(story.secondsOf('healthy')[0]).toBeLessThanOrEqual(210 + 10);
  });

  test.each([48_000, 44_100, 8_000, 14_700])(
    'with %i samples a second it reports a wrong rate within 60 s, and is healthy within 10 s of the right rate',
    (rate) => {
      const story = new Story().hear(60, GOOD).hear(90, GOOD, rate).hear(60, GOOD);
      expect(story.changes[0]).toMatch(/deaf wrong_rate$/);
      expect(story.secondsOf('deaf')[0]).toBeLessThanOrEqual(60 + 60);
      expect(story.secondsOf('healthy')[0]).toBeLessThanOrEqual(150 + 10);
    },
  );

  test.each([
    ['unplugged', 'unplugged'],
    [null, 'silent_child'],
  ])(
    'without any sound (the source says %s) it is deaf with reason %s, asks for a restart, and is healthy when sound is back',
    (trouble, reason) => {
      const story = new Story().hear(60, GOOD).nothing(90, trouble).hear(60, GOOD);
      expect(story.changes[0]).toBe(`80 deaf ${reason}`);
      expect(story.restarts).toBeGreaterThanOrEqual(1);
      expect(story.secondsOf('healthy')[0]).toBeLessThanOrEqual(150 + 10);
    },
  );

  test('a microphone without good sound for ten minutes and five restarts has failed; good sound makes it healthy again', () => {
    const story = new Story().hear(60, GOOD).hear(1500, () => 0);
    expect(story.changes.at(-1)).toMatch(/failed all_zero$/);
    expect(story.restarts).toBeGreaterThanOrEqual(5);
    expect(story.restarts).toBeLessThan(12);
    story.hear(10, GOOD);
    expect(story.changes.at(-1)).toMatch(/healthy$/);
  });

  test('a microphone in a quiet room stays healthy for an hour', () => {
    expect(new Story().hear(3600, noise(0.0002)).changes).toEqual([]);
  });

  test('a smoke alarm so loud that it clips is not a fault of the microphone', () => {
    const t3 = (i: number) => {
      const s = (i / SAMPLE_RATE) % 4;
      return s < 3 && s % 1 < 0.5 ? 3 * Math.sin((i * TAU * 3100) / SAMPLE_RATE) : GOOD(i);
    };
    expect(new Story().hear(300, t3).changes).toEqual([]);
  });

  test('ten seconds of digital silence between two pieces of music are not a fault', () => {
    expect(
      new Story()
        .hear(60, GOOD)
        .hear(10, () => 0)
        .hear(60, GOOD).changes,
    ).toEqual([]);
  });
});
