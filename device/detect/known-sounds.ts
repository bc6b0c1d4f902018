/**
 * The high tones that a device hears, and for how long it has heard each. A cricket sings for hours, and low sounds come
 * and go beside it. What is new is a tone of another pitch, or one that is louder: an alarm may have begun.
 */
import { isSamePitch, type HighSound } from '@earshot/shared/cadence/high-sound.ts';
import type { LabelDecision } from '@earshot/shared/contracts/release.ts';

/** The rules of one label for sounds that go on. */
export type ToneRules = NonNullable<LabelDecision['slowdown']> & Pick<LabelDecision, 'holdS'>;

interface KnownTone {
  hz: number;
  db: number;
  /** When it was first heard, since when it has gone on (null: never yet), and when it was last heard. */
  sinceSample: number;
  goesOnSince: number | null;
  lastSample: number;
}

export class KnownSounds {
  private readonly sampleRate: number;
  private tones: KnownTone[] = [];
  private reported: readonly HighSound[] = [];
  private reportedSample = -Infinity;

  constructor(sampleRate: number) {
    this.sampleRate = sampleRate;
  }

  /** Call it at each evaluation, whatever the label thinks of the sound. */
  hear(sounds: readonly HighSound[], atSample: number, rules: ToneRules): void {
    this.tones = this.tones.filter((tone) => atSample - tone.lastSample < this.keptFor(tone, rules) * this.sampleRate);
    for (const { hz, db, goesOn } of sounds) {
      if (hz === null) continue;
      const goesOnSince = goesOn ? atSample : null;
      const heard = this.tones.filter((tone) => isSamePitch(hz, tone.hz) && Math.abs(db - tone.db) < rules.newsDb);
      for (const tone of heard) {
        tone.lastSample = atSample;
        tone.goesOnSince ??= goesOnSince;
      }
      if (heard.length === 0) this.tones.push({ hz, db, sinceSample: atSample, goesOnSince, lastSample: atSample });
    }
  }

  /** Call it when these sounds are reported: until they change they are no news. */
  report(sounds: readonly HighSound[], atSample: number): void {
    this.reported = sounds;
    this.reportedSample = atSample;
  }

  /**
   * Whether one of these sounds began after the last report, or became louder. A sound without a pitch is compared with
   * what was reported last, because nothing tells it from another one.
   */
  isNews(sounds: readonly HighSound[], { newsDb }: ToneRules): boolean {
    return sounds.some(({ hz, db }, n) =>
      hz === null
        ? db >= (this.reported[n]?.db ?? -Infinity) + newsDb
        : !this.asLoud(hz, db, newsDb).some(({ sinceSample }) => sinceSample <= this.reportedSample),
    );
  }

  /** For how many seconds the loudest of these tones has gone on; 0 when something is new, and for beeps. */
  knownS(sounds: readonly HighSound[], atSample: number, rules: ToneRules): number {
    const [loudest] = sounds;
    if (!loudest || loudest.hz === null || this.isNews(sounds, rules)) return 0;
    const since = this.asLoud(loudest.hz, loudest.db, rules.newsDb).map(({ goesOnSince }) => goesOnSince ?? atSample);
    return (atSample - Math.min(atSample, ...since)) / this.sampleRate;
  }

  /** The tones of the same pitch that were as loud or louder. */
  private asLoud(hz: number, db: number, newsDb: number): KnownTone[] {
    return this.tones.filter((tone) => isSamePitch(hz, tone.hz) && db < tone.db + newsDb);
  }

  /** For how many seconds of silence a tone is remembered: longer if it went on for so long that it is no alarm's beep. */
  private keptFor({ goesOnSince, lastSample }: KnownTone, { holdS, memory }: ToneRules): number {
    const wentOnS = (lastSample - (goesOnSince ?? lastSample)) / this.sampleRate;
    return memory && wentOnS >= memory.afterS ? memory.forS : holdS;
  }
}
