/**
 * The high tones that were already reported for a label. A cricket sings for hours, and low sounds come and go beside
 * it; what is new is a tone of another pitch, or one that is louder.
 */
import { isSamePitch, type HighSound } from '@earshot/shared/cadence/high-sound.ts';
import type { LabelDecision } from '@earshot/shared/contracts/release.ts';

type Slowdown = NonNullable<LabelDecision['slowdown']>;

interface KnownSound {
  hz: number | null;
  db: number;
  /** Whether it was ever heard for most of the time. */
  wentOn: boolean;
  /** When it was first reported, and when it was last heard. */
  sinceSample: number;
  lastSample: number;
}

export class KnownSounds {
  private readonly sampleRate: number;
  private sounds: KnownSound[] = [];

  constructor(sampleRate: number) {
    this.sampleRate = sampleRate;
  }

  /** Call it whenever the label's sound is likely: a sound is remembered from the last time that it was heard. */
  hear(sound: HighSound, atSample: number, slowdown: Slowdown): void {
    for (const known of this.like(sound, slowdown)) {
      known.lastSample = atSample;
      known.wentOn ||= sound.goesOn;
    }
  }

  /** Call it when a new event is reported, before `report`. */
  begin(atSample: number, { memory }: Slowdown): void {
    const forSamples = (memory?.forS ?? 0) * this.sampleRate;
    this.sounds = this.sounds.filter(({ lastSample }) => atSample - lastSample < forSamples);
  }

  report(sound: HighSound, atSample: number, slowdown: Slowdown): void {
    const { hz, db, goesOn } = sound;
    if (!this.isNews(sound, slowdown)) return;
    this.sounds.push({ hz, db, wentOn: goesOn, sinceSample: atSample, lastSample: atSample });
  }

  /** Whether something is heard that was not there, or not as loud, at the reports before. */
  isNews(sound: HighSound, slowdown: Slowdown): boolean {
    return this.like(sound, slowdown).length === 0;
  }

  /** For how many seconds the tone has been known as one that goes on; 0 when it is new, beeps, or is no tone. */
  knownS(sound: HighSound, atSample: number, slowdown: Slowdown): number {
    if (sound.hz === null) return 0;
    const since = this.like(sound, slowdown).flatMap(({ wentOn, sinceSample }) => (wentOn ? sinceSample : []));
    return (atSample - Math.min(atSample, ...since)) / this.sampleRate;
  }

  /** Call it when the event has ended. Only what was heard over `memory.afterS` is remembered. */
  end({ memory }: Slowdown): void {
    const leastSamples = (memory?.afterS ?? Infinity) * this.sampleRate;
    this.sounds = this.sounds.filter(({ sinceSample, lastSample }) => lastSample - sinceSample >= leastSamples);
  }

  /** The known sounds of the same pitch, or like this one of none, that were hardly quieter. */
  private like({ hz, db }: HighSound, { newsDb }: Slowdown): KnownSound[] {
    return this.sounds.filter(
      (known) =>
        db < known.db + newsDb && (hz === null || known.hz === null ? hz === known.hz : isSamePitch(hz, known.hz)),
    );
  }
}
