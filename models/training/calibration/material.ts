/** What thresholds are set on: sounds that no weight was fitted to. Events in scenes, confusers back to back, and days of homes. */
import { mapLabel } from '../../corpus/label-map.ts';
import { houseDay } from '../../scenes/house-day.ts';
import type { SceneMaker } from '../../scenes/scene-maker.ts';
import { SAMPLE_RATE } from '../../synthesis/sound.ts';
import { STEP_S } from '../data/targets.ts';
import { highest, peaksOf, WINDOWS_S, type Peaks } from './peaks.ts';
import type { ScoreReader, Scores } from './score-reader.ts';

export interface HeardStream {
  /** By label; seconds whose truth is open hold nothing. */
  peaks: ReadonlyMap<string, Peaks>;
}

export interface HeardMaterial {
  /** Highest evidence of each event, by window. */
  events: { label: string; slices: Readonly<Record<string, string>>; peaks: number[] }[];
  confusers: HeardStream[];
  houseDays: HeardStream[];
}

export interface MaterialSize {
  scenesPerLabel: number;
  houseDays: number;
  /** Waking hours heard of each. */
  hoursPerDay: number;
}

/** After an event its evidence may still rise. */
const AFTER_S = 2;
const HOUR_S = 3_600;
const FIRST_HOUR = 7;
const WAKING_HOURS = 16;

export async function hearMaterial(
  maker: SceneMaker,
  reader: ScoreReader,
  size: MaterialSize,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (what: string, done: number, total: number) => void },
): Promise<HeardMaterial> {
  const events = await hearEvents(maker, reader, size, signal, onProgress);
  const confusers = await hearConfusers(maker, reader, signal, onProgress);
  const houseDays: HeardStream[] = [];
  for (let day = 0; day < size.houseDays; day++) {
    houseDays.push(await hearHouseDay(maker, reader, day, size.hoursPerDay, signal));
    onProgress('house days', day + 1, size.houseDays);
  }
  return { events, confusers, houseDays };
}

async function hearEvents(
  maker: SceneMaker,
  reader: ScoreReader,
  { scenesPerLabel }: MaterialSize,
  signal: AbortSignal,
  onProgress: (what: string, done: number, total: number) => void,
): Promise<HeardMaterial['events']> {
  const heard: HeardMaterial['events'] = [];
  for (const [n, label] of reader.labels.entries()) {
    for (let scene = 0; scene < scenesPerLabel; scene++) {
      signal.throwIfAborted();
      const { samples, events } = maker.render(n * scenesPerLabel + scene, { about: label });
      const tailed = new Float32Array(samples.length + AFTER_S * SAMPLE_RATE);
      tailed.set(samples);
      const peaks = peaksOf(await reader.scoresOf(tailed), label);
      for (const event of events.filter((other) => other.label === label)) {
        const found = WINDOWS_S.map((_, window) =>
          highest(peaks[window] as Float32Array, event.startS, event.endS + AFTER_S),
        );
        heard.push({ label, slices: event.slices, peaks: found });
      }
    }
    onProgress('events', n + 1, reader.labels.length);
  }
  return heard;
}

/** Every held-back confuser once, in one stream, with the cuts of a corpus that is played through. */
async function hearConfusers(
  maker: SceneMaker,
  reader: ScoreReader,
  signal: AbortSignal,
  onProgress: (what: string, done: number, total: number) => void,
): Promise<HeardStream[]> {
  const stream = new StreamInParts(reader);
  const { shelf } = maker.world;
  const sounds = shelf.confusers.labels.flatMap((label) => shelf.confusers.ofLabels([label]));
  for (const [n, sound] of sounds.entries()) {
    signal.throwIfAborted();
    const ignore = mapLabel(sound.label).ignore;
    await stream.push(shelf.library.read(sound), ignore === '*' ? reader.labels : ignore);
    if (n % 50 === 0) onProgress('confusers', n, sounds.length);
  }
  return [stream.finish()];
}

async function hearHouseDay(
  maker: SceneMaker,
  reader: ScoreReader,
  day: number,
  hours: number,
  signal: AbortSignal,
): Promise<HeardStream> {
  // Each day another part of the waking hours, from 7 to 23 o'clock.
  const fromS = (FIRST_HOUR + ((day * hours) % (WAKING_HOURS - hours + 1))) * HOUR_S;
  const stream = new StreamInParts(reader);
  for await (const { samples, events, ignored, sounding } of houseDay(maker.world, `calibrate-${day}`, {
    signal,
    fromS,
    toS: fromS + hours * HOUR_S,
  })) {
    // In a quiet stretch nothing sounds but the room's own noise; it is counted and not computed.
    if (sounding === 0) stream.skip(samples.length);
    else await stream.push(samples, []);
    const open = [...events.map(({ label, startS, endS }) => ({ heads: [label], startS, endS })), ...ignored];
    for (const { heads, startS, endS } of open)
      stream.leaveOut(heads === '*' ? reader.labels : heads, startS - fromS, endS - fromS);
  }
  return stream.finish();
}

/** A long sound in pieces: scores are kept, and where the truth is open they are forgotten. */
class StreamInParts {
  private readonly reader: ScoreReader;
  private readonly listening;
  private readonly parts: Float32Array[] = [];
  private readonly open: { heads: readonly string[]; startS: number; endS: number }[] = [];
  private pushedSamples = 0;

  constructor(reader: ScoreReader) {
    this.reader = reader;
    this.listening = reader.listen();
  }

  async push(samples: Float32Array, openFor: readonly string[]): Promise<void> {
    const startS = this.pushedSamples / SAMPLE_RATE;
    this.pushedSamples += samples.length;
    this.leaveOut(openFor, startS, this.pushedSamples / SAMPLE_RATE);
    this.parts.push(await this.listening.push(samples));
  }

  skip(samples: number): void {
    this.pushedSamples += samples;
    this.parts.push(new Float32Array(Math.round(samples / SAMPLE_RATE / STEP_S) * this.reader.labels.length));
  }

  leaveOut(heads: readonly string[], startS: number, endS: number): void {
    if (heads.length > 0) this.open.push({ heads, startS, endS: endS + AFTER_S });
  }

  finish(): HeardStream {
    const { labels } = this.reader;
    const values = new Float32Array(this.parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of this.parts) {
      values.set(part, at);
      at += part.length;
    }
    for (const { heads, startS, endS } of this.open) forget({ labels, values }, heads, startS, endS);
    return { peaks: new Map(labels.map((label) => [label, peaksOf({ labels, values }, label)])) };
  }
}

function forget({ labels, values }: Scores, heads: readonly string[], startS: number, endS: number): void {
  const last = Math.min(values.length / labels.length, Math.ceil(endS / STEP_S));
  for (const head of heads) {
    const column = labels.indexOf(head);
    if (column < 0) continue;
    for (let step = Math.max(0, Math.floor(startS / STEP_S)); step < last; step++)
      values[step * labels.length + column] = 0;
  }
}
