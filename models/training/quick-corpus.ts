/**
 * Writes a corpus of synthesised sounds for users who have no corpus. It has a manifest and files like any corpus, so
 * that a quick run uses the same code as a full one. It contains no footsteps, doors, dogs and babies, because these
 * cannot be synthesised; they get no head.
 */
import { madeResponse } from '../scenes/made-response.ts';
import { writeCorpus, type MadeSound } from '../scenes/write-corpus.ts';
import { nearMiss, NEAR_MISSES } from '../synthesis/near-miss.ts';
import { Random } from '../synthesis/random.ts';
import { SAMPLE_RATE, samplesOf } from '../synthesis/sound.ts';
import { speak } from '../synthesis/voice.ts';

const TAKES = 5;
const BACKGROUND_S = 12;

export const writeQuickCorpus = (folder: string, seed: number): Promise<void> =>
  writeCorpus(folder, madeSounds(new Random(`quick corpus/${seed}`)));

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
    yield { file: `rir/room_made${take}x.wav`, label: 'rir', samples: madeResponse(random.fork(`rir/${take}`)) };
}

/** Noise whose level falls by 6 dB per octave, with a quieter mains hum. */
function roomNoise(random: Random): Float32Array {
  let low = 0;
  return Float32Array.from({ length: samplesOf(BACKGROUND_S) }, (_, i) => {
    low += 0.08 * (random.normal() - low);
    return 0.05 * low + 0.004 * Math.sin((2 * Math.PI * 100 * i) / SAMPLE_RATE);
  });
}
