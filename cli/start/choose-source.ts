import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { recorderFor } from '@earshot/device/audio/recorders.ts';
import { EarshotError } from '@earshot/shared/errors.ts';

export const DEMO = fileURLToPath(new URL('../../test-audio/demo.wav', import.meta.url));

/** A working recorder delivers its first quarter of a second almost at once. */
const FIRST_SOUND_WITHIN_MS = 3_000;

export interface ChosenSource {
  /** A value of `--listen`. */
  listen: string;
  /** Why the demo is played, as the beginning of a sentence; null when the user chose it or a microphone is used. */
  whyDemo: string | null;
}

/** Chooses the source when the user named none: the microphone if it gives sound, otherwise the demo. */
export async function chooseSource(asked: string | null, mustEnd: boolean, signal: AbortSignal): Promise<ChosenSource> {
  if (asked !== null) return { listen: asked, whyDemo: null };
  if (!existsSync(DEMO))
    throw new EarshotError('AUDIO_UNREADABLE', `The demo ${DEMO} is missing; use --listen mic or --listen FILE.`);
  // A microphone never ends, and cannot be played fast.
  if (mustEnd) return { listen: DEMO, whyDemo: '--once and --fast need a recording' };
  const trouble = await microphoneTrouble('mic', signal);
  if (trouble === null) return { listen: 'mic', whyDemo: null };
  return { listen: DEMO, whyDemo: `No microphone works here (${trouble})` };
}

/** Null when the microphone gives sound; otherwise the reason why not, mostly its recorder's message. */
export async function microphoneTrouble(name: string, signal: AbortSignal): Promise<string | null> {
  const recorder = recorderFor(name);
  if (!recorder) return `${name} is not a microphone`;
  const { program, args } = recorder;
  const patience = AbortSignal.timeout(FIRST_SOUND_WITHIN_MS);
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: AbortSignal.any([signal, patience]),
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (words: string) => (complaint += words));
  return new Promise((resolve) => {
    child.stdout.once('data', () => {
      resolve(null);
      child.kill('SIGKILL');
    });
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') resolve(`${program} is not installed`);
      else resolve(patience.aborted ? `${program} gives no sound` : error.message);
    });
    child.once('close', () => resolve(gistOf(complaint, program) || `${program} gives no sound`));
  });
}

/** The message of arecord itself, without those of the libraries that it uses. */
export function gistOf(complaint: string, program: string): string {
  const lines = complaint.trim().split('\n');
  const own = lines.find((line) => line.startsWith(`${program}:`)) ?? lines[0] ?? '';
  // arecord names the place in its own code: "arecord: main:831: audio open error".
  return own.replace(/^(\w+: )\w+:\d+: /, '$1');
}
