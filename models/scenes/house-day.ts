/**
 * What a home sounds like over 24 hours, for counting false alarms per day.
 *
 *   for await (const { atS, samples, events } of houseDay(maker.world, 'home-3', { signal })) detector.push(samples);
 *
 * The day is planned first (some thousand rows), then rendered piece by piece: memory does not grow with its length, and the same
 * seed gives the same samples however long the pieces are. `events` are the real footsteps, doors, dogs and babies of the home:
 * to hear them is right. Smoke, CO, chirps and breaking glass never happen in a house day.
 */
import { mapLabel } from '../corpus/label-map.ts';
import { nearMiss } from '../synthesis/near-miss.ts';
import { Random } from '../synthesis/random.ts';
import { addAt, decibel, SAMPLE_RATE, samplesOf } from '../synthesis/sound.ts';
import { convolve } from './convolve.ts';
import { DAY_S, planHouseDay, type PlannedSound } from './house-day-plan.ts';
import { quietLevel } from './household.ts';
import { drawRoom, type Room } from './room.ts';
import type { LeftOut } from './scene-types.ts';
import type { SceneWorld } from './scene.ts';
import { recordedConfuser, synthesised, type SourceSound } from './source-sound.ts';

export interface HouseDayOptions {
  signal?: AbortSignal;
  /** Length of a piece. */
  pieceS?: number;
  fromS?: number;
  toS?: number;
}

export interface HouseDayPiece {
  atS: number;
  samples: Float32Array;
  /** What began in this piece and is one of our labels, in seconds of the day. */
  events: { label: string; startS: number; endS: number }[];
  /** What began in this piece and leaves the truth open. */
  ignored: LeftOut[];
  /** How many planned sounds are heard in it; 0 is a quiet stretch. */
  sounding: number;
}

const PIECE_S = 60;
/** Continuous sounds are rendered this much at a time. */
const STRETCH_S = 30;
const MORNING = samplesOf(6.5 * 3_600);
const NIGHT = samplesOf(23 * 3_600);

export async function* houseDay(
  world: SceneWorld,
  seed: string,
  options: HouseDayOptions = {},
): AsyncGenerator<HouseDayPiece> {
  const { signal, pieceS = PIECE_S, fromS = 0, toS = DAY_S } = options;
  const plan = planHouseDay(world.shelf, seed).flatMap(inStretches);
  const day = new Day(world, seed);
  const first = plan.findIndex(({ startS, lengthS }) => startS + lengthS > fromS);
  let next = first < 0 ? plan.length : first;
  for (let atS = fromS; atS < toS; atS += pieceS) {
    signal?.throwIfAborted();
    const endS = Math.min(toS, atS + pieceS);
    const piece: HouseDayPiece = { atS, samples: day.quiet(atS, endS), events: [], ignored: [], sounding: 0 };
    for (; next < plan.length && (plan[next] as PlannedSound).startS < endS; next++)
      day.begin(plan[next] as PlannedSound, piece);
    day.mixInto(piece);
    yield piece;
    // Rendering is pure computing: let timers and signals of the process through.
    await new Promise(setImmediate);
  }
}

/** A fan of forty minutes is eighty sounds of half a minute, so that none has to lie in memory as a whole. */
function inStretches(planned: PlannedSound): PlannedSound[] {
  if (!planned.continuous) return [planned];
  return Array.from({ length: Math.ceil(planned.lengthS / STRETCH_S) }, (_, n) => ({
    ...planned,
    startS: planned.startS + n * STRETCH_S,
    lengthS: Math.min(STRETCH_S, planned.lengthS - n * STRETCH_S),
  }));
}

interface Sounding {
  /** Sample of the day at which it begins. */
  from: number;
  samples: Float32Array;
}

class Day {
  private readonly world: SceneWorld;
  private readonly bed: Float32Array;
  private readonly level: { night: number; day: number };
  private readonly rooms = new Map<string, Room>();
  private sounding: Sounding[] = [];

  constructor(world: SceneWorld, seed: string) {
    this.world = world;
    const random = new Random(`house day/${seed}/quiet`);
    this.level = quietLevel(random);
    this.bed = roomTone(random);
  }

