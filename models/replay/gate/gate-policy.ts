import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { EarshotError } from '@earshot/shared/errors.ts';

const Bars = z.strictObject({
  /** The recall must not be below this. */
  recall: z.number().min(0).max(1).optional(),
  /** The false alarms per hour must not exceed this. */
  falsePerHour: z.number().nonnegative().optional(),
  /** Minimum hours of sound in which an alert would be false. With less, a limit of false alarms is meaningless. */
  negativeHours: z.number().nonnegative().optional(),
  /** An upper bound on the count, for corpora so short that one false alarm is many per hour. */
  falseAlarms: z.number().int().nonnegative().optional(),
  /** 95 % of the alerts come within this many seconds of the onset. */
  latencyP95S: z.number().positive().optional(),
});

/**
 * Limits for every slice of a label, for example each room, pattern or microphone. `recall` and `falsePerHour` compare the
 * measured value. The two gaps compare a slice with all other slices of its column together; they stop a release only where the
 * 95 % interval shows that the gap is too wide, so that chance in a small slice does not.
 */
const SliceBars = z.strictObject({
  /**
   * Only slices of these columns are checked, and each column needs two slices that are large enough: a policy that names
   * the room must not pass because no rooms were played. Absent: every slice of every column.
   */
  columns: z.array(z.string()).min(1).optional(),
  recall: z.number().min(0).max(1).optional(),
  falsePerHour: z.number().nonnegative().optional(),
  /** How much lower the recall of a slice may be than that of the other slices: 0.1 is ten of a hundred sounds. */
  recallGap: z.number().min(0).max(1).optional(),
  /** How many times as many false alarms per hour as in the other slices a slice may have. */
  falseRatio: z.number().min(1).optional(),
  /** Slices with fewer positives (for recall) or hours (for false alarms) are too small to be checked. */
  minPositives: z.number().int().positive().default(5),
  minHours: z.number().positive().default(0.1),
});

/** Several limits for slices: easy and hard columns, or recall and false alarms, need limits of their own. */
const OneOrMore = z.union([z.array(SliceBars), SliceBars.transform((bars) => [bars])]);

/**
 * Limits for the reports a day by the columns of the homes. A limit stops a release only where the 95 % interval lies above it.
 * It is met where the interval does not reach above it, or where each slice has `minDays` and the limit is still not surely
 * exceeded. Anything else is undecided: too few days.
 */
const HouseDayBars = z
  .strictObject({
    /** Every column must have been played, with at least two values. */
    columns: z.array(z.string()).min(1),
    /** Reports a day of every value: the worst slice decides. */
    perDay: z.number().positive().optional(),
    /** How many times as many reports a day as the best value of its column the worst may have. */
    ratio: z.number().min(1).optional(),
    /** So many days of a value are enough to notice one that is clearly worse. */
    minDays: z.number().int().positive(),
    /** Where the limits come from. */
    why: z.string(),
  })
  .refine(({ perDay, ratio }) => perDay !== undefined || ratio !== undefined, 'It needs perDay or ratio');

/** What a release must reach on a corpus. */
export const Policy = z.strictObject({
  /** A description of what is measured. */
  about: z.string(),
  stages: z.partialRecord(
    z.enum(['device', 'both']),
    z.strictObject({
      /** Minimum mean recall over all labels with positives, and maximum sum of false alarms per hour. */
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
  /** How many problems (unreadable files, bad lines) are known and accepted. */
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
      throw new EarshotError('FILE_MISSING', `The policy ${path}.`, { cause: error });
    throw new EarshotError('SETTING_INVALID', `The policy ${path} is not readable JSON: ${String(error)}.`, {
      cause: error,
    });
  }
  const parsed = Policy.safeParse(written);
  if (parsed.success) return parsed.data;
  throw new EarshotError('SETTING_INVALID', `The policy ${path} is invalid: ${z.prettifyError(parsed.error)}.`);
}
