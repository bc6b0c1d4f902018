import { SAMPLE_RATE } from '../../corpus/mono.ts';
import type { Session } from '../play/session.ts';
import { partsOf } from '../play/session-parts.ts';
import type { LocateFile } from '../play/sounds.ts';
import type { ReadSound } from './excerpts.ts';

/** Plays a part of a session again, without the detector, for the report's excerpts. */
export function soundReader(sessions: readonly Session[], locate?: LocateFile): ReadSound {
  return async (index, part, fromS, toS) => {
    const session = sessions[index];
    const sound =
      session && partsOf(session, locate).find((candidate) => candidate.describe(part.durationS).file === part.file);
    const [from, to] = [Math.round(fromS * SAMPLE_RATE), Math.round(toS * SAMPLE_RATE)];
    const excerpt = new Float32Array(Math.max(0, to - from));
    let at = Math.round((sound?.skipTo?.(fromS) ?? 0) * SAMPLE_RATE);
    for await (const piece of sound?.samples() ?? []) {
      const [first, last] = [Math.max(from, at), Math.min(to, at + piece.length)];
      if (last > first) excerpt.set(piece.subarray(first - at, last - at), first - from);
      at += piece.length;
      if (at >= to) break;
    }
    return excerpt;
  };
}
