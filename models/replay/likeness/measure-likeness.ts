/**
 * Measures how well the similarity to a sound that a member marked wrong separates its repeats from real sounds: `node
 * models/replay/likeness/measure-likeness.ts CORPUS SPLIT LABEL [RELEASE]`.
 * Each confuser of the corpus is embedded as if the device had reported LABEL: once as the alert that is marked wrong,
 * and three times as a repeat. Real sounds of LABEL are compared with all marked sounds. Then the same with recorded noise of
 * a few rooms: a marked sound, its repeats and the real sounds are in one room.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mostAlike, neededLikeness, type Likeness } from '@earshot/cloud/ignored-sounds/likeness.ts';
import { loudestPart } from '@earshot/cloud/ignored-sounds/loudest-part.ts';
import { namesIn, REAL_GLASS } from '@earshot/cloud/ignored-sounds/real-glass.ts';
import type { SoundEmbedding } from '@earshot/cloud/ignored-sounds/sound-embedding.ts';
import { ClipScorer } from '@earshot/cloud/verifier/clip-scorer.ts';
import { NO_CADENCE } from '@earshot/shared/cadence/rhythm-reader.ts';
import { Manifest } from '@earshot/shared/contracts/release.ts';
import { loadAudio } from '../../corpus/audio-file.ts';
import { readManifest, type ManifestRow } from '../../corpus/manifest.ts';
import { shareWords } from '@earshot/shared/statistics/share-words.ts';
import { chosenRows } from './chosen-rows.ts';
import { playedAgain } from './played-again.ts';

const THRESHOLDS = [0.98, 0.985, 0.99, 0.992, 0.994, 0.996];
const PLAYS_AGAIN = 3;
const ROOM = /^background_(room|quiet|mixed)$/;
const ROOMS = 4;

const [corpus = '', split = 'dev', label = 'glass_break', release = 'models/release'] = process.argv.slice(2);
const { verifier } = Manifest.parse(JSON.parse(await readFile(join(release, 'manifest.json'), 'utf8')));
const scorer = await ClipScorer.load(await readFile(join(release, verifier.file)), verifier);
const { rows } = await readManifest(join(corpus, 'manifest.csv'));
const evidence = { label, why: { cadence: NO_CADENCE, scores: { [label]: 0.9 } } };
const thresholdAt = (level: 'high' | 'medium'): number => verifier.levels[label]?.[level]?.threshold ?? 1;
const say = (line: string): void => void process.stdout.write(`${line}\n`);

interface Played {
  given: { samples: Float32Array; eventStartS: number };
  score: number;
  clip: Float32Array;
}
type Heard = Played & SoundEmbedding;

async function play(row: ManifestRow, times: readonly number[], room?: Float32Array): Promise<Played[]> {
  const sound = await loadAudio(row.path);
  const clips = times.map((time) => playedAgain(sound, row.file, time, room));
  const scored = await scorer.scoreAndEmbed(clips.map((clip) => ({ ...clip, evidence })));
  return scored.map(({ scores, embedding }, at) => ({
    given: clips[at]!,
    score: scores[label] ?? 0,
    clip: embedding!,
  }));
}

async function embedLoudest(played: readonly Played[]): Promise<Heard[]> {
  const parts = played.map(({ given }) => loudestPart(given.samples, given.eventStartS, label));
  const embedded = await scorer.scoreAndEmbed(parts);
  return played.map((one, at) => ({ ...one, loudest: namesIn(embedded[at]!.embedding!, REAL_GLASS) }));
}

/** Recordings of different rooms' noise, evenly spaced in the manifest. */
async function rooms(): Promise<Float32Array[]> {
  const recorded = rows.filter((row) => row.split === split && ROOM.test(row.label));
  const chosen = Array.from({ length: ROOMS }, (_, n) => recorded[Math.floor((n * recorded.length) / ROOMS)]);
  return Promise.all(chosen.flatMap((row) => (row ? [loadAudio(row.path)] : [])));
}

