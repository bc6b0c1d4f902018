/**
 * A corpus of sounds of a home, made by code, for scenes on machines without recordings, such as CI. Training uses only
 * the near misses among these sounds. The corpus contains no alarms and no breaking glass, because scenes synthesise
 * them.
 */
import { Random } from '../synthesis/random.ts';
import { SOUNDS } from './homes/sounds/all.ts';
import { TEXTURE_SOUNDS } from './homes/sounds/textures.ts';
import { madeResponse } from './made-response.ts';
import { writeCorpus, type MadeSound } from './write-corpus.ts';

const ROOMS = 4;
const TAKES = 2;
/**
 * Number of variants of each background. A background sounds through a whole scene. With fewer variants, a single one
 * that is mistaken for an alarm would be in every tenth scene.
 */
const BACKGROUND_TAKES = 4;
/** Number of variants of speech, because a television needs several voices. */
const SPEECH_TAKES = 6;
const SOUND_S = 5;
const BACKGROUND_S = 10;
const SPEECH = ['talk', 'announcer', 'child talk'];

export const writeMadeCorpus = (folder: string, seed: number): Promise<void> =>
  writeCorpus(folder, madeSounds(new Random(`made corpus/${seed}`)));

function* madeSounds(random: Random): Generator<MadeSound> {
  for (const [name, make] of Object.entries(SOUNDS)) {
    const kind = name.replaceAll(' ', '_');
    const { label, takes, lengthS } = useOf(name, kind);
    for (let take = 0; take < takes; take++) {
      const samples = levelled(make(random.fork(`${name}/${take}`), lengthS));
      yield { file: `train/${label}/${kind}_made${take}x.wav`, label, samples };
    }
  }
  for (let room = 0; room < ROOMS; room++)
    yield { file: `rir/room_made${room}x.wav`, label: 'rir', samples: madeResponse(random.fork(`rir/${room}`)) };
}

function useOf(name: string, kind: string): { label: string; takes: number; lengthS: number } {
  if (SPEECH.includes(name)) return { label: 'speech', takes: SPEECH_TAKES, lengthS: SOUND_S };
  if (name in TEXTURE_SOUNDS) return { label: `background_${kind}`, takes: BACKGROUND_TAKES, lengthS: BACKGROUND_S };
  return { label: `made_${kind}`, takes: TAKES, lengthS: SOUND_S };
}

/** Scales a sound to a peak of one half. Some of these sounds exceed 1, which a WAV file would clip. */
function levelled(samples: Float32Array): Float32Array {
  const peak = samples.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  return peak === 0 ? samples : samples.map((x) => (0.5 * x) / peak);
}
