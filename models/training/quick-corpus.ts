/**
 * A corpus for users who have none: synthesised sounds, written like any corpus (a manifest and files), so that a
 * quick run takes the same path as a full one. It holds no steps, doors, dogs and babies: those cannot be
 * synthesised, and get no head.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeWav } from '@earshot/shared/audio/wav-write.ts';
import { nearMiss, NEAR_MISSES } from '../synthesis/near-miss.ts';
import { Random } from '../synthesis/random.ts';
import { SAMPLE_RATE, samplesOf } from '../synthesis/sound.ts';
import { speak } from '../synthesis/voice.ts';

interface MadeSound {
  file: string;
  label: string;
  samples: Float32Array;
}

const TAKES = 5;
const BACKGROUND_S = 12;

export async function writeQuickCorpus(folder: string, seed: number): Promise<void> {
  const rows = ['file,split,label,duration_s,source,source_commit,licence,duplicate_of,notes'];
  for (const { file, label, samples } of madeSounds(new Random(`quick corpus/${seed}`))) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), writeWav(samples));
    const split = file.split('/')[0] as string;
    rows.push(
      [file, split, label, (samples.length / SAMPLE_RATE).toFixed(3), 'made by code', '', 'Apache-2.0', '', ''].join(
        ',',
      ),
    );
  }
  await writeFile(join(folder, 'manifest.csv'), `${rows.join('\n')}\n`);
}

function* madeSounds(random: Random): Generator<MadeSound> {
  for (const kind of NEAR_MISSES) {
    for (let take = 0; take < TAKES; take++) {
      const { samples } = nearMiss(random.fork(`${kind}/${take}`), kind, 4);
      yield { file: `train/${kind}/${kind}_made${take}x.wav`, label: `made_${kind}`, samples };
    }
  }
  for (let take = 0; take < TAKES; take++) {
    const own = random.fork(`background/${take}`);
    yield { file: `train/background_room/room_made${take}x.wav`, label: 'background_room', samples: roomNoise(own) };
    const speech = speak(own, 'a-ei-uo-ria-s-oe-iu-fa', own.uniform(0.7, 1.3));
    yield { file: `train/speech/speech_made${take}x.wav`, label: 'speech', samples: speech };
  }
  for (let take = 0; take < 3; take++)
    yield { file: `rir/room_made${take}x.wav`, label: 'rir', samples: decayOf(random.fork(`rir/${take}`)) };
}

/** Noise that falls by 6 dB per octave, and mains hum below it. */
function roomNoise(random: Random): Float32Array {
  let low = 0;
  return Float32Array.from({ length: samplesOf(BACKGROUND_S) }, (_, i) => {
    low += 0.08 * (random.normal() - low);
    return 0.05 * low + 0.004 * Math.sin((2 * Math.PI * 100 * i) / SAMPLE_RATE);
  });
}

/** A simple room response: noise that decays by 60 dB in a third to two thirds of a second. */
function decayOf(random: Random): Float32Array {
  const t60S = random.uniform(0.3, 0.7);
  return Float32Array.from({ length: samplesOf(t60S) }, (_, i) =>
    i === 0 ? 0.9 : 0.1 * random.normal() * 10 ** ((-3 * i) / samplesOf(t60S)),
  );
}
