import { createHash } from 'node:crypto';
import type { ClipStore } from '@earshot/cloud/clips/clip-store.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import type { Level } from '@earshot/shared/labels.ts';
import type { Stage } from '../metrics/product.ts';
import type { PlayedSession } from '../play/played.ts';
import type { Session } from '../play/session.ts';

/** The part of a run that one worker plays: sessions whose recordings are named by their keys in the store. */
export interface ReplayShard {
  manifestSha256: string;
  releaseFiles: string[];
  stage: Stage;
  level: Level;
  gate: boolean;
  sessions: { index: number; session: Session }[];
}

/** The message in the queue. It only identifies the shard; the worker reads the shard itself from the store. */
export interface ShardJob {
  run: string;
  shard: number;
}

export const shardKey = ({ run, shard }: ShardJob): string => `${runPrefix(run)}shards/${shard}.json`;
export const resultKey = ({ run, shard }: ShardJob): string => `${runPrefix(run)}results/${shard}.json`;
export const resultsPrefix = (run: string): string => `${runPrefix(run)}results/`;
export const runPrefix = (run: string): string => `replay/runs/${run}/`;
/**
 * The key of a recording in the store. It depends only on the content, so a recording that several corpora contain is
 * stored once.
 */
export const soundKey = (sha256: string): string => `replay/sounds/${sha256}`;
export const releaseKey = (manifestSha256: string, file: string): string => `replay/releases/${manifestSha256}/${file}`;

export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

export async function putJson(store: ClipStore, key: string, value: unknown): Promise<void> {
  const bytes = Buffer.from(JSON.stringify(value));
  await store.put(key, bytes, sha256(bytes));
}

export async function getShard(store: ClipStore, job: ShardJob): Promise<ReplayShard | null> {
  return (await getJson(store, shardKey(job))) as ReplayShard | null;
}

export async function getResult(store: ClipStore, job: ShardJob): Promise<PlayedSession[]> {
  const result = (await getJson(store, resultKey(job))) as PlayedSession[] | null;
  if (result === null)
    throw new EarshotError(
      'CLIP_STORE',
      `The result ${resultKey(job)} is in the list of the store, but cannot be read.`,
    );
  return result;
}

async function getJson(store: ClipStore, key: string): Promise<unknown> {
  const bytes = await store.get(key);
  return bytes === null ? null : JSON.parse(new TextDecoder().decode(bytes));
}

export function readJob(body: string): ShardJob | null {
  try {
    const { run, shard } = JSON.parse(body) as Partial<ShardJob>;
    return typeof run === 'string' && /^[0-9a-f]{24}$/.test(run) && Number.isInteger(shard)
      ? { run, shard: shard as number }
      : null;
  } catch {
    return null;
  }
}
