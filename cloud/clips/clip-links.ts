import type { ServerKeys } from '../keys/server-keys.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import type { ClipPromise } from './clip-store.ts';

/** The path at which the API serves the embedded store's links. */
export const LINK_ROOT = '/v1/clips/';

/**
 * Makes and checks links that need no token, because they are signed: an HMAC over verb, object and expiry. The HMAC of
 * an upload link also covers the length and hash of the one object that it accepts. That of a download link covers the
 * member for whom it was made, so the link stops working when the membership ends.
 */
export class ClipLinks {
  private readonly keys: ServerKeys;

  constructor(keys: ServerKeys) {
    this.keys = keys;
  }

  upload(clip: ClipPromise, expiresAtMs: number): string {
    const query = new URLSearchParams({ until: String(expiresAtMs), sha256: clip.sha256, bytes: String(clip.bytes) });
    query.set('sig', this.keys.sign('link', uploadText(clip, expiresAtMs)));
    return `${LINK_ROOT}${clip.key}?${query.toString()}`;
  }

  download(key: string, expiresAtMs: number, reader: string): string {
    const query = new URLSearchParams({ until: String(expiresAtMs), for: reader });
    query.set('sig', this.keys.sign('link', downloadText(key, expiresAtMs, reader)));
    return `${LINK_ROOT}${key}?${query.toString()}`;
  }

  /** Throws LINK_EXPIRED for every invalid link, so that a stranger learns nothing from the difference. */
  openUpload(key: string, query: Record<string, string | undefined>, nowMs: number): ClipPromise {
    const clip = { key, sha256: query.sha256 ?? '', bytes: Number(query.bytes) };
    const untilMs = Number(query.until);
    if (!(untilMs > nowMs) || !this.keys.verify('link', uploadText(clip, untilMs), query.sig ?? '')) throw expired();
    return clip;
  }

  openDownload(key: string, query: Record<string, string | undefined>, nowMs: number): { reader: string } {
    const untilMs = Number(query.until);
    const reader = query.for ?? '';
    if (!(untilMs > nowMs) || !this.keys.verify('link', downloadText(key, untilMs, reader), query.sig ?? ''))
      throw expired();
    return { reader };
  }
}

const uploadText = (clip: ClipPromise, untilMs: number): string =>
  ['PUT', clip.key, untilMs, clip.sha256, clip.bytes].join('\n');
const downloadText = (key: string, untilMs: number, reader: string): string => ['GET', key, untilMs, reader].join('\n');
const expired = (): EarshotError => new EarshotError('LINK_EXPIRED', '');
