/**
 * How well five examples teach a sound: `node models/teaching/evaluation/measure-teaching.ts CORPUS [--teacher FILE] [--sounds N]`. Thirty sounds
 * of the corpus's `dev` part are taught as `earshot teach` does it, and the device's detector listens to other plays of them and to
 * other recordings. With a teacher (an ONNX file) a head on that network's embedding is taught and measured beside it.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Detector } from '@earshot/device/detect/detector.ts';
import { listenToAll } from '@earshot/device/detect/detector-settings.ts';
import { Network } from '@earshot/device/network/network.ts';
import { loadRelease } from '@earshot/device/releases/release.ts';
import type { TaughtSoundFile } from '@earshot/shared/contracts/taught-sounds.ts';
import { LEVELS, type Level } from '@earshot/shared/labels.ts';
import { loadAudio } from '../../corpus/audio-file.ts';
import { readManifest, type ManifestRow } from '../../corpus/manifest.ts';
import { Random } from '../../synthesis/random.ts';
import { SAMPLE_RATE } from '../../synthesis/sound.ts';
import { Teacher } from '../../training/teacher/teacher.ts';
import type { FittedHead } from '../head-trainer.ts';
import { SoundBank } from '../sound-bank.ts';
import { cutOut, teach } from '../teach.ts';
import { EmbeddingPeer } from './embedding-peer.ts';
import { areKin, confusers, soundsToTeach } from './household-sounds.ts';
import { playOnce, playsOf } from './plays.ts';
import { Tally } from './tally.ts';

const RELEASE = 'models/release';
const BANK = 'models/release-bank';
const CONFUSERS_OF_A_LABEL = 6;
const PEER_RECORDINGS_OF_A_LABEL = 8;

interface Lesson {
  row: ManifestRow;
  label: string;
  recording: Float32Array;
  sounds: Float32Array[];
  file: TaughtSoundFile;
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { teacher: { type: 'string' }, sounds: { type: 'string', default: '30' } },
});
const [corpus = ''] = positionals;
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const { signal } = new AbortController();
const release = await loadRelease(RELEASE);
const bank = await SoundBank.read(BANK, release.manifest.trunk.sha256);
const { rows } = await readManifest(join(corpus, 'manifest.csv'));
const dev = rows.filter(({ split }) => split === 'dev');

const lessons: Lesson[] = [];
for (const row of soundsToTeach(dev, Number(values.sounds))) {
  const recording = await loadAudio(row.path);
  const examples = playsOf(recording, row.file).examples.map((samples, n) => ({
    name: `${row.label} ${n + 1}`,
    samples,
  }));
  const label = `taught_upkeep_${row.label.slice(0, 16)}_${String(lessons.length).padStart(4, '0')}`;
  try {
    const { file } = await teach({ label, examples, check: null, release, bank, signal });
    const { found, mistakesPerDay } = file.figures;
    const isReady = found >= 0.5;
    say(
      `${row.label}: ${isReady ? 'ready' : 'not ready'}, finds ${found.toFixed(2)}, ${mistakesPerDay.toFixed(2)} a day`,
    );
    if (isReady) lessons.push({ row, label, recording, sounds: cutOut(examples), file });
  } catch (error) {
    say(`${row.label}: left out: ${String(error)}`);
  }
}

/** Of each level and lesson: whether the sound is reported in a recording. */
type Listen = (samples: Float32Array) => Promise<Record<Level, boolean[]>>;

async function measure(name: string, listen: Listen): Promise<void> {
  const tallies = { low: new Tally(), medium: new Tally(), high: new Tally() };
  for (const [n, { row, recording }] of lessons.entries()) {
    const plays = playsOf(recording, row.file);
    for (const where of ['sameRoom', 'otherRooms'] as const)
      for (const samples of plays[where]) {
        const reported = await listen(samples);
        for (const level of LEVELS) tallies[level].count(where, reported[level][n] === true);
      }
  }
  for (const row of confusers(dev, CONFUSERS_OF_A_LABEL)) {
    const reported = await listen(playOnce(await loadAudio(row.path), row.file));
    for (const [n, lesson] of lessons.entries())
      if (!areKin(lesson.row.label, row.label))
        for (const level of LEVELS) tallies[level].count('others', reported[level][n] === true);
  }
  for (const level of LEVELS) say(`${name}, ${level}: ${String(tallies[level])}`);
}

const network = await Network.load(
  release,
  lessons.map(({ file }) => file),
);
const quiet = new Float32Array(2 * SAMPLE_RATE);
const reportedAt = async (level: Level, samples: Float32Array): Promise<boolean[]> => {
  const detector = new Detector(network, { settings: listenToAll(network.labels, level) });
  const detections = [...(await detector.push(samples)), ...(await detector.push(quiet)), ...(await detector.finish())];
  const labels = new Set(detections.flatMap((one) => (one.type === 'candidate' ? [one.label] : [])));
  return lessons.map(({ label }) => labels.has(label));
};
await measure('earshot teach', async (samples) => ({
  low: await reportedAt('low', samples),
  medium: await reportedAt('medium', samples),
  high: await reportedAt('high', samples),
}));
await network.close();

if (values.teacher !== undefined) {
  const teacher = await Teacher.load(values.teacher);
  const train = rows.filter(({ split }) => split === 'train');
  async function* others(): AsyncGenerator<Float32Array> {
    for (const row of confusers(train, PEER_RECORDINGS_OF_A_LABEL)) yield playOnce(await loadAudio(row.path), row.file);
  }
  const peer = await EmbeddingPeer.open(async (second) => (await teacher.answer(second)).embedding, others());
  const heads: { label: string; head: FittedHead }[] = [];
  for (const { label, sounds } of lessons)
    heads.push({ label, head: await peer.teach(label, sounds, new Random(`peer/${label}`)) });
  await measure("head on the teacher's embedding", async (samples) => {
    const highest = await peer.highest(heads, samples);
    const at = (level: Level): boolean[] => heads.map(({ head }, n) => highest[n]! >= head.thresholds[level]);
    return { low: at('low'), medium: at('medium'), high: at('high') };
  });
  await teacher.close();
}
