import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { EarshotError } from '@earshot/shared/errors.ts';

const Bars = z.strictObject({
  /** Lowest recall that passes. */
  recall: z.number().min(0).max(1).optional(),
  /** Highest number of false alerts per hour that passes. */
  falsePerHour: z.number().nonnegative().optional(),
  /**
   * Minimum hours of sound in which an alert would be false. In a shorter time, a limit of false alerts would prove
   * nothing.
   */
  negativeHours: z.number().nonnegative().optional(),
  /** Highest number of false alerts. Use it for corpora so short that a single false alert is a high rate per hour. */
  falseAlarms: z.number().int().nonnegative().optional(),
  /** 95 % of the alerts must come within this many seconds of the onset. */
  latencyP95S: z.number().positive().optional(),
});

/**
 * Limits for every slice of a label, for example each room, pattern or microphone. `recall` and `falsePerHour` limit
 * the measured value. `recallGap` and `falseRatio` limit the difference from all other slices of the column together;
 * they stop a release only when the whole 95 % interval is beyond the limit, because a small slice may differ by
 * chance.
 */
const SliceBars = z.strictObject({
  /**
   * Checks only slices of these columns. A column with fewer than two slices that are large enough fails, because a
   * policy for rooms must not pass when no rooms were played. Absent: all columns are checked, and small slices are
   * skipped.
   */
  columns: z.array(z.string()).min(1).optional(),
  recall: z.number().min(0).max(1).optional(),
  falsePerHour: z.number().nonnegative().optional(),
  /** How far the recall of a slice may be below the recall of the other slices; 0.1 means 10 of 100 sounds. */
  recallGap: z.number().min(0).max(1).optional(),
  /** Largest allowed ratio of the false alerts per hour in a slice to those in the other slices. */
  falseRatio: z.number().min(1).optional(),
  /** Slices with fewer positives (for recall) or hours (for false alerts) are too small to be checked. */
  minPositives: z.number().int().positive().default(5),
  minHours: z.number().positive().default(0.1),
});

/** One object of limits or a list: easy and hard columns, and recall and false alerts, need different limits. */
const OneOrMore = z.union([z.array(SliceBars), SliceBars.transform((bars) => [bars])]);

/**
 * Limits for the reports per day in each kind of home. A limit stops a release only when the whole 95 % interval lies
 * above it. The limit is met when the whole interval lies below it, or when it lies within the interval and `minDays`
 * were played. Otherwise too few days were played, and the limit is undecided.
 */
const HouseDayBars = z
  .strictObject({
    /** The columns that are compared. Each must have been played with at least two values. */
    columns: z.array(z.string()).min(1),
    /** The highest number of reports per day that each value may have. */
    perDay: z.number().positive().optional(),
    /** The largest allowed ratio of reports per day between the worst and the best value of a column. */
    ratio: z.number().min(1).optional(),
    /** The number of days of a value with which a value that is clearly worse is noticed. */
    minDays: z.number().int().positive(),
    /** The reasons for these limits. */
    why: z.string(),
  })
  .refine(({ perDay, ratio }) => perDay !== undefined || ratio !== undefined, 'It needs perDay or ratio');

/** The requirements that a release must meet on a corpus. */
export const Policy = z.strictObject({
  /** A text that says what is measured. */
  about: z.string(),
  stages: z.partialRecord(
    z.enum(['device', 'both']),
    z.strictObject({
      /**
       * Lowest mean recall of all labels with positives, and highest sum of the false alerts per hour of all labels.
       */
      mean: z
        .strictObject({
          recall: z.number().min(0).max(1).optional(),
          falsePerHour: z.number().nonnegative().optional(),
        })
        .optional(),
      labels: z.record(z.string(), Bars.extend({ worstSlice: OneOrMore.optional() })).default({}),
      /**
       * The highest share of the sounds of one label (first key) that may be reported as another label (second key).
       */
      crossTrigger: z.record(z.string(), z.record(z.string(), z.number().min(0).max(1))).default({}),
    }),
  ),
  /** House days, in default modes: candidates of `device`, false alerts of `both`. */
  houseDays: z
    .strictObject({
      /** With fewer days the release can be stopped, but does not pass: some homes have not been played. */
      days: z.number().int().positive(),
      stages: z.partialRecord(z.enum(['device', 'both']), z.array(HouseDayBars).min(1)),
    })
    .optional(),
  speed: z
    .strictObject({
      realTimeFactorPerCore: z.number().positive().optional(),
      peakRssMb: z.number().positive().optional(),
    })
    .default({}),
  /** How many problems of the corpus (unreadable files, invalid lines) are accepted. */
  maxProblems: z.number().int().nonnegative().default(0),
});
export type SliceBars = z.infer<typeof SliceBars>;
export type HouseDayBars = z.infer<typeof HouseDayBars>;
export type Policy = z.infer<typeof Policy>;
export type LabelBars =
  Policy['stages'] extends Partial<Record<string, infer S>>
    ? S extends { labels: Record<string, infer B> }
      ? B
      : never
    : never;

export async function readPolicy(path: string): Promise<Policy> {
  let written: unknown;
  try {
    written = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new EarshotError('FILE_MISSING', `The policy ${path} does not exist.`, { cause: error });
    throw new EarshotError('SETTING_INVALID', `The policy ${path} is not readable JSON: ${String(error)}.`, {
      cause: error,
    });
  }
  const parsed = Policy.safeParse(written);
  if (parsed.success) return parsed.data;
  throw new EarshotError('SETTING_INVALID', `The policy ${path} is invalid: ${z.prettifyError(parsed.error)}.`);
}
