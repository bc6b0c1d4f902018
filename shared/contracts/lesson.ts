/**
 * What the cloud and its training process (`earshot teach-lesson`) send to each other, as JSON through pipes. The
 * training process belongs to the same software, so neither side checks the other.
 */

/** Recordings as WAV files in base64. */
export interface LessonRecordings {
  examples: string[];
  /** The recording on which the result is checked. */
  check: string | null;
}

export interface Learned {
  /** The `TaughtSoundFile` as JSON. */
  file: string;
  checkFound: boolean | null;
}
