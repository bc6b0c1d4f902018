import { Random } from '../../synthesis/random.ts';
import type { Corpus } from '../recordings/recording.ts';
import type { SceneWorldPlace, Session } from './session.ts';

export type PlayMode =
  | { kind: 'clips' }
  /** All clips one after the other, in a random order that depends on the seed. */
  | { kind: 'stream' }
  /** The scenes use the given SNRs in turn. Without given SNRs, each scene has a random SNR. */
  | { kind: 'scenes'; count: number; snrsDb: readonly number[] }
  | { kind: 'house-days'; count: number };

/**
 * How many clips of a stream form one session, which lasts about an hour. The detector's state is kept within a
 * session, and sessions can be distributed and resumed.
 */
const STREAM_PART_FILES = 400;

/**
 * Chooses which recordings of a corpus are played, and in which order. The result depends only on corpus, mode and
 * seed.
 */
export function playRecordings({ recordings }: Corpus, stream: boolean, seed: number): Session[] {
  if (!stream) return recordings.map((recording) => ({ kind: 'recordings', recordings: [recording] }));
  const order = shuffled(recordings, new Random(`stream/${seed}`));
  const sessions: Session[] = [];
  for (let at = 0; at < order.length; at += STREAM_PART_FILES) {
    sessions.push({ kind: 'recordings', recordings: order.slice(at, at + STREAM_PART_FILES) });
  }
  return sessions;
}

export function playScenes(world: SceneWorldPlace, count: number, snrsDb: readonly number[]): Session[] {
  return Array.from({ length: count }, (_, scene) => ({
    kind: 'scene',
    world,
    scene,
    snrDb: snrsDb[scene % Math.max(1, snrsDb.length)] ?? null,
  }));
}

export function playHouseDays(world: SceneWorldPlace, count: number): Session[] {
  return Array.from({ length: count }, (_, day) => ({ kind: 'house-day', world, day }));
}

/** Shuffles by the method of Fisher and Yates. */
function shuffled<T>(items: readonly T[], random: Random): T[] {
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.integer(0, i);
    [order[i], order[j]] = [order[j] as T, order[i] as T];
  }
  return order;
}
