import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { EarshotError } from '@earshot/shared/errors.ts';

const Bars = z.strictObject({
  /** At least. */
  recall: z.number().min(0).max(1).optional(),
  /** At most. */
  falsePerHour: z.number().nonnegative().optional(),
  /** Sound in which alerts would be false, at least: no bar on false alarms means anything without it. */
  negativeHours: z.number().nonnegative().optional(),
  /** For corpora so short that one false alarm is many an hour: at most so many. */
  falseAlarms: z.number().int().nonnegative().optional(),
  /** 95 % of the alerts come within so many seconds of the onset. */
  latencyP95S: z.number().positive().optional(),
});

const SliceBars = z.strictObject({
  recall: z.number().min(0).max(1).optional(),
  falsePerHour: z.number().nonnegative().optional(),
  /** Slices with fewer positives (for recall) or hours (for false alarms) say too little to stop a release. */
  minPositives: z.number().int().positive().default(5),
  minHours: z.number().positive().default(0.1),
});

/** What a release must reach on a corpus. */
export const Policy = z.strictObject({
  /** What is measured: read by people. */
  about: z.string(),
  stages: z.partialRecord(
    z.enum(['device', 'both']),
    z.strictObject({
      /** Mean recall over all labels with positives, at least; sum of false alarms per hour, at most. */
      mean: z
        .strictObject({
          recall: z.number().min(0).max(1).optional(),
          falsePerHour: z.number().nonnegative().optional(),
        })
        .optional(),
      labels: z.record(z.string(), Bars.extend({ worstSlice: SliceBars.optional() })).default({}),
      /** Part of the sounds of one label (first) that may be alerted as another. */
      crossTrigger: z.record(z.string(), z.record(z.string(), z.number().min(0).max(1))).default({}),
    }),
  ),
  speed: z
    .strictObject({
      realTimeFactorPerCore: z.number().positive().optional(),
      peakRssMb: z.number().positive().optional(),
    })
    .default({}),
  /** Problems (unreadable files, bad lines) that are known and accepted. */
  maxProblems: z.number().int().nonnegative().default(0),
});
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
    throw new EarshotError('SETTING_INVALID', `The policy ${path} is not readable JSON: ${String(error)}.`, {
      cause: error,
    });
  }
  const parsed = Policy.safeParse(written);
  if (parsed.success) return parsed.data;
  throw new EarshotError('SETTING_INVALID', `The policy ${path} does not fit: ${z.prettifyError(parsed.error)}.`);
}
