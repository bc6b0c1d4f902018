import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { createHash } from 'node:crypto';
import { EarshotError } from '@earshot/shared/errors.ts';
import { systemClock, type Clock } from '@earshot/shared/clock.ts';
import { awsError, isAwsError } from '../aws-error.ts';
import {
  checkKey,
  checkPrefix,
  type ClipPromise,
  type ClipStore,
  type DownloadLink,
  type UploadLink,
} from './clip-store.ts';

export interface S3Place {
  bucket: string;
  region: string;
  /** The address of an S3-compatible server; null for AWS. */
  endpoint: string | null;
}

/**
 * Short, because S3 answers within tens of milliseconds, and a waiting worker delays its whole batch. The SDK makes 4 attempts.
 */
const CONNECT_WITHIN_MS = 3000;
const ANSWER_WITHIN_MS = 15_000;
const TRIES = 4;
/**
 * Enough sockets for a verifier, which reads a whole batch at once, and for an API process, which reads many small clips.
 */
const MOST_SOCKETS = 100;

export function openS3Store(place: S3Place, clock: Clock = systemClock): S3ClipStore {
  const client = new S3Client({
    region: place.region,
    ...(place.endpoint === null ? {} : { endpoint: place.endpoint, forcePathStyle: true }),
    maxAttempts: TRIES,
    // Every request that stores something already contains our SHA-256, so a second checksum would only cost CPU time.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: CONNECT_WITHIN_MS,
      requestTimeout: ANSWER_WITHIN_MS,
      httpAgent: { maxSockets: MOST_SOCKETS },
      httpsAgent: { maxSockets: MOST_SOCKETS },
    },
  });
  return new S3ClipStore(client, place.bucket, clock);
}

/** Clips in Amazon S3 or a compatible store. Devices and browsers use the store directly, by presigned links. */
export class S3ClipStore implements ClipStore {
  readonly kind = 's3';
  private readonly client: S3Client;
  private readonly bucket: string;
  private readonly clock: Clock;

  constructor(client: S3Client, bucket: string, clock: Clock = systemClock) {
    this.client = client;
    this.bucket = bucket;
    this.clock = clock;
  }

  async put(key: string, bytes: Uint8Array, sha256: string): Promise<void> {
    const measured = createHash('sha256').update(bytes).digest('hex');
    if (measured !== sha256) throw new EarshotError('CLIP_MISMATCH', `${key} has SHA-256 ${measured}, not ${sha256}.`);
    const command = new PutObjectCommand({
      ...this.at(key),
      Body: bytes,
      ContentType: 'audio/wav',
      ChecksumSHA256: base64(sha256),
    });
    await calling(`PUT ${key}`, () => this.client.send(command));
  }

  async get(key: string): Promise<Uint8Array | null> {
    return unlessAbsent(`GET ${key}`, async () => {
      const { Body } = await this.client.send(new GetObjectCommand(this.at(key)));
      return (await Body?.transformToByteArray()) ?? null;
    });
  }

  async size(key: string): Promise<number | null> {
    return unlessAbsent(`HEAD ${key}`, async () => {
      const { ContentLength } = await this.client.send(new HeadObjectCommand(this.at(key)));
      return ContentLength ?? null;
    });
  }

  async delete(key: string): Promise<void> {
    await calling(`DELETE ${key}`, () => this.client.send(new DeleteObjectCommand(this.at(key))));
  }

  async deletePrefix(prefix: string): Promise<number> {
    checkPrefix(prefix);
    let deleted = 0;
    // List from the start each time: the objects of the previous page are deleted by then, and objects that were added meanwhile are found.
    for (;;) {
      const keys = (await this.page(prefix)).keys;
      if (keys.length === 0) return deleted;
      const answer = await calling(`DELETE ${prefix}*`, () =>
        this.client.send(
          new DeleteObjectsCommand({
            Bucket: this.bucket,
            Delete: { Objects: keys.map((Key) => ({ Key })), Quiet: true },
          }),
        ),
      );
      const refused = answer.Errors?.[0];
      if (refused)
        throw new EarshotError('CLIP_STORE', `DELETE ${refused.Key ?? prefix}: ${refused.Code ?? 'refused'}.`, {
          details: answer.Errors,
        });
      deleted += keys.length;
    }
  }

