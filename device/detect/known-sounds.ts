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
  /** Since when it has gone on, and when it was first reported; null: never yet. */
  goesOnSince: number | null;
  reportedSince: number | null;
  lastSample: number;
}

export class KnownSounds {
  private readonly sampleRate: number;
  private tones: KnownTone[] = [];
  /** The level of the loudest sound at the last report, and when something was last about as loud. */
  private reportedDb = -Infinity;
  private asLoudSample = -Infinity;

  constructor(sampleRate: number) {
    this.sampleRate = sampleRate;
  }

  /** Call it whenever the label's sound is likely: remembers what is heard, and forgets what has been silent for long. */
  hear(sounds: readonly HighSound[], atSample: number, rules: ToneRules): void {
    this.tones = this.tones.filter((tone) => atSample - tone.lastSample < this.keptFor(tone, rules) * this.sampleRate);
    this.followLevel(sounds[0]?.db ?? -Infinity, atSample, rules);
    for (const { hz, db, goesOn } of sounds) {
      if (hz === null) continue;
      const goesOnSince = goesOn ? atSample : null;
      const heard = this.tones.filter((tone) => isSamePitch(hz, tone.hz) && Math.abs(db - tone.db) < rules.newsDb);
      for (const tone of heard) {
        tone.lastSample = atSample;
        tone.goesOnSince ??= goesOnSince;
      }
      if (heard.length === 0) this.tones.push({ hz, db, goesOnSince, reportedSince: null, lastSample: atSample });
    }
  }

  /**
   * When nothing has been as loud as the last report for `holdS`, the level of what is heard now takes its place: e.g. a
   * vacuum cleaner has ended.
   */
  private followLevel(db: number, atSample: number, { newsDb, holdS }: ToneRules): void {
    if (db > this.reportedDb - newsDb) this.asLoudSample = atSample;
    else if (atSample - this.asLoudSample >= holdS * this.sampleRate) this.reportedDb = db;
  }

  /** Call it when these sounds are reported, after `hear` of the same moment: until they change they are no news. */
  report(sounds: readonly HighSound[], atSample: number, { newsDb }: ToneRules): void {
    this.reportedDb = sounds[0]?.db ?? -Infinity;
    this.asLoudSample = atSample;
    for (const sound of sounds)
      for (const tone of this.asLoud(sound, newsDb)) if (tone.lastSample === atSample) tone.reportedSince ??= atSample;
  }

  /**
   * Whether one of these sounds, loudest first, has not been reported, or not as loud. A sound without a pitch is news
   * only when it is the loudest, and louder than the last report: nothing else tells it from another one, and two crickets
   * in turn have no pitch together.
   */
  isNews(sounds: readonly HighSound[], { newsDb }: ToneRules): boolean {
    return sounds.some((sound, n) =>
      sound.hz === null
        ? n === 0 && sound.db >= this.reportedDb + newsDb
        : !this.asLoud(sound, newsDb).some(({ reportedSince }) => reportedSince !== null),
    );
  }

  /**
   * For how many seconds the loudest of these tones has gone on since it was first reported; 0 when something is new, and
   * for a tone that has never gone on, as the beeps of most alarms. So the verifier hears each tone as a new one first.
   */
  knownS(sounds: readonly HighSound[], atSample: number, rules: ToneRules): number {
    const [loudest] = sounds;
    if (!loudest || this.isNews(sounds, rules)) return 0;
    const since = this.asLoud(loudest, rules.newsDb).map(({ goesOnSince, reportedSince }) =>
      Math.max(goesOnSince ?? atSample, reportedSince ?? atSample),
    );
    return (atSample - Math.min(atSample, ...since)) / this.sampleRate;
  }

  /** The tones of the same pitch that were as loud or louder. */
  private asLoud({ hz, db }: HighSound, newsDb: number): KnownTone[] {
    return hz === null ? [] : this.tones.filter((tone) => isSamePitch(hz, tone.hz) && db < tone.db + newsDb);
  }

  /** For how many seconds of silence a tone is remembered: longer if it went on for so long that it is no alarm's beep. */
  private keptFor({ goesOnSince, lastSample }: KnownTone, { holdS, memory }: ToneRules): number {
    const wentOnS = (lastSample - (goesOnSince ?? lastSample)) / this.sampleRate;
    return memory && wentOnS >= memory.afterS ? memory.forS : holdS;
  }
}
