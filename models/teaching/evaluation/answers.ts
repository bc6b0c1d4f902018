/**
 * For every recording, the taught sounds that a teaching method reports in it. These answers are stored in parts, so
 * that a stopped run can continue.
 */
import { join } from 'node:path';
import { LEVELS, type Level } from '@earshot/shared/labels.ts';
import type { ManifestRow } from '../../corpus/manifest.ts';
import { keptFile } from '../../training/kept-file.ts';
import { areKin } from './household-sounds.ts';
import type { Lesson } from './lessons.ts';
import type { Plays } from './plays.ts';
import { Tally } from './tally.ts';

/**
 * The answer for one recording: for each sensitivity level and each taught sound, whether the sound is reported in it.
 */
export type Answer = Record<Level, boolean[]>;

export interface Way {
  /** Folder for the answers of this method. */
  folder: string;
  listen: (samples: Float32Array) => Promise<Answer>;
}

export interface Material {
  lessons: readonly Lesson[];
  /** Recordings of other sounds. */
  others: readonly ManifestRow[];
  load: (row: ManifestRow) => Promise<Float32Array>;
  /** Repeats of a taught sound for testing, rendered in the same room and in other rooms. */
  playsOf: (lesson: Lesson) => Pick<Plays, 'sameRoom' | 'otherRooms'>;
  /** Renders a recording of another sound. */
  playOnce: (recording: Float32Array, row: ManifestRow) => Float32Array;
}

/** For each sensitivity level, the counts for all taught sounds, and for those that would be ready for a home. */
type Tallies = Record<Level, { all: Tally; ready: Tally }>;

const newTallies = (): Tallies => {
  const both = () => ({ all: new Tally(), ready: new Tally() });
  return { low: both(), medium: both(), high: both() };
};

export async function measure(
  { folder, listen }: Way,
  { lessons, others, load, playsOf, playOnce }: Material,
): Promise<Tallies> {
  const tallies = newTallies();
  const count = (n: number, of: Parameters<Tally['count']>[0], answer: Answer): void => {
    for (const level of LEVELS) {
      const isReported = answer[level][n] === true;
      tallies[level].all.count(of, isReported);
      if (lessons[n]!.isReady) tallies[level].ready.count(of, isReported);
    }
  };
  const answersTo = async (name: string, recordings: () => Promise<Float32Array[]>): Promise<Answer[]> => {
    const kept = await keptFile(join(folder, `${name}.json`), async () => {
      const answers: Answer[] = [];
      for (const samples of await recordings()) answers.push(await listen(samples));
      return Buffer.from(JSON.stringify(answers));
    });
    return JSON.parse(kept.toString()) as Answer[];
  };

  for (const [n, lesson] of lessons.entries())
    for (const room of ['sameRoom', 'otherRooms'] as const)
      for (const answer of await answersTo(`${lesson.label}-${room}`, () => Promise.resolve(playsOf(lesson)[room])))
        count(n, room, answer);
  for (const [label, rows] of Map.groupBy(others, (row) => row.label)) {
    const recordings = async (): Promise<Float32Array[]> => {
      const played: Float32Array[] = [];
      for (const row of rows) played.push(playOnce(await load(row), row));
      return played;
    };
    for (const answer of await answersTo(`other-${label}`, recordings))
      for (const [n, { row }] of lessons.entries()) if (!areKin(row.label, label)) count(n, 'others', answer);
  }
  return tallies;
}

/** The report: two lines for each sensitivity level. */
export function tallyLines(name: string, tallies: Tallies): string[] {
  return LEVELS.flatMap((level) => [
    `${name}, ${level}, all sounds: ${String(tallies[level].all)}`,
    `${name}, ${level}, ready sounds: ${String(tallies[level].ready)}`,
  ]);
}
