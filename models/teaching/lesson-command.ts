import { text } from 'node:stream/consumers';
import { loadRelease } from '@earshot/device/releases/release.ts';
import type { Learned, LessonRecordings } from '@earshot/shared/contracts/lesson.ts';
import { loadWav } from '../corpus/audio-file.ts';
import { SoundBank } from './sound-bank.ts';
import { teach, type Example } from './teach.ts';

interface LessonOptions {
  release: string;
  bank: string;
  signal: AbortSignal;
}

/** Teaches a sound from the recordings that the cloud writes to standard input. Returns the answer for the cloud. */
export async function lessonCommand(
  label: string,
  { release: dir, bank: bankDir, signal }: LessonOptions,
): Promise<string> {
  const recordings = JSON.parse(await text(process.stdin)) as LessonRecordings;
  const examples = await Promise.all(recordings.examples.map((wav, n) => exampleOf(`example ${n + 1}`, wav, signal)));
  const check = recordings.check === null ? null : await exampleOf('the check recording', recordings.check, signal);
  const release = await loadRelease(dir);
  const bank = await SoundBank.read(bankDir, release.manifest.trunk.sha256);
  const { file, checkFound } = await teach({ label, examples, check, release, bank, signal });
  const learned: Learned = { file: JSON.stringify(file), checkFound };
  return JSON.stringify(learned);
}

async function exampleOf(name: string, wav: string, signal: AbortSignal): Promise<Example> {
  return { name, samples: await loadWav(Buffer.from(wav, 'base64'), signal) };
}
