import type { Clock } from '@earshot/shared/clock.ts';
import { asEarshotError, EarshotError } from '@earshot/shared/errors.ts';
import { isSafety } from '@earshot/shared/labels.ts';
import type { Outbox, OutboxEntry } from '../outbox/outbox.ts';
import { BackOff } from '@earshot/shared/lifecycle/back-off.ts';
import { Refused, type CloudClient, type Upload } from './cloud-client.ts';
import { WakeUp } from '@earshot/shared/lifecycle/wake-up.ts';

/** Metadata is out within a second when the cloud is there; half a minute later it must have been away. */
const LATE_AFTER_MS = 30_000;
const IDLE_MS = 60_000;
/** A link is renewed this long before its end, so that no upload starts on one that dies on the way. */
const LINK_MARGIN_MS = 10_000;

export interface DeliveryEvents {
  registered(entry: OutboxEntry, late: boolean): void;
  delivered(entry: OutboxEntry, withClip: boolean): void;
  refused(entry: OutboxEntry, error: EarshotError): void;
  /** After every try: the cloud was reached, or why not. */
  online(online: boolean, error: EarshotError | null): void;
}

/**
 * Empties the outbox into the cloud in two lanes: metadata (what tells the homeowner) never waits behind a clip on a slow line.
 * Each lane takes the most urgent record first. Whatever is cut off is simply done again: every step is idempotent by the id.
 */
