import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readWav } from '@earshot/shared/audio/wav-read.ts';
import { seededRandom } from '@earshot/shared/testing/noise.ts';
import { openSceneMaker } from '../../scenes/scene-maker.ts';
import { houseDay } from '../../scenes/house-day.ts';

const RATE = 16_000;
const TEST_AUDIO = fileURLToPath(new URL('../../../test-audio', import.meta.url));
const CACHE = fileURLToPath(new URL('../../../.cache/corpus', import.meta.url));

export interface Piece {
  /** Start of this piece of sound, in seconds since midnight. */
  atS: number;
  samples: Float32Array;
  /**
   * All sounds with one of our labels, in seconds from the start of the day: those of the simulated day and those that
   * this benchmark added.
   */
  events: DayEvent[];
}

export interface DayEvent {
  label: string;
  startS: number;
  endS: number;
}

export interface DayOptions {
  /** Folder of a corpus; absent: the project's own sounds in room noise. */
  corpus: string | undefined;
  /** Whether all 24 hours are rendered, or five minutes of each. */
  whole: boolean;
  /** How often an alarm or a broken window is added to the day: in every five minutes, in every hour, or never. */
  planted: 'often' | 'hourly' | 'never';
  signal: AbortSignal;
}

/** A minute without a quiet moment, in which every frame has the highest cost. */
export function busyMinute(): Float32Array {
  const random = seededRandom(1);
  const sounds = ['speech.wav', 'music.wav', 'dishes.wav', 'smoke-t3-living-room.wav'].map(readTestAudio);
  const minute = Float32Array.from({ length: 60 * RATE }, () => 0.004 * (random() - 0.5));
  for (let at = 0, i = 0; at < minute.length; i++) {
    const sound = sounds[i % sounds.length]!;
    for (let k = 0; k < sound.length && at < minute.length; k++) minute[at++]! += sound[k]!;
  }
  return minute;
}

/**
 * A day at home. Alarms and broken windows are added at random places, 2 to 18 dB below the level of their recording.
 */
export async function* dayAtHome({ corpus, whole, planted, signal }: DayOptions): AsyncGenerator<Piece> {
  const random = seededRandom(7);
  const sounds = readdirSync(TEST_AUDIO)
    .filter((name) => /^(smoke|glass|co)-.*\.wav$/.test(name))
    .sort();
  let turn = 0;
  for await (const { atS, samples, events } of corpus ? renderedDay(corpus, whole, signal) : plainDay(whole)) {
    const all = events.map(({ label, startS, endS }) => ({ label, startS: startS - atS, endS: endS - atS }));
    if (planted === 'often' || (planted === 'hourly' && atS % 3_600 === 0)) {
      const name = sounds[turn++ % sounds.length]!;
      const sound = readTestAudio(name);
      const gain = 10 ** (-(2 + 16 * random()) / 20);
      const from = Math.floor(random() * Math.max(1, samples.length - sound.length - 30 * RATE));
      for (let i = 0; i < sound.length; i++) samples[from + i]! += gain * sound[i]!;
      all.push({ label: labelOf(name), startS: from / RATE, endS: (from + sound.length) / RATE });
    }
    yield { atS, samples, events: all };
  }
}

async function* renderedDay(corpus: string, whole: boolean, signal: AbortSignal) {
  const maker = await openSceneMaker({ corpus, cache: CACHE, part: 'all', seed: 1, signal });
  try {
    for (const [fromS, toS] of hours(whole)) {
      yield* houseDay(maker.world, 'bench', { signal, fromS, toS, pieceS: PIECE_S });
    }
  } finally {
    maker.close();
  }
}

const PIECE_S = 300;

/** The day without a corpus: quiet at night, a sound of test-audio every few minutes by day. */
async function* plainDay(whole: boolean) {
  const random = seededRandom(3);
  const sounds = [
    'speech.wav',
    'music.wav',
    'dishes.wav',
    'cutlery.wav',
    'doorbell.wav',
    'telephone.wav',
    'microwave.wav',
  ].map(readTestAudio);
  for (const [fromS, toS] of hours(whole)) {
    for (let atS = fromS; atS < toS; atS += PIECE_S) {
      const level = atS > 6.5 * 3600 && atS < 23 * 3600 ? 0.002 : 0.0006;
      const samples = Float32Array.from({ length: PIECE_S * RATE }, () => level * (random() - 0.5));
      const count = atS > 6.5 * 3600 && atS < 23 * 3600 ? 3 : 0;
      for (let i = 0; i < count; i++) {
        const sound = sounds[Math.floor(random() * sounds.length)]!;
        const from = Math.floor(random() * (samples.length - sound.length));
        for (let k = 0; k < sound.length; k++) samples[from + k]! += 0.3 * sound[k]!;
      }
      yield { atS, samples, events: [] };
    }
  }
}

const hours = (whole: boolean): [number, number][] =>
  Array.from({ length: 24 }, (_, hour) => [hour * 3600, hour * 3600 + (whole ? 3600 : PIECE_S)]);

const readTestAudio = (name: string): Float32Array => readWav(readFileSync(join(TEST_AUDIO, name))).channels[0]!;

const labelOf = (name: string): string =>
  name.startsWith('glass') ? 'glass_break' : name.startsWith('co') ? 'co_alarm' : 'smoke_alarm';
