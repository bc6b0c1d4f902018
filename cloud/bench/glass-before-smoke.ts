import type { Database } from '../store/database.ts';

/**
 * For each smoke alarm, counts the glass candidates that got their verdict between the moment when its clip was stored and its own verdict.
 * Returns the highest count. It shows how far a noisy home delays the alarms of other homes, independently of the machine's speed.
 */
export async function glassBeforeSmoke({ queries }: Database): Promise<number> {
  const rows = await queries
    .selectFrom('candidates')
    .innerJoin('clips', 'clips.candidateId', 'candidates.id')
    .select(['candidates.label', 'candidates.verifiedAtMs', 'clips.storedAtMs'])
    .execute();
  const judged = rows.flatMap(({ label, verifiedAtMs, storedAtMs }) =>
    verifiedAtMs === null || storedAtMs === null ? [] : [{ label, fromMs: storedAtMs, toMs: verifiedAtMs }],
  );
  const glass = judged.filter(({ label }) => label === 'glass_break');
  const before = judged
    .filter(({ label }) => label === 'smoke_alarm')
    .map(({ fromMs, toMs }) => glass.filter((other) => other.toMs > fromMs && other.toMs < toMs).length);
  return Math.max(0, ...before);
}
