import { Candidate } from '@earshot/shared/contracts/candidate.ts';
import type { CloudParts } from '../parts.ts';
import type { ScoresClips } from '../verifier/scores-clips.ts';
import { decodeEmbedding, encodeEmbedding, type MadeEmbedding } from '@earshot/shared/features/embedding.ts';
import { mostAlike, neededLikeness, showsStandardRhythm } from './likeness.ts';

type Parts = Pick<CloudParts, 'database' | 'clips' | 'releases' | 'log'>;

interface Heard {
  homeId: string;
  deviceId: string;
  candidate: Candidate;
  embedding: MadeEmbedding;
  score: number | null;
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
  async find({ homeId, deviceId, candidate, embedding, score }: Heard): Promise<string | null> {
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
    const known: { id: string; values: Float32Array }[] = [];
    for (const { id, embedding: kept, embeddedBy, body, key, state } of rows) {
      if (embeddedBy === embedding.by) known.push({ id, values: decodeEmbedding(kept) });
      else if (body !== null && key !== null && state === 'stored') {
        const values = await this.embedAgain(id, Candidate.parse(JSON.parse(body)), key, embedding.by);
        if (values) known.push({ id, values });
      }
    }
    const { verifier } = this.parts.releases.require().manifest;
    const likeness = neededLikeness({ label: candidate.label, embedding, score }, verifier);
    return mostAlike(known, embedding.values, likeness)?.id ?? null;
  }

  /**
   * The verifier of a new release makes different embeddings. So the recording of the ignored sound is embedded again, if the recording
   * still exists.
   */
  private async embedAgain(id: string, candidate: Candidate, key: string, by: string): Promise<Float32Array | null> {
    const { clips, database, log } = this.parts;
    try {
      const audio = await clips.get(key);
      if (!audio) return null;
      const eventStartS = candidate.clip?.eventStartS ?? 0;
      const { embedding } = await this.scorer.score({ audio, evidence: candidate, eventStartS });
      if (!embedding) return null;
      await database.queries
        .updateTable('ignoredSounds')
        .set({ embedding: encodeEmbedding(embedding), embeddedBy: by })
        .where('id', '=', id)
        .execute();
      return embedding;
    } catch (error) {
      // Runs in the background, because the check of the new sound must not wait for it.
      log.warn({ err: error, ignoredSoundId: id }, 'an ignored sound could not be embedded by the new verifier');
      return null;
    }
  }
}
