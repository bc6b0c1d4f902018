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
import { ClipScorer, type ScoredClip } from '@earshot/cloud/verifier/clip-scorer.ts';
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
type Level = 'high' | 'medium';
const thresholdAt = (level: Level): number => verifier.levels[label]?.[level]?.threshold ?? 1;
const scoreOf = ({ scores }: ScoredClip): number => scores[label] ?? 0;
const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function play(row: ManifestRow, times: readonly number[], room?: Float32Array): Promise<ScoredClip[]> {
  const sound = await loadAudio(row.path);
  return scorer.scoreAndEmbed(times.map((time) => ({ ...playedAgain(sound, row.file, time, room), evidence })));
}

/** Recordings of different rooms' noise, evenly spaced in the manifest. */
async function rooms(): Promise<Float32Array[]> {
  const recorded = rows.filter((row) => row.split === split && ROOM.test(row.label));
  const chosen = Array.from({ length: ROOMS }, (_, n) => recorded[Math.floor((n * recorded.length) / ROOMS)]);
  return Promise.all(chosen.flatMap((row) => (row ? [loadAudio(row.path)] : [])));
}

interface Marked {
  /** The alert that a member marks as wrong. */
  first: ScoredClip;
  again: ScoredClip[];
  /** The real sounds that are heard in the same home and confirmed. */
  real: ScoredClip[];
}

/** Only false alerts are marked, because a member sees nothing of a sound that the verifier rejects. */
async function heardIn(places: readonly (Float32Array | undefined)[]): Promise<{ all: number; marked: Marked[] }> {
  const real: ScoredClip[][] = places.map(() => []);
  const marked: Marked[] = [];
  let all = 0;
  for (const row of chosenRows(rows, { split, label })) {
    try {
      if (row.label === label) {
        for (const [n, place] of places.entries()) real[n]!.push(...(await play(row, [0], place)));
        continue;
      }
      const n = all++ % places.length;
      const [first] = await play(row, [0], places[n]);
      if (!alertsAt('high', first!)) continue;
      const times = Array.from({ length: PLAYS_AGAIN }, (_, time) => time + 1);
      marked.push({ first: first!, again: await play(row, times, places[n]), real: real[n]! });
    } catch (error) {
      process.stderr.write(`left out: ${row.file}: ${String(error)}\n`);
    }
  }
  for (const [n, clips] of real.entries()) {
    const confirmed = clips.filter((clip) => alertsAt('high', clip));
    say(`${label} ${n + 1}: ${clips.length} real sounds, ${confirmed.length} confirmed`);
  }
  return { all, marked };
}

function alertsAt(level: Level, clip: ScoredClip): boolean {
  return scoreOf(clip) >= thresholdAt(level);
}

function isAlike(known: ScoredClip, clip: ScoredClip, likeness: Likeness): boolean {
  return mostAlike([{ values: known.embedding! }], clip.embedding!, likeness) !== null;
}

/** `level`: the sensitivity of the home. It decides which marked sounds, repeats and real sounds alert. */
function measure(
  name: string,
  level: Level,
  all: readonly Marked[],
  likenessFor: (clip: ScoredClip) => Likeness,
): void {
  const marked = all.filter(({ first }) => alertsAt(level, first));
  const repeats = marked.flatMap(({ first, again }) =>
    again.map((clip) => ({ alerts: alertsAt(level, clip), isIgnored: isAlike(first, clip, likenessFor(clip)) })),
  );
  const share = (hits: readonly { isIgnored: boolean }[]): string =>
    shareWords(hits.filter(({ isIgnored }) => isIgnored).length, hits.length);
  let pairs = 0;
  let lost = 0;
  const heard = new Set<ScoredClip>();
  const lostByAny = new Set<ScoredClip>();
  for (const { first, real } of marked) {
    for (const clip of real.filter((clip) => alertsAt(level, clip))) {
      pairs++;
      heard.add(clip);
      if (!isAlike(first, clip, likenessFor(clip))) continue;
      lost++;
      lostByAny.add(clip);
    }
  }
  say(
    [
      `${name}, ${level} sensitivity`,
      `${marked.length} marked sounds`,
      `repeats of the sound recognised ${share(repeats)}`,
      `of the repeats that would alert ${share(repeats.filter(({ alerts }) => alerts))}`,
      `real sounds that resemble a sound marked wrong ${shareWords(lost, pairs)}`,
      `real sounds that resemble any of the sounds marked wrong ${shareWords(lostByAny.size, heard.size)}`,
    ].join(' | '),
  );
}

function inUse({ embedding, scores }: ScoredClip): Likeness {
  const made = { values: embedding!, by: verifier.sha256 };
  return neededLikeness({ label, embedding: made, score: scores[label] ?? null }, verifier);
}

say(`${split}, ${label}, verifier ${verifier.sha256.slice(0, 8)}`);
for (const [name, places] of [
  ['made noise', [undefined]],
  ['rooms', await rooms()],
] as const) {
  const { all, marked } = await heardIn(places);
  say(`${name}: ${all} confusers, ${marked.length} of them alerts at high sensitivity`);
  for (const level of ['high', 'medium'] as const) {
    for (const above of THRESHOLDS)
      measure(`${name}, cosine ${above}`, level, marked, () => ({ above, centred: null }));
    measure(`${name}, the rule in use`, level, marked, inUse);
  }
}
await scorer.close();
