/**
 * Renders an example as it would sound elsewhere in the home: in another room, at another level, with other background
 * noise and another microphone.
 */
import { convolve } from '../scenes/convolve.ts';
import { filterInPlace } from '../scenes/biquad.ts';
import { throughMicrophone } from '../scenes/microphone.ts';
import { DRY, drawRoom } from '../scenes/room.ts';
import type { Random } from '../synthesis/random.ts';
import { decibel, SAMPLE_RATE, samplesOf } from '../synthesis/sound.ts';

export interface Practice {
  samples: Float32Array;
  startS: number;
  endS: number;
}

/** Number of renderings of an example for training, and number of further renderings for measuring. */
export const PRACTICES = 16;
export const TESTS = 8;
/** Time before the sound, in which the trunk's state settles, and time after it, in which the head's score falls. */
const BEFORE_S = 2;
const AFTER_S = 2;
/**
 * Level of the loudest half second at the device: from that of a source in the next room to that of a source beside the
 * device.
 */
const LEVEL_DBFS = [-42, -14] as const;
/**
 * Range of the SNR. A doorbell in a quiet hall is 50 dB above the room; without such examples a head missed even the
 * recorded sound itself.
 */
const SNR_DB = [8, 50] as const;
/** One rendering in three uses the sound as it was recorded, because the device will mostly stay where it is. */
const AS_RECORDED = 1 / 3;
/** At most this long after the sound, its echo still counts as the sound. */
const ECHO_S = 0.3;

export function practise(sound: Float32Array, random: Random): Practice {
  const room = random.chance(AS_RECORDED) ? DRY : drawRoom(random, { measured: [] });
  const heard = room === DRY ? sound : convolve(sound, room.response);
  const startS = BEFORE_S + random.uniform(0, 0.5);
  const samples = new Float32Array(samplesOf(startS + AFTER_S) + heard.length);
  const level = random.uniform(...LEVEL_DBFS);
  addNoise(samples, decibel(level - random.uniform(...SNR_DB)), random);
  const gain = decibel(level) / Math.max(1e-9, loudRms(heard));
  const at = samplesOf(startS);
  for (let i = 0; i < heard.length; i++) samples[at + i] = (samples[at + i] as number) + gain * (heard[i] as number);
  throughMicrophone(samples, random, { clip: false });
  const tailS = room === DRY ? 0 : Math.min(ECHO_S, room.reverberationS);
  return { samples, startS, endS: startS + sound.length / SAMPLE_RATE + tailS };
}

/** Adds the noise of a room to the samples. Its timbre is random, from white to dark. */
export function addNoise(samples: Float32Array, rms: number, random: Random): void {
  for (let i = 0; i < samples.length; i++) samples[i] = random.normal(0, 1);
  filterInPlace(samples, { kind: 'lowpass', hz: random.logUniform(300, 7_500), q: 0.5 });
  const gain = rms / Math.max(1e-9, rmsOf(samples, 0, samples.length));
  for (let i = 0; i < samples.length; i++) samples[i] = (samples[i] as number) * gain;
}

/** RMS of the loudest half second. */
export function loudRms(samples: Float32Array): number {
  const half = SAMPLE_RATE / 2;
  let most = 0;
  for (let from = 0; from < samples.length; from += half / 2)
    most = Math.max(most, rmsOf(samples, from, Math.min(samples.length, from + half)));
  return most;
}

function rmsOf(samples: Float32Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += (samples[i] as number) ** 2;
  return Math.sqrt(sum / Math.max(1, to - from));
}