  /** The home when nobody does anything: louder by day than by night. */
  quiet(fromS: number, toS: number): Float32Array {
    const first = samplesOf(fromS);
    const samples = new Float32Array(samplesOf(toS) - first);
    const [day, night] = [decibel(this.level.day), decibel(this.level.night)];
    for (let i = 0, at = first % this.bed.length; i < samples.length; i++) {
      const sample = first + i;
      samples[i] = (sample >= MORNING && sample < NIGHT ? day : night) * (this.bed[at] as number);
      if (++at === this.bed.length) at = 0;
    }
    return samples;
  }

  begin(planned: PlannedSound, piece: HouseDayPiece): void {
    const source = this.source(planned);
    const room = this.roomOf(planned.roomSeed);
    const wet = room.response.length === 1 ? source.samples.slice() : convolve(source.samples, room.response);
    const gain = decibel(planned.levelDbfs) / source.loudRms;
    for (let i = 0; i < wet.length; i++) wet[i] = gain * (wet[i] as number);
    this.sounding.push({ from: samplesOf(planned.startS), samples: wet });
    const endS = planned.startS + source.samples.length / SAMPLE_RATE;
    const { positive } = mapLabel(source.label);
    if (positive !== undefined) piece.events.push({ label: positive, startS: planned.startS, endS });
    if (source.ignore === '*' || source.ignore.length > 0)
      piece.ignored.push({ heads: source.ignore, startS: planned.startS, endS });
  }

  mixInto(piece: HouseDayPiece): void {
    const from = samplesOf(piece.atS);
    const end = from + piece.samples.length;
    for (const { from: start, samples } of this.sounding) addAt(piece.samples, samples, start - from);
    piece.sounding = this.sounding.length;
    this.sounding = this.sounding.filter(({ from: start, samples }) => start + samples.length > end);
    for (let i = 0; i < piece.samples.length; i++)
      piece.samples[i] = Math.max(-1, Math.min(1, piece.samples[i] as number));
  }

  private source({ sound, seed, startS, lengthS, continuous }: PlannedSound): SourceSound {
    const { shelf } = this.world;
    // A continuous sound goes on with the same recording, from another place in it.
    const random = new Random(continuous ? `${seed}/recording` : seed);
    if (sound.startsWith('*')) return synthesised(sound.slice(1), nearMiss(random, sound.slice(1), lengthS), []);
    const recordings = [...shelf.confusers.ofLabels([sound]), ...(shelf.positives.get(sound) ?? [])];
    const recording = random.pick(recordings);
    const source = recordedConfuser(continuous ? new Random(`${seed}/${startS}`) : random, shelf, recording, lengthS);
    return continuous ? { ...source, samples: repeated(source.samples, samplesOf(lengthS)) } : source;
  }

  /** All sounds of an activity come from one place; the last few hundred places are remembered. */
  private roomOf(seed: string): Room {
    const known = this.rooms.get(seed);
    if (known) return known;
    const room = drawRoom(new Random(`${seed}/room`), { measured: this.world.measuredRooms });
    if (this.rooms.size > 200) this.rooms.clear();
    this.rooms.set(seed, room);
    return room;
  }
}

/** Twenty seconds of unit-power noise between white and pink, looped: the ear of a detector finds no beat in it. */
function roomTone(random: Random): Float32Array {
  const tone = new Float32Array(samplesOf(20));
  const smooth = random.uniform(0.5, 0.97);
  let held = 0;
  let energy = 0;
  for (let i = 0; i < tone.length; i++) {
    const white = random.next() * 2 - 1;
    held = smooth * held + (1 - smooth) * white;
    const x = held + 0.1 * white;
    tone[i] = x;
    energy += x * x;
  }
  const gain = 1 / Math.sqrt(energy / tone.length);
  for (let i = 0; i < tone.length; i++) tone[i] = gain * (tone[i] as number);
  return tone;
}

function repeated(samples: Float32Array, length: number): Float32Array {
  const out = new Float32Array(length);
  for (let at = 0; at < length; at += samples.length)
    out.set(samples.subarray(0, Math.min(samples.length, length - at)), at);
  return out;
}
