import { Random } from '../../synthesis/random.ts';
import { samplesOf } from '../../synthesis/sound.ts';
import { filterInPlace } from '../biquad.ts';
import { Convolver } from '../convolve.ts';
import { simulatedRoom } from '../room.ts';
import type { Home, Microphone, Place } from './home.ts';

/** Length of the reverberation. Later reverberation is masked by the noise of a home. */
const LONGEST_S = 0.4;
const TAIL_S = 0.05;

/**
 * The path of a sound from one spot of the home to the device: the effects of room, walls and microphone in one
 * response.
 */
export interface Path {
  convolver: Convolver;
  /** How many dB weaker a sound from this spot is than a sound in the device's own room. */
  lossDb: number;
}

/** The spots of a home. The response of a spot is computed when the first sound from there is needed. */
export class Paths {
  private readonly home: Home;
  private readonly isWindowOpen: boolean;
  private readonly paths = new Map<string, Path>();

  constructor(home: Home, isWindowOpen: boolean) {
    this.home = home;
    this.isWindowOpen = isWindowOpen;
  }

  from(place: Place, spot: number): Path {
    const key = `${place}/${spot}`;
    const known = this.paths.get(key) ?? this.build(place, spot);
    this.paths.set(key, known);
    return known;
  }

  private build(place: Place, spot: number): Path {
    const random = new Random(`paths/${this.home.seed}/${place}/${spot}`);
    const isSame = place === this.home.deviceIn;
    const room = simulatedRoom(random, 'simulated').response.slice(0, samplesOf(LONGEST_S));
    shorten(room, this.home.reverberationS);
    const [highestHz, lossDb] = this.barrier(place, isSame, random);
    if (highestHz !== null) filterInPlace(room, { kind: 'lowpass', hz: highestHz, q: 0.6 });
    throughCapsule(room, this.home.microphone);
    return { convolver: new Convolver(unitEnergy(room)), lossDb };
  }

  /** The effect of what is between the spot and the device: nothing, an open or closed door, a window, or a wall. */
  private barrier(place: Place, isSame: boolean, random: Random): [highestHz: number | null, lossDb: number] {
    if (isSame) return [null, 0];
    if (place === 'neighbours') return [random.logUniform(300, 1_200), random.uniform(2, 10)];
    // A closed window attenuates by 25 to 35 dB, mostly the treble. The levels in the tables apply to an open window.
    if (place === 'outdoors')
      return this.isWindowOpen
        ? [random.uniform(4_000, 7_500), 0]
        : [random.logUniform(700, 2_500), random.uniform(6, 14)];
    return random.chance(0.6)
      ? [random.uniform(3_500, 7_500), random.uniform(3, 10)]
      : [random.logUniform(800, 3_000), random.uniform(10, 20)];
  }
}

/** Shortens the decay of a random response to the reverberation time of this room. */
function shorten(response: Float32Array, reverberationS: number): void {
  const fall = Math.exp(-6.9 / (reverberationS * 16_000)) / Math.exp(-6.9 / (0.9 * 16_000));
  let gain = 1;
  const tail = samplesOf(TAIL_S);
  for (let i = 0; i < response.length; i++) {
    response[i] = (response[i] as number) * gain * Math.min(1, (response.length - i) / tail);
    gain *= Math.min(1, fall);
  }
}

export function throughCapsule(samples: Float32Array, { lowestHz, highestHz, resonance }: Microphone): Float32Array {
  filterInPlace(samples, { kind: 'highpass', hz: lowestHz });
  if (resonance) filterInPlace(samples, { kind: 'peak', ...resonance });
  return filterInPlace(samples, { kind: 'lowpass', hz: highestHz });
}

function unitEnergy(response: Float32Array): Float32Array {
  let energy = 0;
  for (let i = 0; i < response.length; i++) energy += (response[i] as number) ** 2;
  const gain = energy > 0 ? 1 / Math.sqrt(energy) : 0;
  for (let i = 0; i < response.length; i++) response[i] = (response[i] as number) * gain;
  return response;
}
