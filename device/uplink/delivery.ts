import type { Clock } from '@earshot/shared/clock.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { isSafety } from '@earshot/shared/labels.ts';
import { BackOff } from '@earshot/shared/lifecycle/back-off.ts';
import type { Outbox, OutboxEntry } from '../outbox/outbox.ts';
import type { CloudClient, Upload } from './cloud-client.ts';
import { Lane, type AfterFailure } from './lane.ts';
import { Lateness } from './lateness.ts';
import { Refused } from './refusal.ts';

/** A link is renewed this long before it expires, so that it does not expire during an upload. */
const LINK_MARGIN_MS = 10_000;
/**
 * An upload that takes longer than this fills the connection's buffers, so that metadata would queue behind its bytes.
 */
const SLOW_UPLOAD_MS = 2_000;
/** Each try of an upload gets twice as much time as the one before, up to this factor. */
const MOST_PATIENCE = 16;
/**
 * The record's checksum was correct, so a wrong hash in the store means that the connection changed the clip. Set the
 * record aside after this many tries.
 */
const MOST_MISMATCHES = 5;
/** One failed upload is often only a broken connection, so the third failure in a row is reported. */
const REPORTED_FAILURE = 3;

export interface DeliveryEvents {
  registered(entry: OutboxEntry, late: boolean): void;
  delivered(entry: OutboxEntry, withClip: boolean): void;
  refused(entry: OutboxEntry, error: EarshotError): void;
  /** Called each time the cloud was or was not reached; `error` is the reason why it was not. */
  online(online: boolean, error: EarshotError | null): void;
  /** Clips do not arrive, although metadata may. Called once, and not again until a clip has arrived. */
  clipsFail(error: EarshotError): void;
}

interface Link {
  upload: Upload;
  untilMonotonicMs: number;
}

interface UnderWay {
  id: string;
  sinceMs: number;
  cut: AbortController;
}

/**
 * Delivers the outbox to the cloud in two lanes, so that metadata (which alerts the homeowner) never waits behind a
 * clip on a slow connection. Each lane delivers the most urgent record first. An interrupted step is repeated, which is
 * harmless: the cloud recognises a record by its id.
 */
export class Delivery {
  private readonly outbox: Outbox;
  private readonly client: CloudClient;
  private readonly clock: Clock;
  private readonly events: DeliveryEvents;
  private readonly metadataLane: Lane;
  private readonly clipLane: Lane;
  private readonly lateness: Lateness;
  /**
   * Records that are registered with the cloud and whose clip is not delivered yet. After a restart they are registered
   * again, which changes nothing in the cloud.
   */
  private readonly links = new Map<string, Link>();
  /** Records whose clip the store has confirmed, while the cloud may not have noticed it yet. */
  private readonly stored = new Set<string>();
  private underWay: UnderWay | null = null;
  private failedUploads = 0;

  constructor(
    outbox: Outbox,
    client: CloudClient,
    clock: Clock,
    events: DeliveryEvents,
    backOff = () => new BackOff(),
  ) {
    this.outbox = outbox;
    this.client = client;
    this.clock = clock;
    this.events = events;
    this.lateness = new Lateness(clock);
    this.metadataLane = new Lane(outbox, clock, backOff(), {
      isReady: ({ id }) => !this.links.has(id) && this.underWay?.id !== id,
      deliver: (entry, signal) => this.register(entry, signal),
      failed: (entry, error) => this.metadataFailed(entry, error),
    });
    this.clipLane = new Lane(outbox, clock, backOff(), {
      isReady: ({ id }) => this.links.has(id),
      deliver: (entry, signal) => this.deliverClip(entry, signal),
      failed: (entry, error, tries) => this.clipFailed(entry, error, tries),
    });
  }

  /** Call it after a record was put into the outbox. */
  wake(id: string): void {
    this.lateness.began(id);
    this.freeTheLine();
    this.metadataLane.wake();
  }

