import { statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { Clock } from '@earshot/shared/clock.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { ChildSource } from './child-source.ts';
import { FileSource } from './file-source.ts';
import type { PcmFormat } from './pcm-to-16k.ts';
import { recorderFor } from './recorders.ts';
import type { AudioSource } from './source.ts';
import { StreamSource } from './stream-source.ts';
import { withoutPasswords } from './without-passwords.ts';

const SOURCES = 'a source is a file, mic, alsa:DEVICE, pulse:DEVICE, pipewire:TARGET, rtsp://CAMERA or -.';

export interface SourceOptions {
  clock: Clock;
  /** Whether to read files at full speed, and to treat stdin as a file instead of a microphone. */
  fast: boolean;
  /** The format of the raw PCM on stdin. */
  stdin: Readable;
  format: PcmFormat;
}

/**
 * Opens the source that a value of `--listen` names: `mic`, `-`, the address of a stream, a recorder with its device,
 * or a file.
 */
export function openSource(listen: string, { clock, fast, stdin, format }: SourceOptions): AudioSource {
  if (listen === '-') return new StreamSource('stdin', stdin, format, !fast);
  const recorder = recorderFor(listen);
  // The name of a source appears in logs and in the app.
  if (recorder) return new ChildSource(withoutPasswords(listen).slice(0, 120), recorder, clock);
  const there = statSync(listen, { throwIfNoEntry: false });
  // A camera's address with a mistyped protocol comes here as well.
  if (!there)
    throw new EarshotError('FILE_MISSING', /[./]/.test(listen) ? withoutPasswords(listen) : `${listen}; ${SOURCES}`);
  if (there.isDirectory()) throw new EarshotError('USAGE', `${listen} is a folder, not a recording.`);
  return new FileSource(listen, clock, fast);
}
