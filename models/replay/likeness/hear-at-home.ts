/**
 * Plays sounds through the device as in a home and embeds the clips that it sends: `node models/replay/likeness/hear-at-home.ts
 * CORPUS SPLIT LABEL FILE [MOST_OF_A_KIND]`. Writes one line of JSON per recording to FILE. A run that was stopped continues there.
 * `measure-likeness.ts` reads FILE.
 */
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { showsStandardRhythm } from '@earshot/cloud/ignored-sounds/likeness.ts';
import { loudestPart } from '@earshot/cloud/ignored-sounds/loudest-part.ts';
import { namesIn, REAL_GLASS } from '@earshot/cloud/ignored-sounds/real-glass.ts';
import { ClipScorer } from '@earshot/cloud/verifier/clip-scorer.ts';
import { Network } from '@earshot/device/network/network.ts';
import { loadRelease } from '@earshot/device/releases/release.ts';
import { encodeEmbedding } from '@earshot/shared/features/embedding.ts';
import type { Level } from '@earshot/shared/labels.ts';
import { loadAudio } from '../../corpus/audio-file.ts';
import { readManifest, type ManifestRow } from '../../corpus/manifest.ts';
import { Dice } from '../proving/dice.ts';
import { chosenRows } from './chosen-rows.ts';
import { CuttingDevice, type SentReport } from './cutting-device.ts';
import { readHeard, type HeardPlay, type HeardRecording } from './heard-recording.ts';
import { playedAtHome } from './played-again.ts';
import { roomsOf } from './rooms.ts';

const PLAYS = 5;
/** A confuser with a lower score of the verifier in its first plays is not played again: no level confirms it (high: 0.14 or more). */
const MAY_ALERT = 0.05;

const [corpus = '', split = 'dev', label = 'glass_break', file = '', most = '12'] = process.argv.slice(2);
const release = await loadRelease('models/release');
const network = await Network.load(release);
const { verifier } = release.manifest;
const scorer = await ClipScorer.load(await release.read(verifier), verifier);
const device = new CuttingDevice(network, verifier.clipS, label);
const { rows } = await readManifest(join(corpus, 'manifest.csv'));
const places = [undefined, ...(await roomsOf(rows, split))];

async function embed({ candidate, clip, afterS }: SentReport): Promise<HeardPlay['reports'][number]> {
  const [whole] = await scorer.scoreAndEmbed([clip]);
  const score = whole!.scores[label] ?? 0;
  const [part] = await scorer.scoreAndEmbed([loudestPart(clip.samples, clip.eventStartS, label)]);
  return {
    afterS,
    eventStartS: clip.eventStartS,
    score,
    hasStandardRhythm: showsStandardRhythm({ label, why: candidate.why }),
    clip: encodeEmbedding(whole!.embedding!),
    loudest: encodeEmbedding(namesIn(part!.embedding!, REAL_GLASS)),
    device: encodeEmbedding(candidate.embedding.values),
  };
}

async function hear(row: ManifestRow, sound: Float32Array, place: number, time: number): Promise<HeardPlay[]> {
  const play = playedAtHome(sound, row.file, time, places[place]);
  const heard: HeardPlay[] = [];
  for (const level of ['high', 'medium'] satisfies Level[]) {
    const reports: HeardPlay['reports'] = [];
    for (const report of await device.reportsOf(play, level)) reports.push(await embed(report));
    if (reports.length > 0) heard.push({ place, time, level, reports });
    // What is not reported at "high" is not reported at "medium" either.
    if (!reports.some(({ score }) => score >= MAY_ALERT)) break;
  }
  return heard;
}

/** Confusers are first played once in made noise and in one room. Only those that may alert are played everywhere and again. */
async function hearEverywhere(row: ManifestRow, sound: Float32Array, room: number): Promise<HeardRecording> {
  const isReal = row.label === label;
  const mayAlert = (plays: readonly HeardPlay[]): boolean =>
    plays.some(({ reports }) => reports.some(({ score }) => score >= MAY_ALERT));
  const firsts: { place: number; plays: HeardPlay[] }[] = [];
  for (const place of new Set([0, room, ...places.keys()])) {
    if (firsts.length === 2 && !isReal && !firsts.some(({ plays }) => mayAlert(plays))) break;
    firsts.push({ place, plays: await hear(row, sound, place, 0) });
  }
  const again: HeardPlay[] = [];
  for (const { place } of firsts.filter(({ plays }) => !isReal && mayAlert(plays)))
    for (let time = 1; time < PLAYS; time++) again.push(...(await hear(row, sound, place, time)));
  return { file: row.file, isReal, plays: [...firsts.flatMap(({ plays }) => plays), ...again] };
}

const done = new Set((await readHeard(file)).map((one) => one.file));
for (const row of chosenRows(rows, { split, label, most: Number(most) })) {
  if (done.has(row.file)) continue;
  try {
    const room = new Dice('room', row.file).whole(1, places.length - 1);
    await appendFile(file, `${JSON.stringify(await hearEverywhere(row, await loadAudio(row.path), room))}\n`);
  } catch (error) {
    process.stderr.write(`left out: ${row.file}: ${String(error)}\n`);
  }
}
await scorer.close();
await network.close();
