import { createHash } from 'node:crypto';
import { Candidate } from '@earshot/shared/contracts/candidate.ts';
import { HomeSettings } from '@earshot/shared/contracts/settings.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import type { AppliedVerdict, CandidateVerdict } from '../incidents/apply-verdict.ts';
import { applyVerdict } from '../incidents/apply-verdict.ts';
import type { CloudParts } from '../parts.ts';
import type { Scores } from './clip-scorer.ts';
import type { ClipToScore } from './clip-verifier.ts';
import { judge } from './judgement.ts';
import type { VerifyJob } from './verify-job.ts';

export interface ScoresClips {
  score(clip: ClipToScore): Promise<Scores>;
}

/** What became of a job. Poison can never be verified: it goes to the dead letters with this reason. */
export type Outcome = { done: AppliedVerdict | null } | { poison: string };

/**
 * One clip from store to verdict. Throws when something is out of order that may be in order later (store, database, thread): the job
 * then waits and comes again. A clip that is missing or poison leaves its candidate "not verified", which tells a safety sound.
 */
export async function verifyCandidate(
  parts: CloudParts,
  scorer: ScoresClips,
  { homeId, candidateId }: VerifyJob,
): Promise<Outcome> {
  const { database, clips, releases } = parts;
  const row = await database.queries
    .selectFrom('candidates')
    .innerJoin('clips', 'clips.candidateId', 'candidates.id')
    .innerJoin('settings', 'settings.homeId', 'candidates.homeId')
    .select(['candidates.body', 'candidates.label', 'candidates.verdict', 'clips.key', 'clips.sha256', 'clips.state'])
    .select('settings.body as settings')
    .where('candidates.id', '=', candidateId)
    .where('candidates.homeId', '=', homeId)
    .executeTakeFirst();
  // Deleted, or judged already by whoever had the job before.
  if (!row || row.verdict === 'confirmed' || row.verdict === 'rejected' || row.state === 'deleted')
    return { done: null };

  const candidate = Candidate.parse(JSON.parse(row.body));
  const bytes = await clips.get(row.key);
  if (!bytes) return poison(parts, { homeId, candidateId }, 'the clip is not in the store');
  if (createHash('sha256').update(bytes).digest('hex') !== row.sha256)
    return poison(parts, { homeId, candidateId }, 'the clip is not the one that was announced');

  let scores: Scores;
  try {
    scores = await scorer.score({ audio: bytes, evidence: candidate, eventStartS: candidate.clip?.eventStartS ?? 0 });
  } catch (error) {
    if (error instanceof EarshotError && error.code.startsWith('AUDIO_'))
      return poison(parts, { homeId, candidateId }, `${error.code}: ${error.detail}`);
    throw error;
  }
  const { sounds } = HomeSettings.parse(JSON.parse(row.settings));
  const level = sounds[row.label]?.level ?? 'medium';
  const verdict = judge(releases.require().manifest.verifier, row.label, level, scores);
  return { done: await applyVerdict(parts, { homeId, candidateId, ...verdict }) };
}

async function poison(parts: CloudParts, job: VerifyJob, reason: string): Promise<Outcome> {
  const verdict: CandidateVerdict = { ...job, verdict: 'unverified', score: null };
  await applyVerdict(parts, verdict);
  return { poison: reason };
}
