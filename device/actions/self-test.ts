import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeWav } from '@earshot/shared/audio/wav-write.ts';
import type { Clock } from '@earshot/shared/clock.ts';
import { asEarshotError } from '@earshot/shared/errors.ts';
import { SAMPLE_RATE } from '../audio/source.ts';
import { runCommand } from './run-command.ts';

/** Lower than any alarm and in no rhythm, so that the test never sets one off. */
const TONE_HZ = 1_000;
const TONE_S = 0.6;
/** Speakers and recorders buffer; the tone has this long to come back. */
const WAIT_S = 4;
const WINDOW_S = 0.1;
/** Louder than chance: in noise alone the loudest of forty windows lies 6 dB above their median. */
const HEARD_DB = 10;

export interface SelfTestResult {
  heard: boolean;
  /** How far the tone stood above what was heard at its pitch before. */
  aboveDb: number;
}

/** What the microphone hears of late; `Listener` has it. */
export interface Hearing {
  readonly end: number;
  read(from: number, to: number): Float32Array;
}

/** Plays a short tone through the speaker and listens for it: the whole way from air to samples is proven. */
export async function acousticSelfTest(
  hearing: Hearing,
  player: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<SelfTestResult> {
  const dir = await mkdtemp(join(tmpdir(), 'earshot-self-test-'));
  const path = join(dir, 'tone.wav');
  try {
    await writeFile(path, writeWav(tone()));
    const from = hearing.end;
    const before = tonePowers(hearing.read(from - 2 * SAMPLE_RATE, from));
    await runCommand([...player.split(' '), path], { signal });
    while (hearing.end < from + WAIT_S * SAMPLE_RATE && !signal.aborted) await clock.sleep(100, signal);
    const after = tonePowers(hearing.read(from, hearing.end));
    const aboveDb = 10 * Math.log10(Math.max(...after, 1e-12) / Math.max(median(before), 1e-12));
    return { heard: aboveDb >= HEARD_DB, aboveDb };
  } catch (thrown) {
    throw asEarshotError(thrown, 'AUDIO_PLAYER', `The self-test asked "${player}"`);
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

/** Power at the tone's pitch, window by window (Goertzel). */
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
