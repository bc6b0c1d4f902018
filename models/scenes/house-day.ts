/**
 * Renders the sound at a device over 24 hours without an alarm and without breaking glass, for counting false alerts
 * per day.
 *
 *   for await (const { samples } of houseDay(maker.world, { seed: '1', day: 17 }, { signal })) await detector.push(samples);
 *
 * The day is planned first (some thousand rows) and then rendered piece by piece, so memory does not grow with its
 * length. The same key gives the same samples, however long the pieces are. Quiet stretches take almost no time.
 * homes/README.md describes how days are made.
 */
import { mapLabel } from '../corpus/label-map.ts';
import { Random } from '../synthesis/random.ts';
import { decibel, samplesOf } from '../synthesis/sound.ts';
import { planHouseDay, type DayKey, type DayPlan, type PlannedSound } from './homes/day-plan.ts';
import { looped } from './homes/loop.ts';
import { throughMuLaw } from './homes/mu-law.ts';
import { Paths } from './homes/places.ts';
import { atUnitLoudness, programmeTracks } from './homes/programme-tracks.ts';
import { QuietHome } from './homes/quiet-home.ts';
import { DAY_S } from './homes/schedule.ts';
import { SOUNDS } from './homes/sounds/all.ts';
import { trimmed, type Make } from './homes/sounds/make.ts';
import { TEXTURE_S } from './homes/sounds/textures.ts';
import { LoopedSound, SingleSound, type Sounding } from './homes/sounding.ts';
import type { LeftOut } from './scene-types.ts';
import type { SceneWorld } from './scene.ts';

export interface HouseDayOptions {
  signal?: AbortSignal;
  /** Length of the pieces in which the day is rendered. */
  pieceS?: number;
  fromS?: number;
  toS?: number;
  /**
   * Whether the samples of a piece may be overwritten by the next piece, which saves allocating six gigabytes per day.
   */
  reuseSamples?: boolean;
}

export interface HouseDayPiece {
  atS: number;
  samples: Float32Array;
  /**
   * Recordings of steps, doors, dogs and babies that began in this piece, in seconds of the day. Detecting them is
   * correct.
   */
  events: { label: string; startS: number; endS: number }[];
  /** Spans of this piece in which a detection counts neither as right nor as wrong. */
  ignored: LeftOut[];
  /** Number of sounds in this piece; 0 for a quiet stretch. */
  sounding: number;
}

const PIECE_S = 20;
/** Added to the end of each sound, because a room's echo continues after the sound. */
const TAIL_S = 1;

/** If the key is a string, it is used as the seed, and also determines which of the seed's hundred days is rendered. */
const keyOf = (key: DayKey | string): DayKey =>
  typeof key === 'string' ? { seed: key, day: new Random(key).integer(0, 99) } : key;

export async function* houseDay(
  world: SceneWorld,
  key: DayKey | string,
  options: HouseDayOptions = {},
): AsyncGenerator<HouseDayPiece> {
  const { signal, pieceS = PIECE_S, fromS = 0, toS = DAY_S, reuseSamples = false } = options;
  const plan = planHouseDay(world.shelf, keyOf(key));
  const day = new Day(world, plan, keyOf(key));
  const waiting = plan.sounds.filter(({ startS, lengthS }) => startS + lengthS + TAIL_S > fromS);
  const kept = new Float32Array(reuseSamples ? samplesOf(pieceS) : 0);
  let next = 0;
  for (let atS = fromS; atS < toS; atS += pieceS) {
    signal?.throwIfAborted();
    const endS = Math.min(toS, atS + pieceS);
    const length = samplesOf(endS) - samplesOf(atS);
    const samples = reuseSamples ? kept.subarray(0, length) : new Float32Array(length);
    day.quiet(samples, atS);
    const piece: HouseDayPiece = { atS, samples, events: [], ignored: [], sounding: 0 };
    for (; next < waiting.length && (waiting[next] as PlannedSound).startS < endS; next++)
      day.begin(waiting[next] as PlannedSound, piece);
    day.mixInto(piece);
    yield piece;
    // Rendering never waits for I/O. This pause lets timers and signals of the process run.
    await new Promise(setImmediate);
  }
}

