import { Random } from '../../synthesis/random.ts';
import type { Corpus } from '../corpus/recording.ts';
import type { Session } from './session.ts';

export interface PlayMode {
  /** Back to back, in an order drawn from the seed. */
  stream: boolean;
  seed: number;
}

/** So much of a stream is one session, an hour or so of clips: state is carried inside it, and many can be shared among workers and resumed. */
const STREAM_PART_FILES = 400;

/** What is played, in order. Depends on corpus, mode and seed alone. */
export function playList({ recordings }: Corpus, { stream, seed }: PlayMode): Session[] {
  if (!stream) return recordings.map((recording) => ({ kind: 'recordings', recordings: [recording] }));
  const order = shuffled(recordings, new Random(`stream/${seed}`));
  const sessions: Session[] = [];
  for (let at = 0; at < order.length; at += STREAM_PART_FILES) {
    sessions.push({ kind: 'recordings', recordings: order.slice(at, at + STREAM_PART_FILES) });
  }
  return sessions;
}

/** Fisher-Yates. */
function shuffled<T>(items: readonly T[], random: Random): T[] {
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.integer(0, i);
    [order[i], order[j]] = [order[j] as T, order[i] as T];
  }
  return order;
}
