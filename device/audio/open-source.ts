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

const SOURCES = 'a source is a file, mic, alsa:DEVICE, pulse:DEVICE, pipewire:TARGET, rtsp://CAMERA or -.';

export interface SourceOptions {
  clock: Clock;
  /** Read files at full speed, and treat stdin as a file instead of a microphone. */
  fast: boolean;
  /** The format of stdin. */
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
  if (recorder) return new ChildSource(withoutPassword(listen), recorder, clock);
  const there = statSync(listen, { throwIfNoEntry: false });
  if (!there) throw new EarshotError('FILE_MISSING', /[./]/.test(listen) ? listen : `${listen}; ${SOURCES}`);
  if (there.isDirectory()) throw new EarshotError('USAGE', `${listen} is a folder, not a recording.`);
  return new FileSource(listen, clock, fast);
}

/** A camera's address contains its password, but a source's name appears in logs and in the app. */
function withoutPassword(listen: string): string {
  return listen.replace(/\/\/[^@/]*@/, '//').slice(0, 120);
}
