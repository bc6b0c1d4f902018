import { EarshotError } from '@earshot/shared/errors.ts';
import { isEnteredAnywhere, streamAudio, type StreamOptions } from '../../corpus/audio-file.ts';
import type { Recording } from '../recordings/recording.ts';
import type { PlayedPart } from './played.ts';

/** One part of a session. Its samples come in pieces. */
export interface SoundPart {
  /** Describes the part. Call it after the part was played to its end, because its length is known only then. */
  describe(durationS: number): Omit<PlayedPart, 'startS' | 'durationS'>;
  samples(options?: StreamOptions): AsyncIterable<Float32Array>;
  /**
   * Whether playing can begin in the middle of the part, so that an excerpt of a day need not be rendered from midnight
   * on.
   */
  isEnteredAnywhere(): Promise<boolean>;
}

/** Returns the path of a recording on this machine. A worker of the queue downloads the recording first. */
export type LocateFile = (path: string, signal?: AbortSignal) => Promise<string>;

/**
 * A label that ends up to this much after the end of the clip is regarded as rounded; a larger difference is reported.
 */
const END_TOLERANCE_S = 0.5;

export class RecordingPart implements SoundPart {
  private readonly recording: Recording;
  private readonly locate: LocateFile;

  constructor(recording: Recording, locate: LocateFile) {
    this.recording = recording;
    this.locate = locate;
  }

  describe(durationS: number): Omit<PlayedPart, 'startS' | 'durationS'> {
    const { file, annotations, slices, doubted } = this.recording;
    const inside = annotations.filter(({ onsetS }) => onsetS < durationS);
    return {
      file,
      annotations: inside.map(({ label, onsetS, offsetS }) => ({
        label,
        onsetS,
        offsetS: Math.min(offsetS ?? durationS, durationS),
      })),
      leftOut: [],
      slices,
      doubted: [...doubted, ...annotations.filter(({ onsetS }) => onsetS >= durationS).map(({ label }) => label)],
    };
  }

  /** Returns a problem for each label that reaches past the end of the sound. */
  pastTheEnd(durationS: number): { file: string; line?: number; reason: string }[] {
    return this.recording.annotations
      .filter(({ onsetS, offsetS }) => onsetS >= durationS || (offsetS ?? 0) > durationS + END_TOLERANCE_S)
      .map(({ label, onsetS, offsetS, line }) => ({
        file: this.recording.file,
        ...(line === undefined ? {} : { line }),
        reason: `"${label}" from ${onsetS} s to ${offsetS ?? durationS} s lies past the end of the sound (${durationS.toFixed(2)} s)`,
      }));
  }

  async isEnteredAnywhere(): Promise<boolean> {
    return isEnteredAnywhere(await this.locate(this.recording.path));
  }

  /** Names the file as the corpus does, so that the text is the same on every machine. */
  private named(error: EarshotError, path: string): EarshotError {
    return new EarshotError(error.code, error.detail.replaceAll(path, this.recording.file), { cause: error });
  }

  async *samples(options: StreamOptions = {}): AsyncIterable<Float32Array> {
    const path = await this.locate(this.recording.path, options.signal);
    try {
      const { onCutOff } = options;
      yield* streamAudio(path, { ...options, onCutOff: onCutOff && ((error) => onCutOff(this.named(error, path))) });
    } catch (error) {
      throw error instanceof EarshotError ? this.named(error, path) : error;
    }
  }
}