/**
 * Limits samples to full scale. It uses comparisons, because Math.max and Math.min take several times as long, and this
 * runs over hours of sound.
 */
function clip(samples: Float32Array): void {
  for (let i = 0; i < samples.length; i++) {
    const x = samples[i] as number;
    if (x > 1) samples[i] = 1;
    else if (x < -1) samples[i] = -1;
  }
}

/**
 * Labels of synthesised steps, doors, dogs and babies. While one of these sounds, a detection with its labels counts
 * neither as right nor as wrong.
 */
const OPEN: Readonly<Record<string, readonly string[]>> = {
  steps: ['footsteps'],
  door: ['door'],
  cupboard: ['door'],
  knock: ['door', 'footsteps'],
  impact: ['door', 'footsteps'],
  bark: ['dog_bark'],
  'baby cry': ['baby_cry'],
  'child talk': ['baby_cry'],
};
/** A programme or a street may contain any of these labels. */
const OPEN_IN_PROGRAMMES = ['footsteps', 'door', 'dog_bark', 'baby_cry'] as const;

class Day {
  private readonly world: SceneWorld;
  private readonly plan: DayPlan;
  private readonly quietHome: QuietHome;
  private readonly paths: Paths;
  private sounding: Sounding[] = [];

  constructor(world: SceneWorld, plan: DayPlan, { seed, day }: DayKey) {
    this.world = world;
    this.plan = plan;
    this.quietHome = new QuietHome(plan.home, `quiet/${seed}/${day}`);
    this.paths = new Paths(plan.home, plan.calendar.conditions.has('warm night'));
  }

  /** Fills a piece with the background noise of the home. All other sounds are added to it. */
  quiet(samples: Float32Array, atS: number): void {
    this.quietHome.fill(samples, samplesOf(atS));
  }

  begin(planned: PlannedSound, piece: HouseDayPiece): void {
    const { startS, lengthS, kind, sound, recording, seed } = planned;
    const path = this.paths.from(planned.place, planned.spot);
    const gain = decibel(planned.levelDbfs - path.lossDb);
    const heard = (samples: Float32Array): Float32Array => atUnitLoudness(path.convolver.apply(trimmed(samples)));
    if (kind === 'programme') {
      this.sounding.push(...programmeTracks(planned, path));
      this.leaveOut(piece, OPEN_IN_PROGRAMMES, startS, startS + lengthS);
    } else if (kind === 'texture') {
      const loop = looped(heard((SOUNDS[sound] as Make)(new Random(seed), TEXTURE_S)));
      this.sounding.push(new LoopedSound(samplesOf(startS), samplesOf(startS + lengthS), loop, gain));
    } else {
      const dry = recording
        ? this.world.shelf.library.read(recording, 0, samplesOf(lengthS))
        : (SOUNDS[sound] as Make)(new Random(seed), lengthS);
      this.sounding.push(new SingleSound(samplesOf(startS), heard(dry), gain));
      const endS = startS + dry.length / 16_000;
      if (recording) this.describe(piece, sound, startS, endS);
      else this.leaveOut(piece, OPEN[sound] ?? [], startS, endS);
    }
  }

  mixInto(piece: HouseDayPiece): void {
    const { samples, atS } = piece;
    const from = samplesOf(atS);
    for (const one of this.sounding) one.mixInto(samples, from);
    piece.sounding = this.sounding.length;
    this.sounding = this.sounding.filter(({ endsAt }) => endsAt > from + samples.length);
    if (piece.sounding === 0) return;
    clip(samples);
    if (this.plan.home.microphone.muLaw) throughMuLaw(samples);
  }

  private describe(piece: HouseDayPiece, label: string, startS: number, endS: number): void {
    const { positive, ignore } = mapLabel(label);
    if (positive !== undefined) piece.events.push({ label: positive, startS, endS });
    this.leaveOut(piece, ignore, startS, endS);
  }

  private leaveOut({ ignored }: HouseDayPiece, heads: readonly string[] | '*', startS: number, endS: number): void {
    if (heads === '*' || heads.length > 0) ignored.push({ heads, startS, endS });
  }
}
