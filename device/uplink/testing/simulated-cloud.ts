import type { Clock } from '@earshot/shared/clock.ts';
import type { Candidate } from '@earshot/shared/contracts/candidate.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { CloudClient, type Registered, type Upload } from '../cloud-client.ts';

/**
 * The state of the connection. `noName`: DNS does not answer. `refused`: no process listens on the port. `hangs`: the
 * connection opens, but no answer arrives. `losesAnswers`: requests arrive, but their answers are lost.
 */
export type Line = 'up' | 'noName' | 'refused' | 'hangs' | 'losesAnswers';

/** The time limit of the real client's requests (cloud-client.ts). */
const TIMEOUT_MS = 20_000;
export const ROUND_TRIP_MS = 50;

/** A cloud, in fake time, behind a connection that can fail. */
export class SimulatedCloud extends CloudClient {
  line: Line = 'up';
  /** When each candidate first arrived, and whether it was marked as late. */
  readonly registered = new Map<string, { atMs: number; late: boolean }>();
  readonly clips = new Map<string, Uint8Array>();
  /** How many requests the device has sent. */
  requests = 0;
  private readonly clock: Clock;

  constructor(clock: Clock) {
    super({ url: 'http://cloud', token: '' });
    this.clock = clock;
  }

  override async register(candidate: Candidate, signal: AbortSignal): Promise<Registered> {
    return this.answer(signal, () => {
      const { id, late = false } = candidate;
      if (!this.registered.has(id)) this.registered.set(id, { atMs: this.clock.monotonicMs(), late });
      const upload = { method: 'PUT' as const, url: `/clips/${id}`, headers: {}, expiresAt: '' };
      return { upload: candidate.clip && !this.clips.has(id) ? upload : null, linkLifeMs: 3_600_000 };
    });
  }

  override async upload(upload: Upload, clip: Uint8Array, _patience: number, signal: AbortSignal): Promise<boolean> {
    return this.answer(signal, () => {
      this.clips.set(upload.url.slice('/clips/'.length), clip);
      return true;
    });
  }

  override async heartbeat(_beat: unknown, signal: AbortSignal) {
    const now = new Date(this.clock.nowMs()).toISOString();
    return this.answer(signal, () => ({ now, settings: null, release: null, live: false }));
  }

  private async answer<T>(signal: AbortSignal, take: () => T): Promise<T> {
    this.requests++;
    const { line } = this;
    await this.clock.sleep(line === 'hangs' ? TIMEOUT_MS : ROUND_TRIP_MS, signal);
    if (line === 'noName') throw new EarshotError('UNREACHABLE', 'getaddrinfo EAI_AGAIN cloud');
    if (line === 'refused') throw new EarshotError('UNREACHABLE', 'connect ECONNREFUSED');
    if (line === 'hangs') throw new EarshotError('UNREACHABLE', 'no answer in time');
    const taken = take();
    if (line === 'losesAnswers') throw new EarshotError('UNREACHABLE', 'socket hang up');
    return taken;
  }
}
