import { EarshotError } from '@earshot/shared/errors.ts';
import type { ServerKeys } from '../keys/server-keys.ts';

/** A day: longer than an alarm repeats, short enough that an old message on a lost phone does nothing. */
const LIFE_MS = 24 * 3_600_000;

/** Links of a notification's buttons. They work without the app: the signature permits this one thing for this member. */
export class ActionLinks {
  private readonly keys: ServerKeys;

  constructor(keys: ServerKeys) {
    this.keys = keys;
  }

  /** A path on the API's own origin. */
  acknowledge(incidentId: string, memberId: string, nowMs: number): string {
    const until = nowMs + LIFE_MS;
    const query = new URLSearchParams({ member: memberId, until: String(until) });
    query.set('sig', this.keys.sign('link', textOf(incidentId, memberId, until)));
    return `/v1/incidents/${incidentId}/acknowledge-link?${query.toString()}`;
  }

  /** Throws when the link was not made here or has expired. */
  check(incidentId: string, link: { member: string; until: number; sig: string }, nowMs: number): void {
    const { member, until, sig } = link;
    if (!this.keys.verify('link', textOf(incidentId, member, until), sig) || until < nowMs)
      throw new EarshotError('LINK_EXPIRED', '');
  }
}

const textOf = (incidentId: string, memberId: string, until: number): string =>
  `acknowledge ${incidentId} ${memberId} ${until}`;
