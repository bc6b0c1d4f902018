import { appendFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Stores the results of runs, one line of JSON each. After a command was stopped, the next command does not repeat the finished runs.
 */
export class FinishedRuns<Report> {
  private readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  /** The stored report of a run with the same options, if there is one. */
  find(run: object): Report | null {
    const line = this.lines().find(({ of }) => JSON.stringify(of) === JSON.stringify(run));
    return line?.report ?? null;
  }

  keep(run: object, report: Report): Report {
    mkdirSync(dirname(this.file), { recursive: true });
    appendFileSync(this.file, `${JSON.stringify({ of: run, report })}\n`);
    return report;
  }

  forget(): void {
    rmSync(this.file, { force: true });
  }

  private lines(): { of: object; report: Report }[] {
    try {
      const lines = readFileSync(this.file, 'utf8').split('\n').filter(Boolean);
      return lines.map((line) => JSON.parse(line) as { of: object; report: Report });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }
}
