import { sql } from 'kysely';
import { pause } from '@earshot/shared/lifecycle/pause.ts';
import type { CloudParts } from '../parts.ts';
import { queueForVerdict } from '../verifier/intake/clip-arrival.ts';
import { ClipArrivals } from '../verifier/intake/clip-arrivals.ts';
import { removeOldSegments } from '../drop-in/segment-removal.ts';
import { removeDueBytes } from '../deletion/deletion-ledger.ts';
import { expireClips } from '../deletion/retention.ts';
import { applyDueModes } from '../homes/mode-schedule.ts';
import { expireSamples } from '../samples/expire-samples.ts';
import { noticeLostAlarms } from '../rooms/lost-alarms.ts';
import { changeHomes } from '../store/home-transaction.ts';
import { noticeOfflineDevices } from './device-notices.ts';
import { advance } from './incident.ts';
import { IncidentBook, type NotificationRow } from './incident-book.ts';
import { UPLOAD_LINK_LIFE_MS } from './keep-candidate.ts';

type Parts = Pick<CloudParts, 'database' | 'clips' | 'queue' | 'clock' | 'log' | 'feed'>;

const TURN_MS = 1_000;
/**
 * How often deadlines are checked. It is also the precision of the 10 s deadline. A check is cheap: one query of an index, which almost
 * always finds nothing.
 */
const DEADLINES_TURN_MS = 250;
const INCIDENTS_A_TURN = 500;
/**
 * Incidents per transaction. The dozen statements of a transaction cost about the same for one incident as for a hundred, but all their
 * homes are locked until the transaction ends.
 */
const INCIDENTS_TOGETHER = 100;
/**
 * Clips that are checked per round, which takes a few seconds of requests to the store. The next round continues with the remaining clips,
 * in the same order.
 */
const CLIPS_A_TURN = 200;
/**
 * Transactions at the same time. This helps on PostgreSQL, where homes do not wait for each other; SQLite has only one
 * writer.
 */
const AT_ONCE = 16;
/**
 * A normal upload takes one or two seconds. After this time a missing clip is checked less often, because each check is a request to the
 * store.
 */
const SOON_MS = 20_000;
const ASKS_ITSELF_MS = 1_000;
const SELDOM_TURNS = 15;
/** After this time a clip that has not arrived is marked as missing. If it arrives later, it is still verified. */
const CLIP_MISSING_AFTER_MS = 15 * 60_000;
/** How long members can see who listened live: a year. */
const DROP_INS_KEPT_MS = 365 * 86_400_000;

/**
 * Does everything that happens at a certain time: deadlines, reminders, escalation, all-clears, notices of offline devices, expiry. Its
 * state is in the database, and each step is done only once. So any number of processes may run a sweeper.
 */
export class Sweeper {
  private readonly parts: Parts;
  private readonly onChange: () => void;
  private readonly onUnwritten: (rows: NotificationRow[]) => Promise<void>;
  private readonly arrivals: ClipArrivals;
  private turns = 0;

  /**
   * `onChange` is called when incidents changed, because somebody may have to be notified. `onUnwritten` gets the safety notifications that
   * the database refused to store.
   */
  constructor(
    parts: Parts,
    onChange: () => void = () => undefined,
    onUnwritten: (rows: NotificationRow[]) => Promise<void> = async () => undefined,
  ) {
    this.parts = parts;
    this.onUnwritten = onUnwritten;
    this.arrivals = new ClipArrivals(parts);
    this.onChange = onChange;
  }

  async run(signal: AbortSignal): Promise<void> {
    const every = async (turnMs: number, turn: () => Promise<void>) => {
      while (!signal.aborted) {
        await turn();
        await pause(this.parts.clock, turnMs, signal);
      }
    };
    // Deadlines have their own loop, so that checking a thousand clips cannot delay the 10 s deadline of a safety
    // sound.
    await Promise.all([every(DEADLINES_TURN_MS, () => this.keepDeadlines()), every(TURN_MS, () => this.tidyUp())]);
  }

