import type { Problem } from '../../corpus/problem.ts';

/** One label for one stretch of a recording, with the name that the corpus uses. */
export interface Annotation {
  label: string;
  onsetS: number;
  /** Null: to the end of the recording. A label for the whole clip starts at 0 and ends with the clip. */
  offsetS: number | null;
  /** Line number in the label file, for messages. */
  line?: number;
}

export interface Recording {
  /** Path inside the corpus, with forward slashes. TSVs and reports use this name. */
  file: string;
  path: string;
  annotations: Annotation[];
  /** All other columns of the corpus. The report slices the results by these columns. */
  slices: Record<string, string>;
  /**
   * Labels whose line for this file was invalid, so that their times are unknown. The heads of these labels are not
   * scored on this file.
   */
  doubted: string[];
}

export interface Corpus {
  recordings: Recording[];
  problems: Problem[];
}

/**
 * Builds recordings from the lines of a label file. An invalid line is reported with its line number, and its label
 * counts as unknown in that file.
 */
export class CorpusBuilder {
  private readonly recordings = new Map<string, Recording>();
  readonly problems: Problem[] = [];

  open(file: string, path: string, slices: Record<string, string> = {}): Recording {
    const known = this.recordings.get(file);
    if (known) {
      Object.assign(known.slices, slices);
      return known;
    }
    const recording: Recording = { file, path, annotations: [], slices, doubted: [] };
    this.recordings.set(file, recording);
    return recording;
  }

  /** Adds a recording that was read by another CorpusBuilder. */
  take(recording: Recording): void {
    this.recordings.set(recording.file, recording);
  }

  /** `onset` and `offset` are texts from the label file. Both are empty for a label of the whole clip. */
  annotate(recording: Recording, label: string, onset: string, offset: string, line?: number): void {
    const onsetS = onset.trim() === '' ? 0 : Number(onset);
    const offsetS = offset.trim() === '' ? null : Number(offset);
    const reason = timeProblem(onsetS, offsetS, onset, offset);
    if (reason === null) {
      recording.annotations.push({ label, onsetS, offsetS, ...(line === undefined ? {} : { line }) });
      return;
    }
    recording.doubted.push(label);
    this.report(recording.file, reason, line);
  }

  report(file: string, reason: string, line?: number): void {
    this.problems.push({ file, reason, ...(line === undefined ? {} : { line }) });
  }

  paths(): string[] {
    return [...this.recordings.values()].map(({ path }) => path);
  }

  build(): Corpus {
    const recordings = [...this.recordings.values()].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
    for (const recording of recordings) this.mergeOverlaps(recording);
    return { recordings, problems: this.problems };
  }

  /** Merges overlapping stretches of the same label into one sound. Different labels may sound at the same time. */
  private mergeOverlaps(recording: Recording): void {
    const sorted = recording.annotations.toSorted((a, b) => a.onsetS - b.onsetS);
    const merged: Annotation[] = [];
    for (const next of sorted) {
      const before = merged.findLast(({ label }) => label === next.label);
      if (!before || (before.offsetS !== null && next.onsetS >= before.offsetS)) {
        merged.push({ ...next });
        continue;
      }
      this.report(
        recording.file,
        `"${next.label}" from ${next.onsetS} s overlaps "${before.label}" from ${before.onsetS} s; both count as one sound`,
        next.line,
      );
      before.offsetS = before.offsetS === null || next.offsetS === null ? null : Math.max(before.offsetS, next.offsetS);
    }
    recording.annotations = merged;
  }
}

function timeProblem(onsetS: number, offsetS: number | null, onset: string, offset: string): string | null {
  if (!Number.isFinite(onsetS)) return `the onset ${JSON.stringify(onset)} is not a number`;
  if (onsetS < 0) return `the onset ${onsetS} is negative`;
  if (offsetS === null) return null;
  if (!Number.isFinite(offsetS)) return `the offset ${JSON.stringify(offset)} is not a number`;
  return offsetS > onsetS ? null : `the offset ${offsetS} is not after the onset ${onsetS}`;
}
