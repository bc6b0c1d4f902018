/** A file or a line that cannot be used. Each is named once, with its reason, and the run goes on. */
export interface Problem {
  file: string;
  /** In the label file; absent when the trouble is in the audio. */
  line?: number;
  reason: string;
}

export const problemText = ({ file, line, reason }: Problem): string =>
  `${file}${line === undefined ? '' : ` (line ${line})`}: ${reason}`;