  async *list(prefix: string): AsyncIterable<string> {
    checkPrefix(prefix);
    let after: string | undefined;
    do {
      const { keys, next } = await this.page(prefix, after);
      yield* keys;
      after = next;
    } while (after !== undefined);
  }

  /**
   * The signature covers the headers with length and SHA-256, so the store itself refuses other bytes: S3 checks the hash before it creates
   * the object. A link can be used again until it expires, but only to store the same bytes.
   */
  async uploadLink(clip: ClipPromise, lifeMs: number): Promise<UploadLink> {
    const nowMs = this.clock.nowMs();
    const checksum = base64(clip.sha256);
    const command = new PutObjectCommand({
      ...this.at(clip.key),
      ContentType: 'audio/wav',
      ContentLength: clip.bytes,
      ChecksumSHA256: checksum,
    });
    const signed = new Set(['content-type', 'content-length', 'x-amz-checksum-sha256']);
    const url = await getSignedUrl(this.client, command, {
      expiresIn: seconds(lifeMs),
      signingDate: new Date(nowMs),
      signableHeaders: signed,
      // Send the hash as a header. As a query parameter S3 would accept it in the signature, but would not check it.
      unhoistableHeaders: new Set(['x-amz-checksum-sha256']),
    });
    // Leave content-length out: every HTTP client sends this header by itself, and some refuse to send one that the caller sets.
    const headers = { 'content-type': 'audio/wav', 'x-amz-checksum-sha256': checksum };
    return { method: 'PUT', url, headers, expiresAtMs: nowMs + seconds(lifeMs) * 1000 };
  }

  async downloadLink(key: string, lifeMs: number, reader: string): Promise<DownloadLink> {
    const nowMs = this.clock.nowMs();
    const command = new GetObjectCommand({
      ...this.at(key),
      ResponseContentType: 'audio/wav',
      ResponseCacheControl: 'private, no-store',
    });
    // S3 ignores query parameters that begin with x-, but includes them in the signature and writes them into its access log.
    command.middlewareStack.add(
      (next) => (args) => {
        (args.request as { query: Record<string, string> }).query['x-reader'] = reader;
        return next(args);
      },
      { step: 'build', name: 'reader' },
    );
    const url = await getSignedUrl(this.client, command, { expiresIn: seconds(lifeMs), signingDate: new Date(nowMs) });
    return { url, expiresAtMs: nowMs + seconds(lifeMs) * 1000 };
  }

  async check(): Promise<void> {
    await calling(`bucket ${this.bucket}`, () => this.client.send(new HeadBucketCommand({ Bucket: this.bucket })));
    const { Status } = await calling(`bucket ${this.bucket}`, () =>
      this.client.send(new GetBucketVersioningCommand({ Bucket: this.bucket })),
    );
    // A versioned bucket keeps the bytes of deleted objects, but a deleted clip must be gone.
    if (Status === 'Enabled')
      throw new EarshotError(
        'CLIP_STORE',
        `Bucket ${this.bucket} keeps versions, so it keeps the bytes of deleted clips: suspend versioning.`,
      );
  }

  private at(key: string) {
    checkKey(key);
    return { Bucket: this.bucket, Key: key };
  }

  private async page(prefix: string, after?: string): Promise<{ keys: string[]; next: string | undefined }> {
    const command = new ListObjectsV2Command({ Bucket: this.bucket, Prefix: prefix, ContinuationToken: after });
    const page = await calling(`LIST ${prefix}`, () => this.client.send(command));
    const keys = (page.Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [Key]));
    return { keys, next: page.NextContinuationToken };
  }
}

async function calling<T>(doing: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (isAwsError(error, 'BadDigest', 'XAmzContentChecksumMismatch', 'XAmzContentSHA256Mismatch'))
      throw new EarshotError('CLIP_MISMATCH', `${doing}: the store received other bytes.`, { cause: error });
    throw awsError(error, 'CLIP_STORE', doing);
  }
}

/** Returns null when the object does not exist. A bucket that does not exist is an error. */
const unlessAbsent = <T>(doing: string, call: () => Promise<T>): Promise<T | null> =>
  calling(doing, () =>
    call().catch((error: unknown) => {
      if (isAwsError(error, 'NoSuchKey', 'NotFound')) return null;
      throw error;
    }),
  );

const base64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');
const seconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1000));