  /** Ends the back-off, because a heartbeat reached the cloud after an outage. */
  cloudIsBack(): void {
    this.metadataLane.hurry();
    this.clipLane.hurry();
  }

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.metadataLane.run(signal), this.clipLane.run(signal)]);
  }

  private async register(entry: OutboxEntry, signal: AbortSignal): Promise<void> {
    const late = this.lateness.isLate(entry);
    const { upload, linkLifeMs } = await this.client.register({ ...entry.candidate, late }, signal);
    this.lateness.keep(entry.id, late);
    this.events.online(true, null);
    this.events.registered(entry, late);
    if (!upload || entry.clipBytes === 0) return this.finish(entry, this.stored.has(entry.id));
    // Links are renewed some time before they expire. A link whose whole life is shorter would be renewed for ever, so
    // it is used as it is.
    const lifeMs = linkLifeMs > 2 * LINK_MARGIN_MS ? linkLifeMs - LINK_MARGIN_MS : Infinity;
    this.links.set(entry.id, { upload, untilMonotonicMs: this.clock.monotonicMs() + lifeMs });
    this.clipLane.wake();
  }

  private async metadataFailed(entry: OutboxEntry, error: EarshotError): Promise<AfterFailure> {
    if (error.code === 'CONFLICT' && entry.clipBytes === 0) {
      // The record was registered with a clip that this outbox has dropped since then.
      await this.finish(entry, false);
      return 'giveUp';
    }
    if (isFinal(error)) return this.giveUp(entry, error);
    // An answer with Retry-After shows that the cloud can be reached.
    if (error instanceof Refused && error.httpStatus === 429) this.events.online(true, null);
    else this.events.online(false, error);
    return error instanceof Refused ? 'retry' : 'awaitCloud';
  }

  private async deliverClip(entry: OutboxEntry, signal: AbortSignal): Promise<void> {
    const { upload, untilMonotonicMs } = this.links.get(entry.id)!;
    if (this.clock.monotonicMs() > untilMonotonicMs) return this.registerAgain(entry.id);
    const clip = await this.outbox.readClip(entry.id);
    // The clip was dropped or damaged after the record was registered: the cloud then reports the candidate without a
    // clip.
    if (!clip) return this.finish(entry, false);
    let isCommitted = false;
    if (!this.stored.has(entry.id)) {
      const isConfirmed = await this.upload(entry.id, upload, clip, signal);
      this.stored.add(entry.id);
      // When the cloud's own store confirms a clip, the cloud has committed it. With another store, or after an answer
      // without the hash, ask the cloud.
      isCommitted = isConfirmed && this.client.isOwn(upload);
    }
    if (!isCommitted && !(await this.isSeen(entry, signal))) {
      this.stored.delete(entry.id);
      throw new EarshotError(
        'UNREACHABLE',
        `${new URL(upload.url, 'http://cloud').host} accepted ${entry.id}, but the clip is not there`,
      );
    }
    this.failedUploads = 0;
    await this.finish(entry, true);
  }

  private async upload(id: string, upload: Upload, clip: Uint8Array, signal: AbortSignal): Promise<boolean> {
    const cut = new AbortController();
    this.underWay = { id, sinceMs: this.clock.monotonicMs(), cut };
    try {
      const patience = Math.min(MOST_PATIENCE, 2 ** this.clipLane.triesOf(id));
      return await this.client.upload(upload, clip, patience, AbortSignal.any([signal, cut.signal]));
    } finally {
      this.underWay = null;
    }
  }

  private async clipFailed(entry: OutboxEntry, error: EarshotError, tries: number): Promise<AfterFailure> {
    const isFinalMismatch = error.code === 'CLIP_MISMATCH' && tries >= MOST_MISMATCHES;
    if (isFinal(error) || isFinalMismatch) return this.giveUp(entry, error);
    // The link expired, or the store does not know it: registering the record again brings a new link. After other
    // failures the same link is used again.
    if (error instanceof Refused && error.httpStatus < 500) this.registerAgain(entry.id);
    if (++this.failedUploads === REPORTED_FAILURE) this.events.clipsFail(error);
    return 'retry';
  }

  private async isSeen(entry: OutboxEntry, signal: AbortSignal): Promise<boolean> {
    const late = this.lateness.isLate(entry);
    const { upload } = await this.client.register({ ...entry.candidate, late }, signal);
    this.events.online(true, null);
    return upload === null;
  }

  /**
   * Aborts a slow upload when the metadata of a safety record is waiting: the upload's queued bytes would delay it by
   * up to a minute.
   */
  private freeTheLine(): void {
    const { underWay } = this;
    if (!underWay || this.clock.monotonicMs() - underWay.sinceMs < SLOW_UPLOAD_MS) return;
    const waiting = this.outbox
      .list()
      .some(({ id, label }) => isSafety(label) && id !== underWay.id && !this.links.has(id));
    if (waiting) underWay.cut.abort(new EarshotError('UNREACHABLE', 'aborted in favour of a safety record'));
  }

  private registerAgain(id: string): void {
    this.links.delete(id);
    this.metadataLane.wake();
  }

  private async giveUp(entry: OutboxEntry, error: EarshotError): Promise<AfterFailure> {
    this.forget(entry.id);
    await this.outbox.setAside(entry.id, error);
    this.events.refused(entry, error);
    return 'giveUp';
  }

  private async finish(entry: OutboxEntry, withClip: boolean): Promise<void> {
    this.forget(entry.id);
    await this.outbox.remove(entry.id);
    this.events.delivered(entry, withClip);
  }

  private forget(id: string): void {
    this.links.delete(id);
    this.stored.delete(id);
    this.lateness.forget(id);
  }
}

/**
 * Whether the cloud understood a record and refused it for good. Retrying it would only delay the records behind it.
 */
function isFinal(error: EarshotError): boolean {
  return error instanceof Refused && ['BAD_REQUEST', 'CONFLICT', 'TOO_LARGE'].includes(error.code);
}
