import { createHash } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { Learned } from '@earshot/shared/contracts/lesson.ts';
import { EXAMPLES_NEEDED, LEAST_FOUND, TaughtSoundFile } from '@earshot/shared/contracts/taught-sounds.ts';
import { pause } from '@earshot/shared/lifecycle/pause.ts';
import { WakeUp } from '@earshot/shared/lifecycle/wake-up.ts';
import { publish } from '../live/live-feed.ts';
import type { CloudParts } from '../parts.ts';
import { changeHome } from '../store/home-transaction.ts';
import type { Schema } from '../store/schema.ts';
import { noteTaught } from './kept-taught.ts';

type SoundRow = Selectable<Schema['taughtSounds']>;
type Parts = Pick<CloudParts, 'database' | 'clips' | 'clock' | 'feed' | 'log' | 'releases'>;

/** Trains a head from recordings (WAV) in a separate process, so that the API keeps answering meanwhile. */
export interface Teacher {
  teach(lesson: Lesson, signal: AbortSignal): Promise<Learned>;
}

export interface Lesson {
  label: string;
  examples: readonly Uint8Array[];
  check: Uint8Array | null;
}

const LOOK_EVERY_MS = 2_000;
/**
 * When a process is killed while it teaches a sound, another process starts the training again after this time. A
 * training that takes longer extends its lease.
 */
const LEASE_MS = 5 * 60_000;
const EXTEND_EVERY_MS = 60_000;
/** When a sound could not be taught for a new trunk network, the training is tried again after this time. */
const RETRY_MS = 60 * 60_000;

/**
 * Trains the heads of pending sounds one at a time, and trains heads again when the release has another trunk network.
 */
export class Teaching {
  private readonly parts: Parts;
  private readonly teacher: Teacher;
  private readonly wakeUp: WakeUp;

  constructor(parts: Parts, teacher: Teacher) {
    this.parts = parts;
    this.teacher = teacher;
    this.wakeUp = new WakeUp(parts.clock);
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      let hasTaught = false;
      try {
        await this.findOutdated();
        hasTaught = await this.teachNext(signal);
      } catch (error) {
        if (!signal.aborted) this.parts.log.error({ err: error }, 'a sound could not be taught');
      }
      if (!hasTaught) await this.wakeUp.wait(LOOK_EVERY_MS, signal);
    }
  }

  /**
   * Finds sounds whose head must be trained again: a head works only with the trunk network on which it was trained.
   */
  private async findOutdated(): Promise<void> {
    const { database, releases } = this.parts;
    const trunk = releases.current?.manifest.trunk.sha256;
    if (trunk === undefined) return;
    await database.queries
      .updateTable('taughtSounds')
      .set({ state: 'learning', learningUntilMs: 0 })
      .where('state', '=', 'ready')
      .where('trunkSha256', '!=', trunk)
      .execute();
  }

  private async teachNext(signal: AbortSignal): Promise<boolean> {
    const { database, clock } = this.parts;
    const nowMs = clock.nowMs();
    const row = await database.queries
      .selectFrom('taughtSounds')
      .selectAll()
      .where('state', '=', 'learning')
      .where('learningUntilMs', '<=', nowMs)
      .orderBy('createdAtMs')
      .limit(1)
      .executeTakeFirst();
    if (!row) return false;
    const untilMs = await this.lease(row.id, row.learningUntilMs);
    if (untilMs === null) return true;
    const ended = new AbortController();
    const extending = this.extend(row.id, untilMs, ended.signal);
    try {
      await this.teachOne(row, signal);
    } finally {
      ended.abort();
      await extending;
    }
    return true;
  }

  /** Returns when the new lease ends; null when the lease is not `fromMs` any more, because another process has it. */
  private async lease(id: string, fromMs: number): Promise<number | null> {
    const { database, clock } = this.parts;
    const untilMs = clock.nowMs() + LEASE_MS;
    const { numUpdatedRows } = await database.queries
      .updateTable('taughtSounds')
      .set({ learningUntilMs: untilMs })
      .where('id', '=', id)
      .where('state', '=', 'learning')
      .where('learningUntilMs', '=', fromMs)
      .executeTakeFirst();
    return numUpdatedRows === 0n ? null : untilMs;
  }

  /** Extends the lease again and again until the signal aborts. */
  private async extend(id: string, firstUntilMs: number, signal: AbortSignal): Promise<void> {
    const { clock, log } = this.parts;
    let untilMs: number | null = firstUntilMs;
    while (untilMs !== null) {
      await pause(clock, EXTEND_EVERY_MS, signal);
      if (signal.aborted) return;
      try {
        untilMs = await this.lease(id, untilMs);
      } catch (error) {
        log.warn({ err: error, taughtSoundId: id }, 'the lease of a training could not be extended');
      }
    }
  }

  private async teachOne(row: SoundRow, signal: AbortSignal): Promise<void> {
    const { id, homeId, label } = row;
    const { log } = this.parts;
    try {
      const [examples, check] = await this.recordingsOf(id);
      const learned = await this.teacher.teach({ label, examples, check }, signal);
      await this.keep(id, homeId, learned);
    } catch (error) {
      await this.parts.database.queries
        .updateTable('taughtSounds')
        .set(this.afterFailure(row, signal))
        .where('id', '=', id)
        .execute();
      if (!signal.aborted) log.error({ err: error, homeId, taughtSoundId: id }, 'a sound could not be taught');
    }
  }

  private afterFailure({ file, trunkSha256 }: SoundRow, signal: AbortSignal) {
    const { clock, releases } = this.parts;
    // The training was stopped, which is not a failure. The sound is trained after the next start.
    if (signal.aborted) return { learningUntilMs: 0 };
    // No member waits for this training, so nobody would start it again.
    if (file !== null && trunkSha256 !== releases.current?.manifest.trunk.sha256)
      return { learningUntilMs: clock.nowMs() + RETRY_MS };
    return { state: 'failed', reason: 'error' } as const;
  }

  /** The five oldest examples, for the training, and the sixth, if there is one, to check the result. */
  private async recordingsOf(soundId: string): Promise<[Uint8Array[], Uint8Array | null]> {
    const { database, clips } = this.parts;
    const rows = await database.queries
      .selectFrom('taughtExamples')
      .select('key')
      .where('soundId', '=', soundId)
      .where('state', '=', 'found')
      .orderBy('id')
      .execute();
    const recordings = (await Promise.all(rows.map(({ key }) => clips.get(key)))).filter((bytes) => bytes !== null);
    return [recordings.slice(0, EXAMPLES_NEEDED), recordings[EXAMPLES_NEEDED] ?? null];
  }

  private async keep(id: string, homeId: string, { file, checkFound }: Learned): Promise<void> {
    const { database, clock, feed, log } = this.parts;
    const { figures, trunkSha256 } = TaughtSoundFile.parse(JSON.parse(file));
    const isGood = figures.found >= LEAST_FOUND;
    await changeHome(database, homeId, async (queries) => {
      await queries
        .updateTable('taughtSounds')
        .set({
          state: isGood ? 'ready' : 'failed',
          reason: isGood ? null : 'examples',
          file: isGood ? file : null,
          fileSha256: isGood ? createHash('sha256').update(file).digest('hex') : null,
          trunkSha256,
          figures: JSON.stringify(figures),
          checkFound: checkFound === null ? null : Number(checkFound),
        })
        .where('id', '=', id)
        .execute();
      await noteTaught(queries, homeId);
      await publish(queries, clock, homeId, { type: 'members' });
    });
    feed.wake();
    log.info({ homeId, taughtSoundId: id, isGood, ...figures }, 'a sound was taught');
  }
}
