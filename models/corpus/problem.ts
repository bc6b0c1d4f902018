/**
 * A file or a line of a label file that cannot be used. Each is reported once with the reason, and the run continues.
 */
export interface Problem {
  file: string;
  /** Line number in the label file; absent when the audio file is at fault. */
  line?: number;
  reason: string;
}

export const problemText = ({ file, line, reason }: Problem): string =>
  `${file}${line === undefined ? '' : ` (line ${line})`}: ${reason}`;
