import { Candidate } from '@earshot/shared/contracts/candidate.ts';
import type { CloudParts } from '../parts.ts';
import type { ScoresClips } from '../verifier/scores-clips.ts';
import { embedLoudest } from './embed-loudest.ts';
import { mostAlike, needsLoudest, neededLikeness, showsStandardRhythm } from './likeness.ts';
import { decodeSound, encodeSound, type MadeSoundEmbedding, type SoundEmbedding } from './sound-embedding.ts';

type Parts = Pick<CloudParts, 'database' | 'clips' | 'releases' | 'log'>;

interface Heard {
  homeId: string;
  deviceId: string;
  candidate: Candidate;
  embedding: MadeSoundEmbedding;
}

/**
 * Checks whether a sound that the verifier would confirm is similar to a sound that a member of the home marked as wrong.
 */
export class IgnoredMatch {
  private readonly parts: Parts;
  private readonly scorer: ScoresClips;

  constructor(parts: Parts, scorer: ScoresClips) {
    this.parts = parts;
    this.scorer = scorer;
  }

  /**
   * The id of the ignored sound that the given sound resembles. Null when it resembles none, or when it has the rhythm of an alarm.
   */
  async find({ homeId, deviceId, candidate, embedding }: Heard): Promise<string | null> {
    if (showsStandardRhythm(candidate)) return null;
    const rows = await this.parts.database.queries
      .selectFrom('ignoredSounds')
      .leftJoin('candidates', 'candidates.id', 'ignoredSounds.candidateId')
      .leftJoin('clips', 'clips.candidateId', 'ignoredSounds.candidateId')
      .select(['ignoredSounds.id', 'ignoredSounds.embedding', 'ignoredSounds.embeddedBy'])
      .select(['candidates.body', 'clips.key', 'clips.state'])
      .where('ignoredSounds.deviceId', '=', deviceId)
      .where('ignoredSounds.homeId', '=', homeId)
      .where('ignoredSounds.label', '=', candidate.label)
      .execute();
    const likeness = neededLikeness(candidate.label, this.parts.releases.require().manifest.verifier);
    const known: (SoundEmbedding & { id: string })[] = [];
    for (const { id, embedding: stored, embeddedBy, body, key, state } of rows) {
      const kept = embeddedBy === embedding.by ? decodeSound(stored) : null;
      // The alert waits for this check, so embed again only what can change its result.
      const isEnough = kept !== null && (kept.loudest !== null || !needsLoudest(kept, embedding, likeness));
      const again =
        !isEnough && body !== null && key !== null && state === 'stored'
          ? await this.embedAgain(id, Candidate.parse(JSON.parse(body)), key, embedding.by)
          : null;
      const sound = again ?? kept;
      if (sound) known.push({ id, ...sound });
    }
    return mostAlike(known, embedding, likeness)?.id ?? null;
  }

  /**
   * The verifier of a new release makes different embeddings, and an older version made none of the loudest part. So the recording of the
   * ignored sound is embedded again, if the recording still exists.
   */
  private async embedAgain(id: string, candidate: Candidate, key: string, by: string): Promise<SoundEmbedding | null> {
    const { clips, database, log } = this.parts;
    try {
      const audio = await clips.get(key);
      if (!audio) return null;
      const eventStartS = candidate.clip?.eventStartS ?? 0;
      const { embedding } = await this.scorer.score({ audio, evidence: candidate, eventStartS });
      if (!embedding) return null;
      const clip = { candidateId: candidate.id, label: candidate.label, audio, eventStartS };
      const sound = { clip: embedding, loudest: await embedLoudest(this.parts, this.scorer, clip) };
      await database.queries
        .updateTable('ignoredSounds')
        .set({ embedding: encodeSound(sound), embeddedBy: by })
        .where('id', '=', id)
        .execute();
      return sound;
    } catch (error) {
      // The new sound is then compared with the other ignored sounds only: no alert may fail because of an ignored sound.
      log.warn({ err: error, ignoredSoundId: id }, 'an ignored sound could not be embedded again');
      return null;
    }
  }
}
