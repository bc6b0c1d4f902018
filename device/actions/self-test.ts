import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeWav } from '@earshot/shared/audio/wav-write.ts';
import type { Clock } from '@earshot/shared/clock.ts';
import { asEarshotError } from '@earshot/shared/errors.ts';
import { SAMPLE_RATE } from '../audio/source.ts';
import { runCommand } from './run-command.ts';

/** Pitch of the tone. It is lower than any alarm and has no rhythm, so the test never triggers an alert. */
const TONE_HZ = 1_000;
const TONE_S = 0.6;
/** The tone may arrive this long after it was played, because players and recorders buffer. */
const WAIT_S = 4;
const WINDOW_S = 0.1;
/**
 * During the test the sound at the tone's pitch must be at least this many dB louder than before. In noise alone the
 * loudest of forty windows is 6 dB above their median.
 */
const HEARD_DB = 10;

export interface SelfTestResult {
  heard: boolean;
  /** How many dB louder the sound at the tone's pitch was during the test than before. */
  aboveDb: number;
}

/** The microphone's newest sound; `Listener` provides it. */
export interface RecentSound {
  readonly end: number;
  read(from: number, to: number): Float32Array;
}

/**
 * Tests the whole path of the sound: plays a short tone through the speaker and looks for it in the microphone's sound.
 */
export async function acousticSelfTest(
  recent: RecentSound,
  player: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<SelfTestResult> {
  const dir = await mkdtemp(join(tmpdir(), 'earshot-self-test-'));
  const path = join(dir, 'tone.wav');
  try {
    await writeFile(path, writeWav(tone()));
    const from = recent.end;
    const before = tonePowers(recent.read(from - 2 * SAMPLE_RATE, from));
    await runCommand([...player.split(' '), path], { signal });
    while (recent.end < from + WAIT_S * SAMPLE_RATE && !signal.aborted) await clock.sleep(100, signal);
    const after = tonePowers(recent.read(from, recent.end));
    const aboveDb = 10 * Math.log10(Math.max(...after, 1e-12) / Math.max(median(before), 1e-12));
    return { heard: aboveDb >= HEARD_DB, aboveDb };
  } catch (thrown) {
    throw asEarshotError(thrown, 'AUDIO_PLAYER', `The self-test ran "${player}"`);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function tone(): Float32Array {
  const length = TONE_S * SAMPLE_RATE;
  const fade = 0.02 * SAMPLE_RATE;
  return Float32Array.from({ length }, (_, i) => {
    const gain = Math.min(1, i / fade, (length - i) / fade);
    return 0.5 * gain * Math.sin((2 * Math.PI * TONE_HZ * i) / SAMPLE_RATE);
  });
}

/** Returns the power at the tone's pitch for each window of the samples (Goertzel's algorithm). */
function tonePowers(samples: Float32Array): number[] {
  const size = WINDOW_S * SAMPLE_RATE;
  const powers: number[] = [];
  for (let from = 0; from + size <= samples.length; from += size)
    powers.push(goertzel(samples.subarray(from, from + size)));
  return powers;
}

function goertzel(samples: Float32Array): number {
  const c = 2 * Math.cos((2 * Math.PI * TONE_HZ) / SAMPLE_RATE);
  let [last, beforeLast] = [0, 0];
  for (const sample of samples) [last, beforeLast] = [sample + c * last - beforeLast, last];
  return (last * last + beforeLast * beforeLast - c * last * beforeLast) / samples.length ** 2;
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
