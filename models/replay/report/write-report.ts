import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asEarshotError } from '@earshot/shared/errors.ts';
import { toTsv } from './annotations.ts';
import { decisionsCsv } from './decisions.ts';
import { comparisonSection } from './comparison.ts';
import type { Excerpt } from './excerpts.ts';
import { houseDaysSection } from './house-days-html.ts';
import { page } from './page.ts';
import { peersSection } from './peers-html.ts';
import { toReport, writeJson, type Results } from './report-json.ts';

/** Writes the HTML page, the JSON, sed_eval's TSVs and the list of decisions into one folder. */
export async function writeReport(results: Results, excerpts: readonly Excerpt[], out: string): Promise<void> {
  const { description, map } = results.run;
  const sections = [
    ...(results.houseDays ? [houseDaysSection(results.houseDays)] : []),
    ...(results.comparison ? [comparisonSection(results.comparison)] : []),
    peersSection(results.peers, results.stages[0]?.results.labels ?? {}),
  ];
  const put = (name: string, text: string) => writeFile(join(out, name), text);
  try {
    await mkdir(out, { recursive: true });
    await put('report.json', writeJson(toReport(results)));
    await put('report.html', page(results, { excerpts, sections }));
    await put('reference.tsv', toTsv(results.reference));
    for (const { stage, estimated } of results.stages) {
      await put(`estimated-${stage}.tsv`, toTsv(estimated));
      await put(`decisions-${stage}.csv`, decisionsCsv(description.labels, results.run.sessions, map, stage));
    }
  } catch (error) {
    throw asEarshotError(error, 'DISK_UNWRITABLE', out);
  }
}
