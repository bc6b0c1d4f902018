import type { Session } from './session.ts';
import { RecordingPart, type LocateFile, type SoundPart } from './sounds.ts';

const asItStands: LocateFile = async (path) => path;

/** What a session sounds like, part by part. */
export function partsOf(session: Session, locate: LocateFile = asItStands): SoundPart[] {
  if (session.kind === 'recordings') return session.recordings.map((recording) => new RecordingPart(recording, locate));
  throw new Error(`no player for ${session.kind}`);
}
