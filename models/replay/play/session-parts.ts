import { HouseDayPart, ScenePart } from './rendered-parts.ts';
import type { Session } from './session.ts';
import { RecordingPart, type LocateFile, type SoundPart } from './sounds.ts';

const asItStands: LocateFile = async (path) => path;

/** Returns the samples of a session, part by part. */
export function partsOf(session: Session, locate: LocateFile = asItStands): SoundPart[] {
  switch (session.kind) {
    case 'recordings':
      return session.recordings.map((recording) => new RecordingPart(recording, locate));
    case 'scene':
      return [new ScenePart(session)];
    case 'house-day':
      return [new HouseDayPart(session)];
  }
}