  /** Runs every task once. */
  async turn(): Promise<void> {
    await this.keepDeadlines();
    await this.tidyUp();
  }

  private keepDeadlines(): Promise<void> {
    return this.attempt('incidents', () => this.advanceIncidents());
  }

  /** Runs all tasks of a round. A task that fails is logged, and the others continue. */
  private async tidyUp(): Promise<void> {
    const { parts } = this;
    await this.attempt('clips that were uploaded directly to the store', () => this.findUploadedClips());
    await this.attempt('clips that never arrived', () => this.giveUpMissingClips());
    await this.attempt('clips that were never queued', () => this.queueForgotten());
    await this.attempt('deleted clips', () => removeDueBytes(parts));
    await this.attempt('live sound', () => removeOldSegments(parts));
    await this.attempt('expired clips', () => expireClips(parts));
    await this.attempt('expired samples', () => expireSamples(parts));
    await this.attempt('offline devices', () => noticeOfflineDevices(parts));
    await this.attempt('scheduled modes', () => applyDueModes(parts));
    await this.attempt('old rows', () => this.tidy());
  }

  private async advanceIncidents(): Promise<void> {
    const { database, clock, feed } = this.parts;
    const due = await database.queries
      .selectFrom('incidents')
      .select(['id', 'homeId'])
      .where('nextAtMs', '<=', clock.nowMs())
      .orderBy('nextAtMs')
      .limit(INCIDENTS_A_TURN)
      .execute();
    for (let at = 0; at < due.length; at += INCIDENTS_TOGETHER) {
      const some = due.slice(at, at + INCIDENTS_TOGETHER);
      // An incident that cannot be updated must not delay the other due incidents.
      await this.advance(some).catch(() =>
        Promise.all(some.map((one) => this.attempt(one.id, () => this.advanceAlone(one)))),
      );
      feed.wake();
      this.onChange();
    }
  }

  /**
   * Advances one incident. When the database refuses the write, e.g. on a full disk, the notifications of a safety
   * incident are sent from memory.
   */
  private async advanceAlone(due: { id: string; homeId: string }): Promise<void> {
    try {
      await this.advance([due]);
    } catch (error) {
      await this.reportUnwritten(due.id).catch((cause: unknown) =>
        this.parts.log.error(
          { err: cause },
          'an alarm could neither be written to the database nor reported from memory',
        ),
      );
      throw error;
    }
  }

  private async reportUnwritten(id: string): Promise<void> {
    const { database, clock } = this.parts;
    const book = new IncidentBook(database.queries, clock);
    const incidents = (await book.findAll([id])).filter((incident) => incident.class === 'safety' && !incident.test);
    const changes = incidents.map(async (incident) => advance(incident, await book.surroundings(incident)));
    await this.onUnwritten(await book.draft(await Promise.all(changes)));
  }

  private async advance(due: readonly { id: string; homeId: string }[]): Promise<void> {
    const { database, clock } = this.parts;
    const changes = await changeHomes(
      database,
      due.map(({ homeId }) => homeId),
      async (queries) => {
        const book = new IncidentBook(queries, clock);
        const incidents = await book.findAll(due.map(({ id }) => id));
        const stillDue = incidents.filter(({ nextAtMs }) => nextAtMs !== null && nextAtMs <= clock.nowMs());
        const changed = await book.changeAll(stillDue, advance);
        await book.keep(...changed);
        return changed;
      },
    );
    const ended = changes.filter(({ incident }) => incident.class === 'safety' && incident.state === 'cleared');
    // Use a separate transaction: an error in a quiet notice must not delay the all-clear.
    await this.attempt('alarms that a device no longer hears', () =>
      noticeLostAlarms(
        this.parts,
        ended.map(({ incident }) => incident.homeId),
      ),
    );
  }

