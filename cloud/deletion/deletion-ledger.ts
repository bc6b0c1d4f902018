import { v7 as uuid } from 'uuid';
import type { Selectable } from 'kysely';
import type { CloudParts } from '../parts.ts';
import type { Queries } from '../store/database.ts';
import type { Schema } from '../store/schema.ts';

type Parts = Pick<CloudParts, 'database' | 'clips' | 'clock' | 'log'>;
type Clip = Pick<Selectable<Schema['clips']>, 'homeId' | 'key' | 'bytes' | 'state' | 'uploadUntilMs'>;
export type Reason = 'rejected' | 'expired' | 'member' | 'home';

/** An upload that began before its link expired may end this much later than the expiry. */
const UPLOAD_MARGIN_MS = 60_000;
/**
 * The number of clips that are removed at the same time. With a store that answers in 20 ms, a thousand clips are removed within seconds.
 */
const AT_ONCE = 8;
/**
 * While an upload link is still valid, bytes may arrive after the deletion. They must be removed within 5 s, so the store is checked again
 * at this interval.
 */
const LOOK_AGAIN_MS = 2_000;

/**
 * Deletes clips in two steps. First, the transaction that removes the rows also enters each clip in the ledger. Then the bytes are removed
 * and confirmed as gone. After a crash between the steps, the entry remains and the sweeper continues. Clips that may still be uploaded are
 * checked again until no upload link is valid. The entries remain as the record of what was deleted, when and why.
 */
export async function enterDeletions(
  queries: Queries,
  clips: readonly Clip[],
  reason: Reason,
  nowMs: number,
): Promise<string[]> {
  const entries = clips.map((clip) => ({
    id: uuid(),
    homeId: clip.homeId,
    reason,
    key: clip.key,
    bytes: clip.state === 'stored' ? clip.bytes : 0,
    requestedAtMs: nowMs,
    doneAtMs: null,
    lookAtMs: nowMs,
    watchUntilMs: Math.max(nowMs, clip.uploadUntilMs + UPLOAD_MARGIN_MS),
  }));
  for (let at = 0; at < entries.length; at += 100)
    await queries
      .insertInto('deletions')
      .values(entries.slice(at, at + 100))
      .execute();
  return entries.map(({ id }) => id);
}

/** Removes the clips of candidates that stay in the history. The rows of the candidates record the deletion. */
export async function deleteClips(
  queries: Queries,
  clips: readonly (Clip & { candidateId: string })[],
  reason: Reason,
  nowMs: number,
): Promise<string[]> {
  if (clips.length === 0) return [];
  const ids = clips.map(({ candidateId }) => candidateId);
  await queries
    .updateTable('clips')
    .set({ state: 'deleted', expiresAtMs: null, sharedBy: null, sharedAtMs: null })
    .where('candidateId', 'in', ids)
    .execute();
  // Delete the data that was computed from the sound, too.
  await queries
    .updateTable('candidates')
    .set({ embedding: null, embeddedBy: null, deviceEmbedding: null })
    .where('id', 'in', ids)
    .where((e) => e.or([e('embedding', 'is not', null), e('deviceEmbedding', 'is not', null)]))
    .execute();
  return enterDeletions(queries, clips, reason, nowMs);
}

/** Removes the bytes of these entries now. Entries whose removal fails stay due, and the sweeper tries again. */
export async function removeBytes(parts: Parts, ids: readonly string[]): Promise<void> {
  for (let at = 0; at < ids.length; at += 100) {
    const entries = await parts.database.queries
      .selectFrom('deletions')
      .selectAll()
      .where('id', 'in', ids.slice(at, at + 100))
      .execute();
    await removeAll(parts, entries);
  }
}

/** Removes the bytes of every entry that is due. The sweeper calls this in each of its rounds. */
export async function removeDueBytes(parts: Parts): Promise<number> {
  const due = await parts.database.queries
    .selectFrom('deletions')
    .selectAll()
    .where('lookAtMs', '<=', parts.clock.nowMs())
    .orderBy('lookAtMs')
    .limit(200)
    .execute();
  await removeAll(parts, due);
  return due.length;
}

async function removeAll(parts: Parts, entries: readonly Selectable<Schema['deletions']>[]): Promise<void> {
  for (let from = 0; from < entries.length; from += AT_ONCE) {
    const ended = await Promise.allSettled(entries.slice(from, from + AT_ONCE).map((entry) => remove(parts, entry)));
    for (const one of ended) if (one.status === 'rejected') throw one.reason;
  }
}

async function remove({ database, clips, clock, log }: Parts, entry: Selectable<Schema['deletions']>): Promise<void> {
  const nowMs = clock.nowMs();
  try {
    await clips.delete(entry.key);
    if ((await clips.size(entry.key)) !== null) throw new Error('the store still has the clip after its deletion');
    // Check again for a deleted clip even if its upload had ended, because a device may upload it a second time.
    const mayStillArrive = entry.bytes === 0 || entry.reason === 'member' || entry.reason === 'home';
    const expectsMore = mayStillArrive && nowMs < entry.watchUntilMs;
    const lastLook = nowMs < entry.watchUntilMs ? entry.watchUntilMs : null;
    await database.queries
      .updateTable('deletions')
      .set({ doneAtMs: entry.doneAtMs ?? nowMs, lookAtMs: expectsMore ? nowMs + LOOK_AGAIN_MS : lastLook })
      .where('id', '=', entry.id)
      .execute();
  } catch (error) {
    log.error({ err: error, homeId: entry.homeId }, 'a clip could not be deleted; the deletion is tried again');
    await database.queries
      .updateTable('deletions')
      .set({ lookAtMs: nowMs + LOOK_AGAIN_MS })
      .where('id', '=', entry.id)
      .execute();
  }
}
