import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesOf } from './path.ts';
import { dayAtHome } from './sounds.ts';

const BYTES_PER_S = 32_000;

const PIECE_BYTES = 10 * BYTES_PER_S;

export interface PieceOfDay {
  /** Ten seconds of 16-bit sound. */
  bytes: Buffer;
  /** It was not played before. */
  isFirst: boolean;
}

/**
 * A day that is rendered to disk first and then played until the hours are over: all 24 hours of it, or five minutes of every hour round
 * and round, because rendering a day takes far longer than hearing it. In small pieces, so that what is measured is not the bench.
 */
export async function* loopedDay(
  corpus: string | undefined,
  whole: boolean,
  hours: number,
  signal: AbortSignal,
): AsyncGenerator<PieceOfDay> {
  const dir = mkdtempSync(join(tmpdir(), 'earshot-day-'));
  const file = openSync(join(dir, 'day.pcm'), 'w+');
  try {
    let length = 0;
    for await (const { samples } of dayAtHome(corpus, whole, signal)) {
      length += writeSync(file, bytesOf(samples));
      if (length >= hours * 3_600 * BYTES_PER_S) break;
    }
    for (let at = 0; at < hours * 3_600 * BYTES_PER_S; at += PIECE_BYTES) {
      const bytes = Buffer.alloc(PIECE_BYTES);
      readSync(file, bytes, 0, PIECE_BYTES, at % length);
      yield { bytes, isFirst: at < length };
    }
  } finally {
    closeSync(file);
    rmSync(dir, { recursive: true });
  }
}
