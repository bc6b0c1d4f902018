import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bytesOf } from './path.ts';
import { dayAtHome, type DayEvent } from './sounds.ts';

const CACHE = fileURLToPath(new URL('../../../.cache/bench', import.meta.url));
const MODELS = fileURLToPath(new URL('../..', import.meta.url));
const BYTES_PER_S = 32_000;

const PIECE_BYTES = 10 * BYTES_PER_S;

export interface RenderedDay {
  seconds: number;
  events: DayEvent[];
  /**
   * Yields ten seconds of 16-bit sound at a time, so that the benchmark itself needs little memory. The day repeats
   * after its end.
   */
  pieces(hours: number): Generator<{ bytes: Buffer; isFirst: boolean }>;
}

/**
 * A day with an alarm or a broken window in every hour. It is rendered to disk once, because rendering takes longer
 * than detecting. It has either all 24 hours, or five minutes of every hour, repeated.
 */
export async function renderedDay(
  corpus: string | undefined,
  whole: boolean,
  signal: AbortSignal,
): Promise<RenderedDay> {
  const key = keyOf(corpus, whole);
  const [sound, list] = [join(CACHE, `day-${key}.pcm`), join(CACHE, `day-${key}.json`)];
  if (!existsSync(list) || !existsSync(sound)) {
    mkdirSync(CACHE, { recursive: true });
    const events: DayEvent[] = [];
    const file = openSync(`${sound}.part`, 'w');
    let atS = 0;
    for await (const piece of dayAtHome({ corpus, whole, planted: 'hourly', signal })) {
      for (const { label, startS, endS } of piece.events)
        events.push({ label, startS: atS + startS, endS: atS + endS });
      writeSync(file, bytesOf(piece.samples));
      atS += piece.samples.length / 16_000;
    }
    closeSync(file);
    renameSync(`${sound}.part`, sound);
    writeFileSync(list, JSON.stringify(events));
  }
  const length = statSync(sound).size;
  return {
    seconds: length / BYTES_PER_S,
    events: JSON.parse(readFileSync(list, 'utf8')) as DayEvent[],
    *pieces(hours) {
      const file = openSync(sound, 'r');
      try {
        for (let at = 0; at < hours * 3_600 * BYTES_PER_S; at += PIECE_BYTES) {
          const bytes = Buffer.alloc(PIECE_BYTES);
          readSync(file, bytes, 0, PIECE_BYTES, at % length);
          yield { bytes, isFirst: at < length };
        }
      } finally {
        closeSync(file);
      }
    },
  };
}

/**
 * The key of a rendered day. It also covers the code of scenes and synthesis, so that the day is rendered again when
 * this code has changed.
 */
function keyOf(corpus: string | undefined, whole: boolean): string {
  const hash = createHash('sha256').update(JSON.stringify([corpus, whole]));
  for (const folder of ['scenes', 'synthesis', 'synthesis/near-misses']) {
    const path = join(MODELS, folder);
    for (const file of readdirSync(path).sort())
      if (file.endsWith('.ts') && !file.endsWith('.test.ts')) hash.update(readFileSync(join(path, file)));
  }
  return hash.digest('hex').slice(0, 12);
}
