import { EarshotError } from '@earshot/shared/errors.ts';
import type { ServerKeys } from '../keys/server-keys.ts';

/**
 * A day is longer than the reminders of an alarm continue, and short enough that an old message on a lost phone is useless.
 */
const LIFE_MS = 24 * 3_600_000;

/**
 * Links for the buttons of a notification. They work without the app: the signature allows this one action to this member.
 */
export class ActionLinks {
  private readonly keys: ServerKeys;

  constructor(keys: ServerKeys) {
    this.keys = keys;
  }

  /**
   * Returns the path of a link with which this member acknowledges this incident. The host is the API's own address.
   */
  acknowledge(incidentId: string, memberId: string, nowMs: number): string {
    const until = nowMs + LIFE_MS;
    const query = new URLSearchParams({ member: memberId, until: String(until) });
    query.set('sig', this.keys.sign('link', textOf(incidentId, memberId, until)));
    return `/v1/incidents/${incidentId}/acknowledge-link?${query.toString()}`;
  }

  /** Throws when this cloud did not issue the link, or the link has expired. */
  check(incidentId: string, link: { member: string; until: number; sig: string }, nowMs: number): void {
    const { member, until, sig } = link;
    if (!this.keys.verify('link', textOf(incidentId, member, until), sig) || until < nowMs)
      throw new EarshotError('LINK_EXPIRED', '');
  }
}

const textOf = (incidentId: string, memberId: string, until: number): string =>
  `acknowledge ${incidentId} ${memberId} ${until}`;
