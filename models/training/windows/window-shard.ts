/**
 * A file with a thousand windows of two seconds for training the verifier's convolutional front: features in 8 bits,
 * and the answers of corpus and teacher.
 */
import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EarshotError } from '@earshot/shared/errors.ts';

export interface WindowShape {
  windows: number;
  frames: number;
  bands: number;
  /** The label of each column of `targets`: first Earshot's labels, then the corpus's. */
  labels: readonly string[];
  /** The teacher's classes; empty without a teacher. */
  classes: readonly string[];
  /** Width of the teacher's embedding; 0 without a teacher. */
  embeddingSize: number;
}

export interface WindowShard extends WindowShape {
  /** Layout: [window][frame][band]. */
  mels: Uint8Array;
  /** Layout: [window][label]: NO, YES or NOT_ASKED. */
  targets: Uint8Array;
  /** Layout: [window][class], log-odds in 1/14. */
  logits: Int8Array;
  /** Layout: [window][embeddingSize], in 1/1024. */
  embeddings: Int16Array;
}

/**
 * The stored log10 power reaches from -6 (the floor of the front end) to 5.5, in units of 1/22. A unit is half a
 * decibel, far less than the effect of any room.
 */
const FLOOR_LOG = -6;
const STEPS = 22;
export const melToByte = (value: number): number => Math.max(0, Math.min(255, Math.round((value - FLOOR_LOG) * STEPS)));
export const byteToMel = Float32Array.from({ length: 256 }, (_, byte) => FLOOR_LOG + byte / STEPS);

/**
 * Steps per unit of log-odds, which are stored in 8 bits. The lowest score is 0.0001; lower scores carry no
 * information.
 */
const LOGIT_STEPS = 14;
export const scoreToByte = (score: number): number => {
  const logit = Math.log(Math.max(1e-9, score) / Math.max(1e-9, 1 - score));
  return Math.max(-127, Math.min(127, Math.round(logit * LOGIT_STEPS)));
};
/** The value of each byte, at the index `byte + 128`. */
export const byteToScore = Float32Array.from({ length: 256 }, (_, i) => 1 / (1 + Math.exp((128 - i) / LOGIT_STEPS)));

const EMBEDDING_STEPS = 1_024;
export const embeddingToInt = (value: number): number =>
  Math.max(-32_768, Math.min(32_767, Math.round(value * EMBEDDING_STEPS)));
export const intToEmbedding = 1 / EMBEDDING_STEPS;

export async function writeWindowShard(path: string, shard: WindowShard): Promise<void> {
  const { mels, targets, logits, embeddings, ...shape } = shard;
  // Store the 16-bit numbers first, so that they start at an even byte.
  const body = Buffer.concat(
    [embeddings, mels, targets, logits].map((of) => Buffer.from(of.buffer, of.byteOffset, of.byteLength)),
  );
  const sha256 = createHash('sha256').update(body).digest('hex');
  const header = Buffer.from(`${JSON.stringify({ ...shape, sha256 })}\n`);
  await writeFile(`${path}.part`, Buffer.concat([header, body]));
  await rename(`${path}.part`, path);
}

/** Returns null when the file does not exist. */
export async function readWindowShard(path: string): Promise<WindowShard | null> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const end = bytes.indexOf(0x0a);
  const { sha256, ...shape } = JSON.parse(bytes.toString('utf8', 0, end)) as WindowShape & { sha256: string };
  const body = new Uint8Array(bytes.subarray(end + 1));
  if (createHash('sha256').update(body).digest('hex') !== sha256)
    throw new EarshotError('RECORD_CORRUPT', `${path} does not match its checksum.`);
  const { windows, frames, bands, labels, classes, embeddingSize } = shape;
  let at = 0;
  const take = (length: number): number => (at += length) - length;
  const embeddings = new Int16Array(body.buffer, take(2 * windows * embeddingSize), windows * embeddingSize);
  const mels = new Uint8Array(body.buffer, take(windows * frames * bands), windows * frames * bands);
  const targets = new Uint8Array(body.buffer, take(windows * labels.length), windows * labels.length);
  const logits = new Int8Array(body.buffer, take(windows * classes.length), windows * classes.length);
  return { ...shape, mels, targets, logits, embeddings };
}

export const windowShardPath = (folder: string, shard: number): string => join(folder, `${shard}.windows`);
