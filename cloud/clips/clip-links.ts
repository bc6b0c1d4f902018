import type { ServerKeys } from '../keys/server-keys.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import type { ClipPromise } from './clip-store.ts';

/** The path at which the API serves the links of the embedded clip store. */
export const LINK_ROOT = '/v1/clips/';

/**
 * Makes and checks signed links, which need no token. The signature is an HMAC over verb, object and expiry. For an upload link, the HMAC
 * also covers the length and hash of the one object that the link accepts. For a download link, it also covers the member for whom the link
 * was made, so that the link becomes invalid when the membership ends.
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

  /** Throws LINK_EXPIRED for every kind of invalid link, so that a stranger cannot learn what is wrong with it. */
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
