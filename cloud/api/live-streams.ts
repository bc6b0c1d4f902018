import type { FastifyReply } from 'fastify';
import type { LiveEvent } from '@earshot/shared/contracts/home.ts';
import { LIVE_BEAT_MS } from '@earshot/shared/contracts/live-beat.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { pause } from '@earshot/shared/lifecycle/pause.ts';
import { viewDevices } from '../homes/devices.ts';
import type { Caller } from '../homes/tokens.ts';
import { viewIncidents } from '../incidents/incident-view.ts';
import type { Change } from '../live/live-feed.ts';
import type { CloudParts } from '../parts.ts';

/** The maximum number of streams per member: enough for a few phones with a few open pages each. */
const MOST_OF_A_MEMBER = 8;
const MOST_OF_A_HOME = 40;
/**
 * A reader with more unsent bytes than this is gone or too slow, so its stream is closed. When it reconnects, it reads the newest state.
 */
const MOST_UNSENT_BYTES = 256 * 1024;

const BEAT: LiveEvent = { type: 'beat' };

const textOf = (event: LiveEvent) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;

const closed = () => new EarshotError('UNREACHABLE', 'The live stream ended before it was open.');
const late = () => new EarshotError('UNREACHABLE', 'Changes for the live streams could not be stored or read in time.');

interface Stream {
  caller: Caller;
  /** The id of the page that reads the stream, if the page sent one. */
  page: string | undefined;
  raw: FastifyReply['raw'];
}

/** The open streams of one home. Each change is read and rendered once for all of them. */
class Room {
  readonly streams = new Set<Stream>();
  /** No more beats come, so a new stream needs a new room. */
  hasEnded = false;
  private readonly parts: CloudParts;
  private readonly homeId: string;
  /** Changes that are not rendered yet, in order. An incident that changed twice is sent once, in its newest state. */
  private readonly changes = new Map<string, Change>();
  private isRendering = false;
  /** Resolves when all changes that were added are rendered. */
  private rendered: Promise<void> = Promise.resolve();
  private isReady = false;
  private readonly ready = Promise.withResolvers<void>();

  constructor(parts: CloudParts, homeId: string) {
    this.parts = parts;
    this.homeId = homeId;
    // The promise may reject when nobody waits for it any more.
    this.ready.promise.catch(() => undefined);
  }

  /**
   * Resolves when changes are stored for the streams and can be read: a page that connects then loads the state and
   * misses no change after it. Rejects if the room closes before.
   */
  get isOpen(): Promise<void> {
    return this.ready.promise;
  }

  /**
   * Sends changes and beats, keeps the home marked as watched, and ends the streams of removed members. Runs until the
   * signal aborts, or until a beat is so late that the streams may have missed a change: then it fails, all streams end,
   * and the pages connect and load again.
   */
  async run(signal: AbortSignal): Promise<void> {
    const { feed, clock } = this.parts;
    const stop = feed.listen(this.homeId, (change) => this.add(change));
    try {
      let untilMs = clock.nowMs() + LIVE_BEAT_MS;
      while (!signal.aborted) {
        untilMs = await this.prepareBeat(untilMs, signal);
        this.isReady = true;
        this.ready.resolve();
        this.send(BEAT);
        await pause(clock, LIVE_BEAT_MS, signal);
      }
    } finally {
      stop();
      this.hasEnded = true;
      this.ready.reject(closed());
      this.endAll();
    }
  }

  /** Returns when the next beat must be ready. Fails if this one is not ready by `untilMs`, e.g. because a read hangs. */
  private async prepareBeat(untilMs: number, signal: AbortSignal): Promise<number> {
    const { clock } = this.parts;
    const done = new AbortController();
    const waiting = pause(clock, untilMs - clock.nowMs(), AbortSignal.any([signal, done.signal]));
    try {
      const nextUntilMs = await Promise.race([this.catchUp(), waiting]);
      // The whole process may have stood still.
      if (nextUntilMs === undefined || clock.nowMs() > untilMs) throw late();
      return nextUntilMs;
    } finally {
      done.abort();
    }
  }

  /** Sends all changes that were stored until now. Returns until when changes are stored. */
  private async catchUp(): Promise<number> {
    const { feed } = this.parts;
    await this.endRemoved();
    const watchedUntilMs = await this.markWatched();
    const caughtUp = feed.caughtUp();
    // Pages wait for the first beat; the later ones may wait for the next regular read.
    if (!this.isReady) feed.wake();
    await caughtUp;
    await this.rendered;
    return watchedUntilMs;
  }

  private async endRemoved(): Promise<void> {
    const hashes = [...new Set([...this.streams].map(({ caller }) => caller.tokenHash))];
    if (hashes.length === 0) return;
    const { queries } = this.parts.database;
    const valid = await queries.selectFrom('tokens').select('hash').where('hash', 'in', hashes).execute();
    const isValid = new Set(valid.map(({ hash }) => hash));
    for (const stream of this.streams)
      // Keep streams that opened during the check: their tokens were checked when they opened.
      if (hashes.includes(stream.caller.tokenHash) && !isValid.has(stream.caller.tokenHash)) this.end(stream);
  }

  private async markWatched(): Promise<number> {
    const { database, clock } = this.parts;
    // The home counts as watched until the next beat is late by a whole interval.
    const watchedUntilMs = clock.nowMs() + 2 * LIVE_BEAT_MS;
    await database.queries
      .updateTable('homes')
      .set({ watchedUntilMs })
      .where('id', '=', this.homeId)
      // An update that was delayed must not replace a later one.
      .where('watchedUntilMs', '<', watchedUntilMs)
      .execute();
    return watchedUntilMs;
  }

