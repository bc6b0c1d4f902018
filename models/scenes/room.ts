import { addAt, SAMPLE_RATE, samplesOf } from '../synthesis/sound.ts';
import type { Random } from '../synthesis/random.ts';
import { filterInPlace } from './biquad.ts';

/**
 * The effect of a place on a sound, as an impulse response. Its first sample is the direct sound, and its total energy
 * is 1.
 */
export interface Room {
  kind: 'dry' | 'measured' | 'simulated' | 'next room';
  response: Float32Array;
  distanceM: number;
  /** Time in which the echo falls by 60 dB. */
  reverberationS: number;
}

export const DRY: Room = { kind: 'dry', response: new Float32Array([1]), distanceM: 0.3, reverberationS: 0 };

const SPEED_OF_SOUND_M_S = 343;
/** Greatest length of the tail. A longer tail is inaudible in the noise of a home and takes time to compute. */
const LONGEST_S = 0.7;

export interface RoomChoice {
  /** Measured responses of the corpus at 16 kHz; may be empty. */
  measured: readonly Float32Array[];
}

/**
 * Chooses a random room: one in six has no reverberation, one in five is a measured room, and the others are simulated.
 * Some simulated rooms are behind a door or a wall.
 */
export function drawRoom(random: Random, { measured }: RoomChoice): Room {
  const kind = random.weighted({
    dry: 0.17,
    measured: measured.length > 0 ? 0.2 : 0,
    simulated: 0.45,
    'next room': 0.18,
  });
  if (kind === 'dry') return DRY;
  if (kind === 'measured') return measuredRoom(random, random.pick(measured));
  return simulatedRoom(random, kind);
}

function measuredRoom(random: Random, response: Float32Array): Room {
  const trimmed = response.subarray(0, Math.min(response.length, samplesOf(random.uniform(0.3, LONGEST_S))));
  return {
    kind: 'measured',
    response: unitEnergy(trimmed.slice()),
    distanceM: 2,
    reverberationS: trimmed.length / SAMPLE_RATE,
  };
}

/**
 * Simulates a room with six flat walls: image sources up to the second order for the early reflections, and noise that
 * decays exponentially for the rest. A sound from the next room has hardly any direct sound and loses its treble in the
 * wall (mass law: 6 dB per octave).
 */
export function simulatedRoom(random: Random, kind: 'simulated' | 'next room'): Room {
  const size = [random.uniform(2, 8), random.uniform(2, 6), random.uniform(2.2, 3.2)] as const;
  const reverberationS = random.logUniform(0.15, 0.9);
  const absorption = absorptionOf(size, reverberationS);
  const source = size.map((length) => random.uniform(0.1, 0.9) * length) as unknown as Point;
  const ear = size.map((length) => random.uniform(0.1, 0.9) * length) as unknown as Point;
  const distanceM = Math.max(0.3, Math.hypot(source[0] - ear[0], source[1] - ear[1], source[2] - ear[2]));
  const response = new Float32Array(samplesOf(Math.min(LONGEST_S, reverberationS)));
  addImages(response, size, source, ear, Math.sqrt(1 - absorption), distanceM);
  addTail(response, random, reverberationS, distanceM, size);
  if (kind === 'next room') {
    response[0] = (response[0] as number) * random.uniform(0, 0.4);
    filterInPlace(response, { kind: 'lowpass', hz: random.logUniform(600, 5_000), q: 0.6 });
  }
  return {
    kind,
    response: unitEnergy(response),
    distanceM: kind === 'next room' ? distanceM + 4 : distanceM,
    reverberationS,
  };
}

type Point = readonly [number, number, number];

/** Returns the mean absorption of the walls, by Sabine's formula. */
function absorptionOf([x, y, z]: Point, reverberationS: number): number {
  const surface = 2 * (x * y + y * z + x * z);
  return Math.min(0.95, Math.max(0.05, (0.161 * x * y * z) / (surface * reverberationS)));
}

function addImages(
  response: Float32Array,
  size: Point,
  source: Point,
  ear: Point,
  reflection: number,
  directM: number,
): void {
  for (let nx = -2; nx <= 2; nx++)
    for (let ny = -2; ny <= 2; ny++)
      for (let nz = -2; nz <= 2; nz++) {
        const bounces = Math.abs(nx) + Math.abs(ny) + Math.abs(nz);
        if (bounces > 2) continue;
        const image = (n: number, axis: 0 | 1 | 2): number =>
          n * size[axis] + (n % 2 === 0 ? source[axis] : size[axis] - source[axis]);
        const distance = Math.hypot(image(nx, 0) - ear[0], image(ny, 1) - ear[1], image(nz, 2) - ear[2]);
        // The longer path delays the reflection; walls and distance attenuate it.
        const at = Math.round(((distance - directM) / SPEED_OF_SOUND_M_S) * SAMPLE_RATE);
        const index = Math.max(0, at);
        if (index < response.length)
          response[index] = (response[index] as number) + (reflection ** bounces * directM) / Math.max(0.3, distance);
      }
}

/**
 * The diffuse sound. It is as strong as the direct sound at the critical distance (0.057 sqrt(V / T)), and falls by 60
 * dB in `reverberationS`.
 */
function addTail(
  response: Float32Array,
  random: Random,
  reverberationS: number,
  distanceM: number,
  [x, y, z]: Point,
): void {
  const criticalM = 0.057 * Math.sqrt((x * y * z) / reverberationS);
  const perSample = Math.exp(-6.908 / (reverberationS * SAMPLE_RATE));
  // Scale the tail so that its energy is (distance / critical)^2 times that of the direct sound. The sum of
  // perSample^(2 i) is 1 / (1 - perSample^2).
  let level = (distanceM / criticalM) * Math.sqrt(3 * (1 - perSample * perSample));
  const tail = new Float32Array(response.length);
  const start = samplesOf(0.006);
  for (let i = start; i < tail.length; i++) {
    tail[i] = level * (random.next() * 2 - 1);
    level *= perSample;
  }
  // Air and furniture absorb the treble first.
  addAt(response, filterInPlace(tail, { kind: 'lowpass', hz: random.logUniform(2_000, 7_500), q: 0.6 }), 0);
}

function unitEnergy(response: Float32Array): Float32Array {
  const energy = response.reduce((sum, x) => sum + x * x, 0);
  const gain = energy > 0 ? 1 / Math.sqrt(energy) : 0;
  for (let i = 0; i < response.length; i++) response[i] = (response[i] as number) * gain;
  return response;
}
