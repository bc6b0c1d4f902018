import { readFile } from 'node:fs/promises';
import { readWav } from '@earshot/shared/audio/wav-read.ts';
import { writeWav } from '@earshot/shared/audio/wav-write.ts';

const RATE = 16_000;
const CLIP_S = 10;
const TEST_AUDIO = new URL('../../test-audio/', import.meta.url);

export const SMOKE_FILES = ['smoke-t3-living-room.wav', 'smoke-t3-television.wav', 'smoke-t3-two-units.wav'];
export const GLASS_FILES = ['glass-window.wav', 'glass-door.wav', 'glass-bottle.wav'];

/** Makes a clip of ten seconds from each of these test sounds, as a device would send it. */
export async function benchClips(files: readonly string[]): Promise<Uint8Array[]> {
  return Promise.all(
    files.map(async (file) => {
      const { sampleRate, channels } = readWav(await readFile(new URL(file, TEST_AUDIO)));
      if (sampleRate !== RATE) throw new Error(`${file} has ${sampleRate} Hz`);
      return writeWav([(channels[0] ?? new Float32Array()).subarray(0, CLIP_S * RATE)], { sampleRate: RATE });
    }),
  );
}
