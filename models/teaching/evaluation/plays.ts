/** One recorded sound, played again and again in a home: five times for teaching, and otherwise for testing. */
import { EXAMPLES_NEEDED } from '@earshot/shared/contracts/taught-sounds.ts';
import { convolve } from '../../scenes/convolve.ts';
import { drawRoom, DRY, simulatedRoom, type Room } from '../../scenes/room.ts';
import { Random } from '../../synthesis/random.ts';
import { decibel, SAMPLE_RATE, samplesOf } from '../../synthesis/sound.ts';
import { addNoise, loudRms } from '../practice.ts';

export interface Plays {
  /**
   * Renderings for teaching, as the device records examples: six seconds, in the device's own room, at nearly the same
   * level.
   */
  examples: Float32Array[];
  /** Renderings for testing in the same room, with levels that differ by up to 20 dB. */
  sameRoom: Float32Array[];
  /** Renderings for testing in other rooms. */
  otherRooms: Float32Array[];
}

/** Longest part of the sound that is played, because a recording of the corpus may last a minute. */
const LONGEST_S = 3;
const RECORDING_S = 6;
const AT_S = 2;
const TESTS = 10;
/** Level of the loudest half second. */
const USUAL_DBFS = -26;
const EXAMPLE_SPREAD_DB = 3;
const TEST_SPREAD_DB = 10;
/**
 * Examples have less noise than tests: a person who teaches a sound waits until the room is quiet, but later a fan may
 * run.
 */
const EXAMPLE_SNR_DB = [25, 45] as const;
const TEST_SNR_DB = [10, 40] as const;

/** Number of renderings of each kind. */
interface PlayCounts {
  examples: number;
  tests: number;
}

export function playsOf(
  recording: Float32Array,
  name: string,
  { examples, tests }: PlayCounts = { examples: EXAMPLES_NEEDED, tests: TESTS },
): Plays {
  const random = new Random(`plays/${name}`);
  const sound = loudest(recording);
  const home = random.chance(0.3) ? DRY : simulatedRoom(random, 'simulated');
  const level = (spreadDb: number): number => USUAL_DBFS + random.uniform(-spreadDb, spreadDb);
  const test = (room: Room): Float32Array =>
    play(sound, room, { dbfs: level(TEST_SPREAD_DB), snrDb: random.uniform(...TEST_SNR_DB) }, random);
  const example = (): Float32Array =>
    play(sound, home, { dbfs: level(EXAMPLE_SPREAD_DB), snrDb: random.uniform(...EXAMPLE_SNR_DB) }, random);
  return {
    examples: Array.from({ length: examples }, example),
    sameRoom: Array.from({ length: tests }, () => test(home)),
    otherRooms: Array.from({ length: tests }, () => test(drawRoom(random, { measured: [] }))),
  };
}

/** Renders a recording as it sounds at a device. */
export function playOnce(recording: Float32Array, name: string): Float32Array {
  const random = new Random(`confuser/${name}`);
  const dbfs = USUAL_DBFS + random.uniform(-TEST_SPREAD_DB, TEST_SPREAD_DB);
  const room = drawRoom(random, { measured: [] });
  return play(loudest(recording), room, { dbfs, snrDb: random.uniform(...TEST_SNR_DB) }, random);
}

interface Level {
  /** Level of the loudest half second at the device. */
  dbfs: number;
  /** SNR: how far the level lies above the room's noise. */
  snrDb: number;
}

function play(sound: Float32Array, room: Room, { dbfs, snrDb }: Level, random: Random): Float32Array {
  const heard = room === DRY ? sound : convolve(sound, room.response);
  const samples = new Float32Array(samplesOf(RECORDING_S));
  addNoise(samples, decibel(dbfs - snrDb), random);
  const gain = decibel(dbfs) / Math.max(1e-9, loudRms(heard));
  const at = samplesOf(AT_S + random.uniform(-0.5, 0.5));
  for (let i = 0; i < heard.length && at + i < samples.length; i++)
    samples[at + i] = Math.max(-1, Math.min(1, (samples[at + i] as number) + gain * (heard[i] as number)));
  return samples;
}

/** Returns the recording from half a second before its highest sample on. */
function loudest(samples: Float32Array): Float32Array {
  let peak = 0;
  for (let i = 0; i < samples.length; i++)
    if (Math.abs(samples[i] as number) > Math.abs(samples[peak] as number)) peak = i;
  const from = Math.max(0, peak - SAMPLE_RATE / 2);
  return samples.subarray(from, from + samplesOf(LONGEST_S));
}