export class Delivery {
  private readonly outbox: Outbox;
  private readonly client: CloudClient;
  private readonly clock: Clock;
  private readonly events: DeliveryEvents;
  private readonly backOff: () => BackOff;
  private readonly metadataLane: WakeUp;
  private readonly clipLane: WakeUp;
  /** Registered with the cloud, clip still here. After a restart they are registered again, which changes nothing. */
  private readonly registered = new Map<string, Upload>();
  private readonly uploading = new Set<string>();
  /** Its clip is in the store; that the cloud has seen it there is not yet sure. */
  private readonly stored = new Set<string>();
  /** Decided by the try that gets through and kept: a record that is registered again is told the same. */
  private readonly late = new Map<string, boolean>();
  private returns = 0;

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
    this.backOff = backOff;
    this.metadataLane = new WakeUp(clock);
    this.clipLane = new WakeUp(clock);
  }

  /** Something was put in the outbox. */
  wake(): void {
    this.metadataLane.wake();
  }

  /** The cloud was reached on another way (a heartbeat): no reason to wait out a back-off. */
  cloudIsBack(): void {
    this.returns++;
    this.metadataLane.wake();
    this.clipLane.wake();
  }

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([
      this.lane(
        this.metadataLane,
        () => this.nextToRegister(),
        (entry) => this.register(entry, signal),
        signal,
      ),
      this.lane(
        this.clipLane,
        () => this.nextToUpload(),
        (entry) => this.upload(entry, signal),
        signal,
      ),
    ]);
  }

  private async lane(
    wakeUp: WakeUp,
    next: () => OutboxEntry | undefined,
    deliver: (entry: OutboxEntry) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const backOff = this.backOff();
    while (!signal.aborted) {
      // From before the try: what is put while a request hangs is news to the patience after it.
      const known = new Set(this.outbox.list().map(({ id }) => id));
      const entry = next();
      try {
        if (entry) await deliver(entry);
        else await wakeUp.wait(IDLE_MS, signal);
        backOff.succeeded();
      } catch (thrown) {
        if (signal.aborted) return;
        const error = asEarshotError(thrown, 'UNREACHABLE', entry?.id ?? '');
        if (entry && isFinal(error)) {
          this.forget(entry.id);
          await this.outbox.setAside(entry.id, error);
          this.events.refused(entry, error);
          continue;
        }
        // Told to wait by a cloud that is there.
        if (error instanceof Refused && error.httpStatus === 429) this.events.online(true, null);
        else this.events.online(false, error);
        const askedMs = error instanceof Refused ? (error.retryAfterMs ?? 0) : 0;
        await this.patience(known, wakeUp, Math.max(askedMs, backOff.nextMs()), signal);
      }
    }
  }

  /** Waits out a back-off; only a new safety record, or a cloud that was reached meanwhile, cuts it short. */
  private async patience(known: ReadonlySet<string>, wakeUp: WakeUp, ms: number, signal: AbortSignal): Promise<void> {
    const untilMs = this.clock.nowMs() + ms;
    const { returns } = this;
    const hasUrgentNews = (): boolean =>
      this.outbox.list().some((entry) => isSafety(entry.label) && !known.has(entry.id));
    while (!signal.aborted && this.clock.nowMs() < untilMs && !hasUrgentNews()) {
      await wakeUp.wait(untilMs - this.clock.nowMs(), signal);
      if (this.returns !== returns) return;
    }
  }

  private nextToRegister(): OutboxEntry | undefined {
    return this.outbox.list().find((entry) => !this.registered.has(entry.id) && !this.uploading.has(entry.id));
  }

  private nextToUpload(): OutboxEntry | undefined {
    return this.outbox.list().find((entry) => this.registered.has(entry.id));
  }

  private async register(entry: OutboxEntry, signal: AbortSignal): Promise<void> {
    const late = this.late.get(entry.id) ?? this.clock.nowMs() - Date.parse(entry.candidate.detectedAt) > LATE_AFTER_MS;
    const { upload } = await this.client.register({ ...entry.candidate, late }, signal);
    this.late.set(entry.id, late);
    this.events.online(true, null);
    this.events.registered(entry, late);
    if (upload && entry.clipBytes > 0) {
      this.registered.set(entry.id, upload);
      this.clipLane.wake();
    } else {
      await this.finish(entry, this.stored.has(entry.id));
    }
  }

  private async upload(entry: OutboxEntry, signal: AbortSignal): Promise<void> {
    const link = this.registered.get(entry.id)!;
    const clip = await this.outbox.readClip(entry.id);
    if (!clip || Date.parse(link.expiresAt) - this.clock.nowMs() < LINK_MARGIN_MS) return this.registerAgain(entry);
    this.uploading.add(entry.id);
    try {
      if (!this.stored.has(entry.id)) await this.client.upload(link, clip, signal);
      this.stored.add(entry.id);
    } catch (thrown) {
      // A dead link, or a store that forgot us: the metadata gets a new one. Anything else is retried as it is.
      if (thrown instanceof Refused && thrown.httpStatus < 500) this.registerAgain(entry);
      throw thrown;
    } finally {
      this.uploading.delete(entry.id);
    }
    this.events.online(true, null);
    if (!(await this.isSeen(entry, link, signal))) {
      this.stored.delete(entry.id);
      throw new EarshotError('CLIP_STORE', `${entry.id}: the clip was stored, but is not there`);
    }
    await this.finish(entry, true);
  }

  /** A clip that went to the cloud's own address was committed with the answer; another store has to be asked about. */
  private async isSeen(entry: OutboxEntry, link: Upload, signal: AbortSignal): Promise<boolean> {
    if (this.client.isOwn(link)) return true;
    const { upload } = await this.client.register(
      { ...entry.candidate, late: this.late.get(entry.id) ?? false },
      signal,
    );
    return upload === null;
  }

  private registerAgain(entry: OutboxEntry): void {
    this.registered.delete(entry.id);
    this.metadataLane.wake();
  }

  private forget(id: string): void {
    this.registered.delete(id);
    this.late.delete(id);
    this.stored.delete(id);
  }

  private async finish(entry: OutboxEntry, withClip: boolean): Promise<void> {
    this.forget(entry.id);
    await this.outbox.remove(entry.id);
    this.events.delivered(entry, withClip);
  }
}

/** Retrying these would only stand in the way of the records behind: the cloud understood, and said no for good. */
function isFinal(error: EarshotError): boolean {
  return (
    ['BAD_REQUEST', 'CONFLICT', 'TOO_LARGE'].includes(error.code) ||
    (error.code === 'CLIP_MISMATCH' && error instanceof Refused)
  );
}