  /**
   * Looks for clips that were uploaded directly to the store. Starts with the clips of safety sounds, because their 10 s deadline is
   * running.
   */
  private async findUploadedClips(): Promise<void> {
    const { database, clips, clock } = this.parts;
    // Clips for the embedded store are uploaded through the API, which notices them at once.
    if (clips.kind === 'file') return;
    const nowMs = clock.nowMs();
    const isSeldom = this.turns++ % SELDOM_TURNS === 0;
    const awaited = await database.queries
      .selectFrom('clips')
      .innerJoin('candidates', 'candidates.id', 'clips.candidateId')
      .innerJoin('incidents', 'incidents.id', 'candidates.incidentId')
      .select(['clips.candidateId', 'clips.homeId', 'clips.key', 'clips.bytes'])
      .where('clips.state', '=', 'awaited')
      .where('clips.uploadUntilMs', '>', isSeldom ? nowMs : nowMs + UPLOAD_LINK_LIFE_MS - SOON_MS)
      // Skip recent uploads: a working device reports its upload itself.
      .where('clips.uploadUntilMs', '<', nowMs + UPLOAD_LINK_LIFE_MS - ASKS_ITSELF_MS)
      .orderBy(sql`case incidents.class when 'safety' then 0 when 'security' then 1 else 2 end`)
      .orderBy('clips.uploadUntilMs')
      .limit(CLIPS_A_TURN)
      .execute();
    const rest = awaited.values();
    const lane = async () => {
      for (const clip of rest) await this.arrivals.look(clip);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
  }

  /** Gives up clips that have not arrived; their candidates become unverified. */
  private async giveUpMissingClips(): Promise<void> {
    const { database, clock } = this.parts;
    await database.transact(async (queries) => {
      const overdue = await queries
        .selectFrom('clips')
        .select('candidateId')
        .where('state', '=', 'awaited')
        .where('uploadUntilMs', '<', clock.nowMs() - CLIP_MISSING_AFTER_MS)
        .limit(CLIPS_A_TURN)
        .execute();
      if (overdue.length === 0) return;
      const ids = overdue.map(({ candidateId }) => candidateId);
      await queries
        .updateTable('clips')
        .set({ state: 'missing' })
        .where('candidateId', 'in', ids)
        .where('state', '=', 'awaited')
        .execute();
      await queries
        .updateTable('candidates')
        .set({ verdict: 'unverified' })
        .where('verdict', '=', 'pending')
        .where('id', 'in', (q) =>
          q.selectFrom('clips').select('candidateId').where('candidateId', 'in', ids).where('state', '=', 'missing'),
        )
        .execute();
    });
  }

  /** Queues clips whose process ended after storing them and before queueing them. */
  private async queueForgotten(): Promise<void> {
    const forgotten = await this.parts.database.queries
      .selectFrom('clips')
      .innerJoin('candidates', 'candidates.id', 'clips.candidateId')
      .select(['candidates.id as candidateId', 'candidates.homeId', 'candidates.label'])
      .where('candidates.verdict', 'in', ['pending', 'unverified'])
      .where('candidates.queuedAtMs', 'is', null)
      .where('clips.state', '=', 'stored')
      .where('clips.storedAtMs', '<', this.parts.clock.nowMs() - 5_000)
      .limit(INCIDENTS_A_TURN)
      .execute();
    await queueForVerdict(this.parts, forgotten);
  }

  private async tidy(): Promise<void> {
    const { database, clock } = this.parts;
    await database.queries
      .deleteFrom('changes')
      .where('atMs', '<', clock.nowMs() - 60_000)
      .execute();
    await database.queries
      .deleteFrom('dropIns')
      .where('startedAtMs', '<', clock.nowMs() - DROP_INS_KEPT_MS)
      .execute();
    await database.queries
      .deleteFrom('pairingCodes')
      .where('expiresAtMs', '<', clock.nowMs() - 86_400_000)
      .execute();
  }

  private async attempt(what: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.parts.log.error({ err: error }, `sweeper: ${what}`);
    }
  }
}
