import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { EarshotError } from '@earshot/shared/errors.ts';

const Slice = z.object({
  by: z.string(),
  value: z.string(),
  positives: z.number(),
  hits: z.number(),
  recall: z.number().nullable(),
  recallLow: z.number(),
  recallHigh: z.number(),
  falseAlarms: z.number(),
  negativeHours: z.number(),
  falsePerHour: z.number().nullable(),
  falsePerHourLow: z.number(),
  falsePerHourHigh: z.number(),
});

const LabelReport = z.object({
  positives: z.number(),
  hits: z.number(),
  negativeHours: z.number(),
  falseAlarms: z.number(),
  falsePerHour: z.number().nullable(),
  recall: z.number().nullable(),
  latencyS: z.object({ median: z.number(), p95: z.number(), worst: z.number() }).nullable(),
});
export type LabelReport = z.infer<typeof LabelReport>;

export type SliceReport = z.infer<typeof Slice>;

const HouseDayColumn = z.object({
  by: z.string(),
  values: z.array(
    z.object({
      value: z.string(),
      homes: z.number(),
      days: z.number(),
      count: z.number(),
      perDay: z.number(),
      low: z.number(),
      high: z.number(),
    }),
  ),
  dispersion: z.number(),
  gap: z
    .object({
      worst: z.string(),
      best: z.string(),
      /** Null when the best value has no report: the ratio is then NaN or infinite, which JSON cannot express. */
      ratio: z.number().nullable(),
      low: z.number(),
      /** Null when the interval has no upper bound. */
      high: z.number().nullable(),
    })
    .nullable(),
});
export type HouseDayColumn = z.infer<typeof HouseDayColumn>;

const HouseDays = z.object({
  days: z.number(),
  stages: z.record(z.string(), z.object({ defaultModes: z.object({ slices: z.array(HouseDayColumn).default([]) }) })),
});
export type HouseDays = z.infer<typeof HouseDays>;

/** The fields of report.json that the gate reads. */
const ReportFile = z.object({
  release: z.string(),
  stages: z.record(
    z.string(),
    z.object({
      labels: z.record(z.string(), LabelReport),
      crossTrigger: z.record(z.string(), z.record(z.string(), z.number())),
      slices: z.record(z.string(), z.array(Slice)),
    }),
  ),
  /** Absent when no house days were played. */
  houseDays: HouseDays.optional(),
  problems: z.array(z.string()),
  speed: z.object({ realTimeFactorPerCore: z.number(), peakRssMb: z.number() }),
});
export type ReportFile = z.infer<typeof ReportFile>;
export type StageReport = ReportFile['stages'][string];

export async function readReport(folder: string): Promise<ReportFile> {
  const path = join(folder, 'report.json');
  try {
    return ReportFile.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new EarshotError(
        'FILE_MISSING',
        `${path} does not exist. \`npx earshot replay … --out ${folder}\` writes it.`,
        {
          cause: error,
        },
      );
    throw new EarshotError(
      'SETTING_INVALID',
      `${path} is not a report of earshot replay: ${error instanceof Error ? error.message : String(error)}.`,
      { cause: error },
    );
  }
}
