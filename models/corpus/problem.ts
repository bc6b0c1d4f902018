import type { ErrorCode } from '@earshot/shared/errors.ts';

/**
 * A file or a line of a label file that cannot be used. Each is reported once with the reason, and the run continues.
 */
export interface Problem {
  file: string;
  /** Line number in the label file; absent when the audio file is at fault. */
  line?: number;
  /** Why the audio file cannot be played; absent when labels are at fault, and in replay journals of older versions. */
  code?: ErrorCode;
  reason: string;
}

export const problemText = ({ file, line, code, reason }: Problem): string =>
  `${file}${line === undefined ? '' : ` (line ${line})`}: ${code === undefined ? '' : `${code}: `}${reason}`;
