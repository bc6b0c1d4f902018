import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesOf } from './path.ts';
import { dayAtHome } from './sounds.ts';

const BYTES_PER_S = 32_000;

/** So many hours of 16-bit sound in pieces of some minutes; `isFirst`: it was not played before. */
export interface PieceOfDay {
  bytes: Buffer;
  isFirst: boolean;
}

/**
 * A day that is rendered once and played until the hours are over: `whole` plays its 24 hours as they are, otherwise five minutes of
 * every hour go round and round, because rendering a day takes far longer than hearing it. On disk, so that it is not memory that grows.
 */
export async function* loopedDay(
  corpus: string | undefined,
  whole: boolean,
  hours: number,
  signal: AbortSignal,
): AsyncGenerator<PieceOfDay> {
  const dir = mkdtempSync(join(tmpdir(), 'earshot-day-'));
  const file = openSync(join(dir, 'day.pcm'), 'w+');
  const lengths: number[] = [];
  let seconds = 0;
  try {
    for await (const { samples } of dayAtHome(corpus, whole, signal)) {
      if (seconds >= hours * 3_600) return;
      const bytes = bytesOf(samples);
      if (!whole) writeSync(file, bytes);
      lengths.push(bytes.length);
      seconds += bytes.length / BYTES_PER_S;
      yield { bytes, isFirst: true };
    }
    while (!whole && seconds < hours * 3_600) {
      for (let i = 0, at = 0; i < lengths.length; at += lengths[i++]!) {
        const bytes = Buffer.alloc(lengths[i]!);
        readSync(file, bytes, 0, bytes.length, at);
        seconds += bytes.length / BYTES_PER_S;
        yield { bytes, isFirst: false };
      }
    }
  } finally {
    closeSync(file);
    rmSync(dir, { recursive: true });
  }
}
