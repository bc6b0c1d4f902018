import { EarshotError } from '@earshot/shared/errors.ts';

/**
 * Stores the clips of candidates. Two adapters implement this interface: files (file-store.ts) and S3 (s3-store.ts). Both pass
 * clip-store.contract.ts. Keys are paths of letters, digits, `-`, `_`, `.` and `/`, without `..`. A put is atomic: a reader sees the
 * complete old object, the complete new object, or none. All methods are idempotent. They throw CLIP_STORE when the store itself cannot be
 * used.
 */
export interface ClipStore {
  readonly kind: 'file' | 's3';

  /** Stores `bytes`. When their SHA-256 is not `sha256`, stores nothing and throws CLIP_MISMATCH. */
  put(key: string, bytes: Uint8Array, sha256: string): Promise<void>;
  /** Returns null when there is no such object. */
  get(key: string): Promise<Uint8Array | null>;
  /** Returns the length in bytes, or null when there is no such object. Cheaper than `get`. */
  size(key: string): Promise<number | null>;
  /** Deletes the object. Also resolves when there is no such object. */
  delete(key: string): Promise<void>;
  /** Deletes everything below `prefix` (which must end in `/`), page by page. Returns the number of deleted objects. */
  deletePrefix(prefix: string): Promise<number>;
  /** Lists all keys below `prefix`, in any order. Used for exports and to prove that expired clips are gone. */
  list(prefix: string): AsyncIterable<string>;

  /**
   * Makes a link with which a client without credentials may PUT exactly these bytes under exactly this key, until the link expires.
   */
  uploadLink(clip: ClipPromise, lifeMs: number): Promise<UploadLink>;
  /**
   * Makes a link with which a browser may GET this object (also a byte range) until the link expires. `reader` is the member for whom the
   * link is made.
   */
  downloadLink(key: string, lifeMs: number, reader: string): Promise<DownloadLink>;

  /** Throws when the store cannot be used. Used by /readyz and `doctor --cloud`. */
  check(): Promise<void>;
}

/** The only object that an upload link accepts. */
export interface ClipPromise {
  key: string;
  sha256: string;
  bytes: number;
}

export interface UploadLink {
  method: 'PUT';
  /** An absolute address, or for the embedded store a path that the API serves. */
  url: string;
  /** Headers that the uploader must send, all of them. */
  headers: Record<string, string>;
  expiresAtMs: number;
}

export interface DownloadLink {
  url: string;
  expiresAtMs: number;
}

/** One folder per home, so that deleting a home means deleting one prefix. */
export const homePrefix = (homeId: string): string => `homes/${homeId}/`;
export const clipKey = (homeId: string, candidateId: string): string => `${homePrefix(homeId)}${candidateId}.wav`;

const KEY = /^[A-Za-z0-9][\w.-]*(\/[A-Za-z0-9][\w.-]*)*$/;

/** Throws for an invalid key. Every adapter calls this, so that no key leads outside the store. */
export function checkKey(key: string): void {
  if (key.length > 500 || !KEY.test(key))
    throw new EarshotError('CLIP_STORE', `"${key.slice(0, 80)}" is not a valid clip key.`);
}

export function checkPrefix(prefix: string): void {
  if (!prefix.endsWith('/'))
    throw new EarshotError('CLIP_STORE', `The prefix "${prefix.slice(0, 80)}" must end in "/".`);
  checkKey(prefix.slice(0, -1));
}
