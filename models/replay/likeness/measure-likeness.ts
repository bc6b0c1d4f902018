/**
 * Measures how well the similarity to a sound that a member marked wrong separates its repeats from real sounds: `node
 * models/replay/likeness/measure-likeness.ts CORPUS SPLIT LABEL [RELEASE]`.
 * Each confuser of the corpus is embedded as if the device had reported LABEL: once as the alert that is marked wrong,
 * and three times as a repeat. Real sounds of LABEL are compared with all marked sounds.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cosine } from '@earshot/shared/features/embedding.ts';
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

const [corpus = '', split = 'dev', label = 'glass_break', release = 'models/release'] = process.argv.slice(2);
const { verifier } = Manifest.parse(JSON.parse(await readFile(join(release, 'manifest.json'), 'utf8')));
const scorer = await ClipScorer.load(await readFile(join(release, verifier.file)), verifier);
const { rows } = await readManifest(join(corpus, 'manifest.csv'));
const evidence = { label, why: { cadence: NO_CADENCE, scores: { [label]: 0.9 } } };

async function play(row: ManifestRow, times: readonly number[]): Promise<ScoredClip[]> {
  const sound = await loadAudio(row.path);
  return scorer.scoreAndEmbed(
    times.map((time) => {
      const { samples, eventStartS } = playedAgain(sound, row.file, time);
      return { samples, eventStartS, evidence };
    }),
  );
}

const wrong: { row: ManifestRow; clips: ScoredClip[] }[] = [];
const real: ScoredClip[] = [];
for (const row of chosenRows(rows, { split, label })) {
  try {
    if (row.label === label) real.push(...(await play(row, [0])));
    else
      wrong.push({
        row,
        clips: await play(
          row,
          Array.from({ length: 1 + PLAYS_AGAIN }, (_, time) => time),
        ),
      });
  } catch (error) {
    process.stderr.write(`left out: ${row.file}: ${String(error)}\n`);
  }
}
await scorer.close();

const threshold = verifier.levels[label]?.high?.threshold ?? 1;
const scoreOf = ({ scores }: ScoredClip): number => scores[label] ?? 0;
const alike = (a: ScoredClip, b: ScoredClip): number => cosine(a.embedding!, b.embedding!);
const say = (line: string): void => void process.stdout.write(`${line}\n`);
// A sound that the verifier rejects never becomes an alert that a member could mark wrong.
const alerted = wrong.filter(({ clips }) => scoreOf(clips[0]!) >= threshold);
const confirmed = real.filter((clip) => scoreOf(clip) >= threshold);
say(
  `${split}, ${label}, verifier of ${verifier.sha256.slice(0, 8)}: ${wrong.length} confusers, ${alerted.length} of them alerts at high sensitivity; ${real.length} real sounds, ${confirmed.length} confirmed`,
);
for (const [name, marked] of [
  ['all confusers', wrong],
  ['alerts', alerted],
] as const) {
  for (const at of THRESHOLDS) {
    const again = marked.flatMap(({ clips: [first, ...others] }) => others.map((clip) => alike(first!, clip) >= at));
    const lost = confirmed.flatMap((clip) => marked.map(({ clips }) => alike(clips[0]!, clip) >= at));
    const lostByAny = confirmed.filter((clip) => marked.some(({ clips }) => alike(clips[0]!, clip) >= at));
    say(
      [
        `${name} ${at}`,
        `repeats of the sound recognised ${shareWords(again.filter(Boolean).length, again.length)}`,
        `real sounds that resemble a sound marked wrong ${shareWords(lost.filter(Boolean).length, lost.length)}`,
        `real sounds that resemble any of the sounds marked wrong ${shareWords(lostByAny.length, confirmed.length)}`,
      ].join(' | '),
    );
  }
}
