import { logMelOf } from '@earshot/shared/features/log-mel-of.ts';
import type { Random } from '../../synthesis/random.ts';
import type { Teacher } from '../teacher/teacher.ts';
import { VERIFIER_FRONT_END } from '../verifier/verifier-front-end.ts';
import { WINDOW_FRAMES, type WindowMaker } from './window-maker.ts';
import { embeddingToInt, melToByte, scoreToByte, type WindowShard } from './window-shard.ts';

/** Width of EfficientAT's mn04 embedding. */
const EMBEDDING = 384;

export async function renderWindows(
  maker: WindowMaker,
  teacher: Teacher | null,
  windows: number,
  random: Random,
): Promise<WindowShard> {
  const bands = VERIFIER_FRONT_END.melBands;
  const { labels } = maker;
  const classes = teacher?.classes ?? [];
  const embeddingSize = teacher ? EMBEDDING : 0;
  const shard: WindowShard = {
    windows,
    frames: WINDOW_FRAMES,
    bands,
    labels,
    classes,
    embeddingSize,
    mels: new Uint8Array(windows * WINDOW_FRAMES * bands),
    targets: new Uint8Array(windows * labels.length),
    logits: new Int8Array(windows * classes.length),
    embeddings: new Int16Array(windows * embeddingSize),
  };
  for (let window = 0; window < windows; window++) {
    const { samples, targets } = maker.draw(random.fork(window));
    const { data } = logMelOf(samples, VERIFIER_FRONT_END);
    shard.mels.set(Uint8Array.from(data, melToByte), window * WINDOW_FRAMES * bands);
    shard.targets.set(targets, window * labels.length);
    if (!teacher) continue;
    const { scores, embedding } = await teacher.answer(samples);
    shard.logits.set(Int8Array.from(scores, scoreToByte), window * classes.length);
    shard.embeddings.set(Int16Array.from(embedding, embeddingToInt), window * EMBEDDING);
  }
  return shard;
}