interface Marked {
  /** The alert that a member marks as wrong. */
  first: Heard;
  again: Heard[];
  /** The real sounds that are heard in the same home. */
  real: Heard[];
}

/** Only false alerts are marked, because a member sees nothing of a sound that the verifier rejects. */
async function heardIn(places: readonly (Float32Array | undefined)[]): Promise<{ all: number; marked: Marked[] }> {
  const real: Heard[][] = places.map(() => []);
  const marked: Marked[] = [];
  let all = 0;
  for (const row of chosenRows(rows, { split, label })) {
    try {
      if (row.label === label) {
        for (const [n, place] of places.entries()) real[n]!.push(...(await embedLoudest(await play(row, [0], place))));
        continue;
      }
      const n = all++ % places.length;
      const [first] = await play(row, [0], places[n]);
      if (first!.score < thresholdAt('high')) continue;
      const times = Array.from({ length: PLAYS_AGAIN }, (_, time) => time + 1);
      const [marking, ...again] = await embedLoudest([first!, ...(await play(row, times, places[n]))]);
      marked.push({ first: marking!, again, real: real[n]! });
    } catch (error) {
      process.stderr.write(`left out: ${row.file}: ${String(error)}\n`);
    }
  }
  for (const [n, clips] of real.entries()) {
    const confirmed = clips.filter(({ score }) => score >= thresholdAt('high')).length;
    say(`${label} ${n + 1}: ${clips.length} real sounds, ${confirmed} confirmed`);
  }
  return { all, marked };
}

/** `level`: the sensitivity of the home, at which the marked sounds, the counted repeats and the real sounds alert. */
function measure(name: string, all: readonly Marked[], likeness: Likeness, level: 'high' | 'medium'): void {
  const alerts = ({ score }: Heard): boolean => score >= thresholdAt(level);
  const isAlike = (known: Heard, clip: Heard): boolean => mostAlike([known], clip, likeness) !== null;
  const marked = all.filter(({ first }) => alerts(first));
  const repeats = marked.flatMap(({ first, again }) =>
    again.map((clip) => ({ alerts: alerts(clip), isIgnored: isAlike(first, clip) })),
  );
  const share = (hits: readonly { isIgnored: boolean }[]): string =>
    shareWords(hits.filter(({ isIgnored }) => isIgnored).length, hits.length);
  let pairs = 0;
  let lost = 0;
  const heard = new Set<Heard>();
  const lostByAny = new Set<Heard>();
  for (const { first, real } of marked) {
    for (const clip of real.filter(alerts)) {
      pairs++;
      heard.add(clip);
      if (!isAlike(first, clip)) continue;
      lost++;
      lostByAny.add(clip);
    }
  }
  say(
    [
      name,
      `${marked.length} marked sounds`,
      `repeats of the sound recognised ${share(repeats)}`,
      `of the repeats that would alert ${share(repeats.filter((one) => one.alerts))}`,
      `real sounds that resemble a sound marked wrong ${shareWords(lost, pairs)}`,
      `real sounds that resemble any of the sounds marked wrong ${shareWords(lostByAny.size, heard.size)}`,
    ].join(' | '),
  );
}

say(`${split}, ${label}, verifier ${verifier.sha256.slice(0, 8)}`);
for (const [name, places] of [
  ['made noise', [undefined]],
  ['rooms', await rooms()],
] as const) {
  const { all, marked } = await heardIn(places);
  say(`${name}: ${all} confusers, ${marked.length} of them alerts at high sensitivity`);
  const inUse = neededLikeness(label, verifier);
  for (const level of ['high', 'medium'] as const) {
    for (const above of THRESHOLDS)
      measure(`${name}, ${level}, cosine ${above}`, marked, { above, withLoudest: null }, level);
    measure(`${name}, ${level}, the rule in use`, marked, inUse, level);
  }
}
await scorer.close();
