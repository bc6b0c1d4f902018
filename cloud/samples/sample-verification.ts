import { createHash } from 'node:crypto';
import { SampleRequest } from '@earshot/shared/contracts/samples.ts';
import { enterDeletions, removeBytes } from '../deletion/deletion-ledger.ts';
import type { CloudParts } from '../parts.ts';
import { changeHome } from '../store/home-transaction.ts';
import { judge } from '../verifier/judgement.ts';
import type { ScoresClips } from '../verifier/scores-clips.ts';

type Parts = Pick<CloudParts, 'database' | 'clips' | 'clock' | 'log' | 'releases'>;

/**
 * Verifies a sample like a candidate, at the sensitivity that the home had when the sample was recorded. A rejected sample would not have
 * become an alert. So its recording is deleted at once, and members are not asked about it.
 */
export async function verifySample(
  parts: Parts,
  scorer: ScoresClips,
  { homeId, id }: { homeId: string; id: string },
): Promise<void> {
  const { database, clips, clock, releases } = parts;
  const row = await database.queries
    .selectFrom('samples')
    .selectAll()
    .where('id', '=', id)
    .where('homeId', '=', homeId)
    .where('verdict', '=', 'pending')
    .where('state', '=', 'stored')
    .executeTakeFirst();
  const bytes = row && (await clips.get(row.key));
  if (!bytes || createHash('sha256').update(bytes).digest('hex') !== row.sha256) return;
  const { cadence, scores, peakS, level } = SampleRequest.parse(JSON.parse(row.body));
  const evidence = { label: row.label, why: { cadence, scores } };
  const scored = await scorer.score({ audio: bytes, evidence, eventStartS: peakS });
  const { verdict } = judge(releases.require().manifest.verifier, row.label, level, scored.scores);
  const entries = await changeHome(database, homeId, async (queries) => {
    const isRejected = verdict === 'rejected';
    const { numUpdatedRows } = await queries
      .updateTable('samples')
      .set({ verdict, ...(isRejected ? { state: 'deleted' as const, expiresAtMs: null } : {}) })
      .where('id', '=', id)
      .where('state', '=', 'stored')
      .executeTakeFirst();
    return isRejected && numUpdatedRows > 0n ? enterDeletions(queries, [row], 'rejected', clock.nowMs()) : [];
  });
  await removeBytes(parts, entries);
}
