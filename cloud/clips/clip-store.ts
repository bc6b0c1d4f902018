import { EarshotError } from '@earshot/shared/errors.ts';

/**
 * Stores the clips of candidates. Two adapters implement this interface: files (file-store.ts) and S3 (s3-store.ts); both pass
 * clip-store.contract.ts. Keys are paths of letters, digits, `-`, `_`, `.` and `/`, without `..`. A put is atomic: a reader sees the whole
 * old object, the whole new one, or none. All methods are idempotent. They throw CLIP_STORE when the store itself cannot be used.
 */
export interface ClipStore {
  readonly kind: 'file' | 's3';

  /** Stores `bytes`. Throws CLIP_MISMATCH, and stores nothing, when their SHA-256 is not `sha256`. */
  put(key: string, bytes: Uint8Array, sha256: string): Promise<void>;
  /** Null when there is no such object. */
  get(key: string): Promise<Uint8Array | null>;
  /** Length in bytes, null when there is no such object. Cheaper than `get`. */
  size(key: string): Promise<number | null>;
  /** Deletes the object; resolves also when there was none. */
  delete(key: string): Promise<void>;
  /** Deletes everything below `prefix` (which must end in `/`), page by page; returns the number of objects. */
  deletePrefix(prefix: string): Promise<number>;
  /** All keys below `prefix`, in any order: for export and for the proof of the retention job. */
  list(prefix: string): AsyncIterable<string>;

  /**
   * A link with which a client without credentials may PUT exactly these bytes under exactly this key, until the link
   * expires.
   */
  uploadLink(clip: ClipPromise, lifeMs: number): Promise<UploadLink>;
  /**
   * A link with which a browser may GET this object (with ranges), until the link expires. `reader` is the member for
   * whom it is made.
   */
  downloadLink(key: string, lifeMs: number, reader: string): Promise<DownloadLink>;

  /** Throws when the store cannot be used; for /readyz and `doctor --cloud`. */
  check(): Promise<void>;
}

/** The object that an upload link accepts, and nothing else. */
export interface ClipPromise {
  key: string;
  sha256: string;
  bytes: number;
}

export interface UploadLink {
  method: 'PUT';
  /** Absolute, or for the embedded store a path that the API serves. */
  url: string;
  /** Headers that must all be sent with the upload. */
  headers: Record<string, string>;
  expiresAtMs: number;
}

export interface DownloadLink {
  url: string;
  expiresAtMs: number;
}

/** One folder per home, so that deleting a home means deleting a prefix. */
export const homePrefix = (homeId: string): string => `homes/${homeId}/`;
export const clipKey = (homeId: string, candidateId: string): string => `${homePrefix(homeId)}${candidateId}.wav`;

const KEY = /^[A-Za-z0-9][\w.-]*(\/[A-Za-z0-9][\w.-]*)*$/;

/** Every adapter checks its keys, so that none leads outside the store. */
export function checkKey(key: string): void {
  if (key.length > 500 || !KEY.test(key))
    throw new EarshotError('CLIP_STORE', `"${key.slice(0, 80)}" is not a valid clip key.`);
}

export function checkPrefix(prefix: string): void {
  if (!prefix.endsWith('/'))
    throw new EarshotError('CLIP_STORE', `The prefix "${prefix.slice(0, 80)}" must end in "/".`);
  checkKey(prefix.slice(0, -1));
}
