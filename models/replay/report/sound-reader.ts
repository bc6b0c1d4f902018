import { SAMPLE_RATE } from '../../corpus/mono.ts';
import type { PlayedPart } from '../play/played.ts';
import type { Session } from '../play/session.ts';
import { partsOf } from '../play/session-parts.ts';
import type { LocateFile, SoundPart } from '../play/sounds.ts';

/** A stretch of a part that starts at a whole second. */
export interface Stretch {
  fromS: number;
  toS: number;
}

/** Plays each stretch again and returns its samples. */
export type ReadSound = (session: number, part: PlayedPart, stretches: readonly Stretch[]) => Promise<Float32Array[]>;

/** Plays parts of sessions again, without the detector, for the report's excerpts. */
export function soundReader(sessions: readonly { session: Session }[], locate?: LocateFile): ReadSound {
  return async (index, part, stretches) => {
    const excerpts = stretches.map((stretch) => new ExcerptBuffer(stretch));
    const session = sessions[index]?.session;
    const sound =
      session && partsOf(session, locate).find((candidate) => candidate.describe(part.durationS).file === part.file);
    if (sound) {
      // Decode an hour of Opus only once for all of its excerpts.
      const passes = (await sound.isEnteredAnywhere()) ? excerpts.map((excerpt) => [excerpt]) : [excerpts];
      for (const pass of passes) await fill(pass, sound);
    }
    return excerpts.map(({ samples }) => samples);
  };
}

async function fill(excerpts: readonly ExcerptBuffer[], sound: SoundPart): Promise<void> {
  const fromS = Math.min(...excerpts.map((excerpt) => excerpt.fromS));
  const until = Math.max(...excerpts.map((excerpt) => excerpt.toSample));
  let at = fromS * SAMPLE_RATE;
  for await (const piece of sound.samples({ fromS })) {
    for (const excerpt of excerpts) excerpt.take(piece, at);
    at += piece.length;
    if (at >= until) break;
  }
}

class ExcerptBuffer {
  readonly fromS: number;
  readonly toSample: number;
  readonly samples: Float32Array;
  private readonly fromSample: number;

  constructor({ fromS, toS }: Stretch) {
    this.fromS = fromS;
    this.fromSample = fromS * SAMPLE_RATE;
    this.toSample = Math.max(this.fromSample, Math.round(toS * SAMPLE_RATE));
    this.samples = new Float32Array(this.toSample - this.fromSample);
  }

  take(piece: Float32Array, at: number): void {
    const [first, last] = [Math.max(this.fromSample, at), Math.min(this.toSample, at + piece.length)];
    if (last > first) this.samples.set(piece.subarray(first - at, last - at), first - this.fromSample);
  }
}