  private add(change: Change): void {
    const key = 'id' in change ? `${change.type} ${change.id}` : change.type;
    // Put the newest change at the end of the order, so that a deletion does not arrive before an earlier change.
    this.changes.delete(key);
    this.changes.set(key, change);
    if (!this.isRendering) this.rendered = this.renderAll();
  }

  private async renderAll(): Promise<void> {
    this.isRendering = true;
    for (const [key, change] of this.changes) {
      this.changes.delete(key);
      try {
        const event = await this.eventOf(change);
        if (event) this.send(event);
      } catch (error) {
        this.parts.log.error({ err: error, homeId: this.homeId }, 'live event');
        // The pages would miss this change, and the beats would tell them that they missed none. So they must connect
        // and load again.
        this.changes.clear();
        this.endAll();
      }
    }
    this.isRendering = false;
  }

  private endAll(): void {
    for (const stream of this.streams) this.end(stream);
  }

  private end(stream: Stream): void {
    this.streams.delete(stream);
    // `open` refuses a stream that ends before it has a head.
    if (stream.raw.headersSent) stream.raw.end();
  }

  private send(event: LiveEvent): void {
    const text = textOf(event);
    for (const { raw } of this.streams)
      if (!raw.headersSent) continue;
      else if (raw.writableLength > MOST_UNSENT_BYTES) raw.destroy();
      else raw.write(text);
  }

  private async eventOf(change: Change): Promise<LiveEvent | null> {
    const { database, clock } = this.parts;
    const { queries } = database;
    switch (change.type) {
      case 'incident': {
        const row = await queries
          .selectFrom('incidents')
          .selectAll()
          .where('id', '=', change.id)
          .where('homeId', '=', this.homeId)
          .executeTakeFirst();
        const [incident] = await viewIncidents(queries, this.homeId, row ? [row] : []);
        return incident ? { type: 'incident', incident } : null;
      }
      case 'incident_deleted':
        return { type: 'incident_deleted', incidentId: change.id };
      case 'device': {
        const [device] = await viewDevices(queries, this.homeId, clock.nowMs(), [change.id]);
        return device ? { type: 'device', device } : null;
      }
      default:
        return change;
    }
  }
}

/** All open streams of this process, by home. */
export class LiveStreams {
  private readonly parts: CloudParts;
  private readonly stopping: AbortSignal;
  private readonly rooms = new Map<string, { room: Room; closing: AbortController }>();

  constructor(parts: CloudParts, stopping: AbortSignal) {
    this.parts = parts;
    this.stopping = stopping;
  }

  /**
   * Opens a stream. Throws TOO_MANY when the member or the home already has the maximum number of streams. The older
   * stream of the same page ends first: its connection is dead, but TCP may take a quarter of an hour to notice that,
   * and until then a phone that changes its network often would reach the maximum. The head follows only when changes
   * are stored for the stream, because the page then loads the state.
   */
  async open(caller: Caller, reply: FastifyReply, page?: string): Promise<void> {
    if (page !== undefined) this.endStreamOf(caller, page);
    const streams = [...(this.rooms.get(caller.homeId)?.room.streams ?? [])];
    const own = streams.filter((stream) => stream.caller.id === caller.id);
    if (own.length >= MOST_OF_A_MEMBER || streams.length >= MOST_OF_A_HOME)
      throw new EarshotError(
        'TOO_MANY',
        `At most ${MOST_OF_A_MEMBER} live streams per person and ${MOST_OF_A_HOME} per home.`,
        { details: { retryAfterS: LIVE_BEAT_MS / 1_000 } },
      );
    const { raw } = reply;
    const stream = { caller, page, raw };
    const room = this.roomOf(caller.homeId, stream);
    raw.on('close', () => {
      room.streams.delete(stream);
      if (room.streams.size === 0) this.closeRoom(caller.homeId, room);
    });
    await room.isOpen;
    if (!room.streams.has(stream)) throw closed();
    reply.hijack();
    raw.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    });
    raw.write(textOf(BEAT));
  }

  private endStreamOf(caller: Caller, page: string): void {
    const streams = this.rooms.get(caller.homeId)?.room.streams ?? new Set<Stream>();
    for (const stream of streams) {
      if (stream.page !== page || stream.caller.tokenHash !== caller.tokenHash) continue;
      streams.delete(stream);
      stream.raw.destroy();
    }
  }

  private roomOf(homeId: string, first: Stream): Room {
    const known = this.rooms.get(homeId);
    if (known && !known.room.hasEnded) {
      known.room.streams.add(first);
      return known.room;
    }
    const opened = { room: new Room(this.parts, homeId), closing: new AbortController() };
    opened.room.streams.add(first);
    this.rooms.set(homeId, opened);
    const signal = AbortSignal.any([opened.closing.signal, this.stopping]);
    void opened.room.run(signal).catch((error: unknown) => {
      if (!signal.aborted) this.parts.log.error({ err: error, homeId }, 'live streams');
      this.closeRoom(homeId, opened.room);
    });
    return opened.room;
  }

  private closeRoom(homeId: string, room: Room): void {
    const known = this.rooms.get(homeId);
    if (known?.room !== room) return;
    this.rooms.delete(homeId);
    known.closing.abort();
  }
}
