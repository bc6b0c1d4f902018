/** The windows of the ablation: for training from two pools of recordings, for measuring from held-back recordings. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { KNOWN_LABELS } from '@earshot/shared/labels.ts';
import { logMelOf } from '@earshot/shared/features/log-mel-of.ts';
import { openSoundLibrary } from '../../corpus/decode-corpus.ts';
import { splitParts } from '../../corpus/held-back.ts';
import { mapLabel } from '../../corpus/label-map.ts';
import type { Sound, SoundLibrary } from '../../corpus/sound-library.ts';
import { doubtOf } from '../../scenes/doubted.ts';
import { measuredResponses } from '../../scenes/measured-rooms.ts';
import type { SceneWorld } from '../../scenes/scene.ts';
import { shelfOf } from '../../scenes/sound-shelf.ts';
import { Random } from '../../synthesis/random.ts';
import { decibel, SAMPLE_RATE } from '../../synthesis/sound.ts';
import { NO, NOT_ASKED, YES } from '../data/targets.ts';
import { ProgressBar } from '../progress-bar.ts';
import type { Teacher } from '../teacher/teacher.ts';
import { VERIFIER_FRONT_END } from '../verifier/verifier-front-end.ts';
import { renderWindows } from '../windows/render-windows.ts';
import { WINDOW_FRAMES, WINDOW_SAMPLES, WindowMaker } from '../windows/window-maker.ts';
import { melToByte, windowShardPath, writeWindowShard, type WindowShard } from '../windows/window-shard.ts';
import { POOLS, type Pool } from './variants.ts';

/**
 * One recording in three is held back, more than in a training: of smoke alarms there are only nine recordings. All
 * seeds use the same recordings, so that only the training differs.
 */
const HELD_BACK = 1 / 3;
const SPLIT_SEED = 1;
/** Of a held-back recording, the windows that begin in each of its first seconds are measured. */
const LONGEST_S = 10;
/** All held-back recordings get the same peak, so that their level says nothing about their label. */
const PEAK = decibel(-12);

/** A held-back recording and its windows in the shard of clips. */
export interface Clip {
  sound: Sound;
  first: number;
  windows: number;
}

export const isOfSecondCollection = ({ notes }: Pick<Sound, 'notes'>): boolean => notes.endsWith('second collection');

export class Material {
  private readonly library: SoundLibrary;
  private readonly measuredRooms: SceneWorld['measuredRooms'];
  private readonly fit: readonly Sound[];
  private readonly heldBack: readonly Sound[];

  private constructor(library: SoundLibrary, measuredRooms: SceneWorld['measuredRooms']) {
    this.library = library;
    this.measuredRooms = measuredRooms;
    const parts = splitParts(library.sounds, SPLIT_SEED, HELD_BACK);
    this.fit = library.sounds.filter(({ file }) => parts.get(file) === 'fit');
    this.heldBack = library.sounds.filter(({ file }) => parts.get(file) === 'calibrate' && doubtOf(file) === null);
  }

  static async open(corpus: string, cache: string): Promise<Material> {
    const library = await openSoundLibrary(corpus, { split: 'train', cache: join(cache, 'train') });
    const responses = await openSoundLibrary(corpus, { split: 'rir', cache: join(cache, 'rir') });
    const rooms = measuredResponses(responses);
    responses.close();
    return new Material(library, rooms);
  }

  /** Renders the windows of each pool and those for measuring, unless an earlier run did. */
  async render(folders: Folders, teacher: Teacher | null, { shards, windows, measured }: Size): Promise<void> {
    for (const pool of POOLS) {
      const sounds = pool === 'both' ? this.fit : this.fit.filter((sound) => !isOfSecondCollection(sound));
      const maker = new WindowMaker(this.worldOf(sounds));
      const bar = new ProgressBar(`windows of pool ${pool}`);
      await mkdir(folders.pool(pool), { recursive: true });
      for (let shard = 0; shard < shards; shard++) {
        // The random numbers are the same in both pools, so that both have the same mixture of kinds and synthesised sounds.
        await kept(windowShardPath(folders.pool(pool), shard), () =>
          renderWindows(maker, teacher, windows, new Random(`ablation/${shard}`)),
        );
        bar.show(shard + 1, shards);
      }
    }
    const maker = new WindowMaker(this.worldOf(this.heldBack));
    await kept(folders.heldBackWindows, () => renderWindows(maker, null, measured, new Random('ablation/held back')));
    await kept(folders.heldBackClips, () => this.clipShard());
  }

  /** The held-back recordings, in the order of their windows. */
  clips(): Clip[] {
    let first = 0;
    return this.heldBack.map((sound) => {
      const heard = Math.min(sound.samples, LONGEST_S * SAMPLE_RATE);
      const windows = 1 + Math.max(0, Math.floor((heard - WINDOW_SAMPLES) / SAMPLE_RATE));
      first += windows;
      return { sound, first: first - windows, windows };
    });
  }

  close(): void {
    this.library.close();
  }

  private worldOf(sounds: readonly Sound[]): SceneWorld {
    return { shelf: shelfOf(this.library, sounds), measuredRooms: this.measuredRooms };
  }

  private clipShard(): WindowShard {
    const clips = this.clips();
    const windows = clips.reduce((sum, clip) => sum + clip.windows, 0);
    const bands = VERIFIER_FRONT_END.melBands;
    const labels = KNOWN_LABELS;
    const mels = new Uint8Array(windows * WINDOW_FRAMES * bands);
    const targets = new Uint8Array(windows * labels.length);
    for (const { sound, first, windows: count } of clips) {
      const { positive, ignore } = mapLabel(sound.label);
      const answers = labels.map((label) => {
        if (label === positive) return YES;
        return ignore === '*' || ignore.includes(label) ? NOT_ASKED : NO;
      });
      for (let n = 0; n < count; n++) {
        const samples = new Float32Array(WINDOW_SAMPLES);
        const read = this.library.read(sound, n * SAMPLE_RATE, WINDOW_SAMPLES);
        // A recording that is shorter than a window is placed in its middle.
        const from = Math.floor((WINDOW_SAMPLES - read.length) / 2);
        samples.set(
          read.map((x) => (x * PEAK) / sound.peak),
          from,
        );
        const { data } = logMelOf(samples, VERIFIER_FRONT_END);
        mels.set(Uint8Array.from(data, melToByte), (first + n) * WINDOW_FRAMES * bands);
        targets.set(answers, (first + n) * labels.length);
      }
    }
    const noTeacher = { classes: [], embeddingSize: 0, logits: new Int8Array(), embeddings: new Int16Array() };
    return { windows, frames: WINDOW_FRAMES, bands, labels, mels, targets, ...noTeacher };
  }
}

export interface Size {
  /** Shards of each pool, and windows of each shard. */
  shards: number;
  windows: number;
  /** Mixed windows of held-back recordings. */
  measured: number;
}

export class Folders {
  private readonly work: string;
  private readonly taught: boolean;

  constructor(work: string, taught: boolean) {
    this.work = work;
    this.taught = taught;
  }

  /** Windows with and without the teacher's answers are in separate folders, so that they are never mixed. */
  pool(pool: Pool): string {
    return join(this.work, this.taught ? `${pool}-teacher` : pool);
  }

  get heldBackWindows(): string {
    return join(this.work, 'held-back.windows');
  }

  get heldBackClips(): string {
    return join(this.work, 'held-back-clips.windows');
  }
}

async function kept(path: string, make: () => WindowShard | Promise<WindowShard>): Promise<void> {
  if (!existsSync(path)) await writeWindowShard(path, await make());
}
