import { convolve } from '@earshot/models/scenes/convolve.ts';
import { simulatedRoom, type Room } from '@earshot/models/scenes/room.ts';
import type { Random } from '@earshot/models/synthesis/random.ts';
import { addAt, decibel, samplesOf, type Synthesised } from '@earshot/models/synthesis/sound.ts';

/** One labelled sound and its position in a recording, in seconds. */
export interface Placed {
  label: string;
  onset: number;
  offset: number;
}

/** A recording that is being made: each sound is put into it from its own place in a room. */
export class Recording {
  readonly samples: Float32Array;
  readonly placed: Placed[] = [];

  constructor(durationS: number) {
    this.samples = new Float32Array(samplesOf(durationS));
  }

  /** Puts a sound into the recording. `loudDbfs` is the RMS of the sound's loud parts at the microphone. */
  put(sound: Synthesised, options: { atS: number; loudDbfs: number; room: Room; label?: string }): this {
    const { atS, loudDbfs, room, label = sound.kind } = options;
    const heard = convolve(sound.samples, room.response);
    addAt(this.samples, heard, samplesOf(atS), decibel(loudDbfs) / loudness(heard));
    const ends = sound.beeps.map(({ startS, lengthS }) => startS + lengthS);
    const onset = atS + Math.min(...sound.beeps.map(({ startS }) => startS));
    const offset = Math.min(this.samples.length / 16_000, atS + Math.max(...ends));
    this.placed.push({ label, onset, offset });
    return this;
  }

  /** Adds sound that has no label: the air of the room, a television. */
  under(samples: Float32Array, loudDbfs: number, atS = 0): this {
    addAt(this.samples, samples, samplesOf(atS), decibel(loudDbfs) / loudness(samples));
    return this;
  }
}

/** RMS of the loudest tenth of all pieces of 50 ms of the sound, so that pauses do not count. */
function loudness(samples: Float32Array): number {
  const piece = samplesOf(0.05);
  const powers: number[] = [];
  for (let at = 0; at < samples.length; at += piece) {
    const part = samples.subarray(at, at + piece);
    powers.push(part.reduce((sum, x) => sum + x * x, 0) / part.length);
  }
  const loudest = powers.sort((a, b) => b - a).slice(0, Math.ceil(powers.length / 10));
  return Math.sqrt(loudest.reduce((sum, x) => sum + x, 0) / loudest.length) + 1e-9;
}

/** Makes a random furnished room whose reverberation time lies in the given range. */
export function roomOf(random: Random, reverberationS: readonly [number, number]): Room {
  for (;;) {
    const room = simulatedRoom(random, 'simulated');
    if (room.reverberationS >= reverberationS[0] && room.reverberationS <= reverberationS[1]) return room;
  }
}

/**
 * Sorts the sounds by onset and joins overlapping sounds of the same label: plates that are put down while others still
 * ring are one sound of dishes.
 */
export function withoutOverlaps(placed: readonly Placed[]): Placed[] {
  const merged: Placed[] = [];
  for (const next of placed.toSorted((a, b) => a.onset - b.onset)) {
    const before = merged.findLast(({ label }) => label === next.label);
    if (before && next.onset < before.offset) before.offset = Math.max(before.offset, next.offset);
    else merged.push({ ...next });
  }
  return merged;
}
