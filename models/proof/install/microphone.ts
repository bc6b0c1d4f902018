import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readWav } from '@earshot/shared/audio/wav-read.ts';
import { writeWav } from '@earshot/shared/audio/wav-write.ts';
import { whiteNoise } from '@earshot/shared/testing/noise.ts';

const RATE = 16_000;
const QUIET_S = 1_200;
const ROOM_RMS = 0.001;

/**
 * Writes the recording that the device plays instead of a microphone: ten seconds of a quiet room, a smoke alarm of
 * half a minute, then twenty minutes of a quiet room. The device plays the recording from the beginning whenever it
 * starts, so every start brings one alarm.
 */
export async function writeRecording(root: string, path: string): Promise<void> {
  const alarm = readWav(await readFile(join(root, 'test-audio', 'smoke-t3-television.wav'))).channels[0];
  if (!alarm) throw new Error('test-audio/smoke-t3-television.wav contains no sound');
  const parts = [room(10), alarm, alarm, room(QUIET_S)];
  const samples = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    samples.set(part, at);
    at += part.length;
  }
  await writeFile(path, writeWav(samples));
}

const room = (seconds: number): Float32Array => whiteNoise(seconds * RATE, ROOM_RMS, 1);
