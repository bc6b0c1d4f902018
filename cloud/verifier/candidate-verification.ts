import { createHash } from 'node:crypto';
import { Candidate } from '@earshot/shared/contracts/candidate.ts';
import { HomeSettings } from '@earshot/shared/contracts/settings.ts';
import { isTaught } from '@earshot/shared/contracts/taught-sounds.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { applyVerdicts, type AppliedVerdict, type CandidateVerdict } from '../incidents/apply-verdict.ts';
import type { CloudParts } from '../parts.ts';
import { BatchedCalls } from '../store/batched-calls.ts';
import { embedLoudest } from '../ignored-sounds/embed-loudest.ts';
import { IgnoredMatch } from '../ignored-sounds/ignored-match.ts';
import type { ScoredClip } from './clip-scorer.ts';
import { judge } from './judgement.ts';
import type { ScoresClips } from './scores-clips.ts';
import type { VerifyJob } from './verify-job.ts';

/**
 * The result of a verification job. `poison`: the clip can never be verified, so the job goes to the dead letters with this reason.
 */
export type Outcome = { done: AppliedVerdict | null } | { poison: string };

type Announced = Awaited<ReturnType<CandidateVerification['read']>>[number];

/** At most this many clips are read from or written to the database together. */
const MOST_PER_CALL = 50;

/** Fetches a clip from the store, has it scored, and writes its verdict. */
export class CandidateVerification {
  private readonly parts: CloudParts;
  private readonly scorer: ScoresClips;
  private readonly ignored: IgnoredMatch;
  private readonly reading: BatchedCalls<VerifyJob, Announced | null>;
  private readonly applying: BatchedCalls<CandidateVerdict, AppliedVerdict | null>;

  constructor(parts: CloudParts, scorer: ScoresClips) {
    this.parts = parts;
    this.scorer = scorer;
    this.ignored = new IgnoredMatch(parts, scorer);
    this.reading = new BatchedCalls(MOST_PER_CALL, async (jobs) => {
      const rows = await this.read(jobs);
      return jobs.map(
        ({ homeId, candidateId }) => rows.find((r) => r.id === candidateId && r.homeId === homeId) ?? null,
      );
    });
    this.applying = new BatchedCalls(MOST_PER_CALL, (verdicts) => applyVerdicts(parts, verdicts), { againAlone: true });
  }

  /**
   * Verifies the clip of one job. Throws when a fault may be temporary (store, database, thread); the job is then delivered again later.
   * When a clip is missing or can never be verified, its candidate becomes "not verified", and a safety sound is reported.
   */
  async verify(job: VerifyJob): Promise<Outcome> {
    const { clips, releases } = this.parts;
    const { homeId, candidateId } = job;
    const row = await this.reading.add(job);
    // A member has deleted the candidate, or another worker has verified it.
    if (!row || row.verdict === 'confirmed' || row.verdict === 'rejected' || row.state === 'deleted')
      return { done: null };

    const candidate = Candidate.parse(JSON.parse(row.body));
    const bytes = await clips.get(row.key);
    if (!bytes) return this.poison(job, 'the clip is not in the store');
    if (createHash('sha256').update(bytes).digest('hex') !== row.sha256)
      return this.poison(job, 'the clip differs from the registered clip');

    // The verifier does not know taught sounds. The device's decision counts, and the alert says that the sound was not verified.
    if (isTaught(row.label))
      return { done: await this.applying.add({ homeId, candidateId, verdict: 'confirmed', score: null }) };

    const eventStartS = candidate.clip?.eventStartS ?? 0;
    let scored: ScoredClip;
    try {
      scored = await this.scorer.score({ audio: bytes, evidence: candidate, eventStartS });
    } catch (error) {
      if (error instanceof EarshotError && error.code.startsWith('AUDIO_'))
        return this.poison(job, `${error.code}: ${error.detail}`);
      throw error;
    }
    const { sounds } = HomeSettings.parse(JSON.parse(row.settings));
    const level = sounds[row.label]?.level ?? 'medium';
    const { verifier } = releases.require().manifest;
    const judgement = judge(verifier, row.label, level, scored.scores);
    if (judgement.verdict === 'rejected' || !scored.embedding)
      return { done: await this.applying.add({ homeId, candidateId, ...judgement }) };
    const clip = { candidateId, label: row.label, audio: bytes, eventStartS };
    const loudest = await embedLoudest(this.parts, this.scorer, clip);
    const embedding = { clip: scored.embedding, loudest, by: verifier.sha256 };
    const ignoredSoundId = await this.ignored.find({ homeId, deviceId: row.deviceId, candidate, embedding });
    return {
      done: await this.applying.add(
        ignoredSoundId === null
          ? { homeId, candidateId, ...judgement, embedding }
          : { homeId, candidateId, ...judgement, verdict: 'rejected', ignoredSoundId },
      ),
    };
  }

  private read(jobs: readonly VerifyJob[]) {
    return this.parts.database.queries
      .selectFrom('candidates')
      .innerJoin('clips', 'clips.candidateId', 'candidates.id')
      .innerJoin('settings', 'settings.homeId', 'candidates.homeId')
      .select([
        'candidates.id',
        'candidates.homeId',
        'candidates.deviceId',
        'candidates.body',
        'candidates.label',
        'candidates.verdict',
      ])
      .select(['clips.key', 'clips.sha256', 'clips.state', 'settings.body as settings'])
      .where(
        'candidates.id',
        'in',
        jobs.map(({ candidateId }) => candidateId),
      )
      .execute();
  }

  private async poison({ homeId, candidateId }: VerifyJob, reason: string): Promise<Outcome> {
    await this.applying.add({ homeId, candidateId, verdict: 'unverified', score: null });
    return { poison: reason };
  }
}
