import { EarshotError } from '@earshot/shared/errors.ts';

/**
 * Where the few seconds of suspected sound lie. Two adapters keep this promise: files (file-store.ts) and S3 (s3-store.ts);
 * clip-store.contract.ts holds both to it.
 *
 * Keys are paths of letters, digits, `-`, `_`, `.` and `/`, without `..`. A put is all or nothing: a reader sees the whole old
 * object, the whole new one, or none. All methods are idempotent. They throw CLIP_STORE when the store itself cannot be used.
 */
export interface ClipStore {
  readonly kind: 'file' | 's3';

  /** Stores `bytes`; throws CLIP_MISMATCH, and stores nothing, when their SHA-256 is not `sha256`. */
  put(key: string, bytes: Uint8Array, sha256: string): Promise<void>;
  /** Null when there is no such object. */
  get(key: string): Promise<Uint8Array | null>;
  /** Length in bytes, null when there is no such object. Cheaper than `get`. */
  size(key: string): Promise<number | null>;
  /** Done when nothing is there any more, also when nothing was. */
  delete(key: string): Promise<void>;
  /** Deletes all below `prefix` (which must end in `/`), page by page; answers how many there were. */
  deletePrefix(prefix: string): Promise<number>;
  /** All keys below `prefix`, in no promised order: for export and for the retention job's proof. */
  list(prefix: string): AsyncIterable<string>;

  /** A link by which someone without credentials may PUT exactly these bytes under exactly this key, until it expires. */
  uploadLink(clip: ClipPromise, lifeMs: number): Promise<UploadLink>;
  /** A link by which a browser may GET this object (with ranges), until it expires. `reader` names whom it was made for. */
  downloadLink(key: string, lifeMs: number, reader: string): Promise<DownloadLink>;

  /** Throws when the store cannot be used; for /readyz and `doctor --cloud`. */
  check(): Promise<void>;
}

/** What an uploader has announced: the link takes nothing else. */
export interface ClipPromise {
  key: string;
  sha256: string;
  bytes: number;
}

export interface UploadLink {
  method: 'PUT';
  /** Absolute, or a path on the API's own origin (embedded store). */
  url: string;
  /** To be sent with the upload, all of them. */
  headers: Record<string, string>;
  expiresAtMs: number;
}

export interface DownloadLink {
  url: string;
  expiresAtMs: number;
}

/** One folder a home, so that deleting a home is deleting a prefix. */
export const homePrefix = (homeId: string): string => `homes/${homeId}/`;
export const clipKey = (homeId: string, candidateId: string): string => `${homePrefix(homeId)}${candidateId}.wav`;

const KEY = /^[A-Za-z0-9][\w.-]*(\/[A-Za-z0-9][\w.-]*)*$/;

/** Every adapter checks: a key never leaves the store's own root. */
export function checkKey(key: string): void {
  if (key.length > 500 || !KEY.test(key)) throw new EarshotError('CLIP_STORE', `"${key.slice(0, 80)}" is not a key.`);
}

export function checkPrefix(prefix: string): void {
  if (!prefix.endsWith('/'))
    throw new EarshotError('CLIP_STORE', `The prefix "${prefix.slice(0, 80)}" must end in "/".`);
  checkKey(prefix.slice(0, -1));
}
