/**
 * Measures how well five examples teach a sound: `node models/teaching/evaluation/measure-teaching.ts CORPUS --work DIR
 * [--teacher FILE] [--sounds N] [--release DIR] [--bank DIR]`. Thirty sounds of the corpus's `dev` part are taught in
 * the same way as by `earshot teach`, and the device's detector listens to the same sounds, played again, and to other
 * recordings. With a teacher (a public network as an ONNX file), heads on the teacher's embedding are trained and
 * measured, too. The same command continues a stopped run from the results in DIR. With another release, bank, teacher,
 * corpus or flag it starts from the beginning. With `--measured-examples 1`, one example instead of five decides
 * whether a sound is ready. This takes a third of the time; the head is the same.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Detector } from '@earshot/device/detect/detector.ts';
import { listenToAll } from '@earshot/device/detect/detector-settings.ts';
import { Network } from '@earshot/device/network/network.ts';
import { loadRelease } from '@earshot/device/releases/release.ts';
import { LEVELS, type Level } from '@earshot/shared/labels.ts';
import { loadAudio } from '../../corpus/audio-file.ts';
import { readManifest, type ManifestRow } from '../../corpus/manifest.ts';
import { Random } from '../../synthesis/random.ts';
import { SAMPLE_RATE } from '../../synthesis/sound.ts';
import { initWasm } from '../../training/backend/init-backend.ts';
import { keptFile } from '../../training/kept-file.ts';
import { Teacher } from '../../training/teacher/teacher.ts';
import { SoundBank } from '../sound-bank.ts';
import { cutOut, teach } from '../teach.ts';
import { measure, tallyLines, type Answer, type Material, type Way } from './answers.ts';
import { EmbeddingPeer, rowsOf, type Embed } from './embedding-peer.ts';
import { countOf } from './count-flag.ts';
import { areKin, confusers, soundsToTeach } from './household-sounds.ts';
import { keptFolder } from './kept-folder.ts';
import { decodeHead, encodeHead, type KeptHead } from './kept-head.ts';
import { lessonsOf, type Lesson } from './lessons.ts';
import { playOnce, playsOf } from './plays.ts';

const CONFUSERS_OF_A_LABEL = 6;
const PEER_RECORDINGS_OF_A_LABEL = 8;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    work: { type: 'string' },
    teacher: { type: 'string' },
    sounds: { type: 'string', default: '30' },
    release: { type: 'string', default: 'models/release' },
    bank: { type: 'string', default: 'models/release-bank' },
    'measured-examples': { type: 'string', default: '5' },
  },
});
const [corpus] = positionals;
const { work } = values;
if (corpus === undefined || work === undefined)
  throw new Error('Name the folder of the corpus (docs/corpus.md), and a folder for the results with --work DIR.');
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const load = (row: ManifestRow): Promise<Float32Array> => loadAudio(row.path);
const measuredExamples = countOf('measured-examples', values['measured-examples']);
const sounds = countOf('sounds', values.sounds);
const { signal } = new AbortController();
const release = await loadRelease(values.release);
const bank = await SoundBank.read(values.bank, release.manifest.trunk.sha256);
const sha256Of = async (path: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
const manifestFile = join(corpus, 'manifest.csv');
const { rows } = await readManifest(manifestFile);
const folder = keptFolder(work, 'earshot', {
  corpus: await sha256Of(manifestFile),
  release: release.manifestSha256,
  bank: bank.id,
  measuredExamples,
  sounds,
});
const dev = rows.filter(({ split }) => split === 'dev');

const lessons = await lessonsOf(soundsToTeach(dev, sounds), folder, {
  load,
  say,
  examplesOf: (recording, { file }) => playsOf(recording, file).examples,
  teach: async (label, examples) =>
    (await teach({ label, examples, check: null, release, bank, measuredExamples, signal })).file,
});
say(`${lessons.length} sounds, ${lessons.filter(({ isReady }) => isReady).length} ready`);
const others = confusers(dev, CONFUSERS_OF_A_LABEL);
const kin = lessons.reduce((sum, { row }) => sum + others.filter(({ label }) => areKin(row.label, label)).length, 0);
say(
  `${kin} of ${lessons.length * others.length} pairs of a taught sound and another recording are the same kind of sound, so they are not counted`,
);
const material: Material = {
  lessons,
  others,
  load,
  playsOf: ({ recording, row: { file } }) => playsOf(recording, file),
  playOnce: (recording, { file }) => playOnce(recording, file),
};

async function report(name: string, way: Way): Promise<void> {
  for (const line of tallyLines(name, await measure(way, material))) say(line);
}

async function measureEarshot(): Promise<void> {
  const network = await Network.load(
    release,
    lessons.map(({ file }) => file),
  );
  const quiet = new Float32Array(2 * SAMPLE_RATE);
  const reportedAt = async (level: Level, samples: Float32Array): Promise<boolean[]> => {
    const detector = new Detector(network, { settings: listenToAll(network.labels, level) });
    const parts = [await detector.push(samples), await detector.push(quiet), await detector.finish()].flat();
    const labels = new Set(parts.flatMap((one) => (one.type === 'candidate' ? [one.label] : [])));
    return lessons.map(({ label }) => labels.has(label));
  };
  const listen = async (samples: Float32Array): Promise<Answer> => ({
    low: await reportedAt('low', samples),
    medium: await reportedAt('medium', samples),
    high: await reportedAt('high', samples),
  });
  await report('earshot teach', { folder: join(folder, 'answers'), listen });
  await network.close();
}

async function measurePeer(teacher: Teacher, peerFolder: string): Promise<void> {
  await initWasm();
  const embed: Embed = async (second) => (await teacher.answer(second)).embedding;
  const width = (await embed(new Float32Array(SAMPLE_RATE))).length;
  const windows: Float32Array[] = [];
  const train = rows.filter(({ split }) => split === 'train');
  for (const row of confusers(train, PEER_RECORDINGS_OF_A_LABEL)) {
    const kept = await keptFile(join(peerFolder, 'bank', row.file.replaceAll('/', '-')), async () => {
      const embedded = await rowsOf(embed, playOnce(await load(row), row.file));
      return new Uint8Array(embedded.buffer, embedded.byteOffset, embedded.byteLength);
    });
    windows.push(new Float32Array(Uint8Array.from(kept).buffer));
  }
  const peer = new EmbeddingPeer(embed, width, windows);
  const heads: { label: string; head: KeptHead }[] = [];
  for (const lesson of lessons) heads.push({ label: lesson.label, head: await peerHead(peer, lesson, peerFolder) });
  const listen = async (samples: Float32Array): Promise<Answer> => {
    const highest = await peer.highest(heads, samples);
    const at = (level: Level): boolean[] => heads.map(({ head }, n) => highest[n]! >= head.thresholds[level]);
    return Object.fromEntries(LEVELS.map((level) => [level, at(level)])) as Answer;
  };
  await report("head on the teacher's embedding", { folder: join(peerFolder, 'answers'), listen });
}

async function peerHead(peer: EmbeddingPeer, { row, label, examples }: Lesson, within: string): Promise<KeptHead> {
  const kept = await keptFile(join(within, `head-${row.label}.json`), async () =>
    encodeHead(await peer.teach(label, cutOut(examples), new Random(`peer/${label}`))),
  );
  return decodeHead(kept);
}

await measureEarshot();
if (values.teacher !== undefined) {
  const teacher = await Teacher.load(values.teacher);
  // The results of the teacher's network lie below `folder` too, because they depend on the same taught sounds and
  // recordings.
  await measurePeer(teacher, keptFolder(folder, 'peer', { teacher: await sha256Of(values.teacher) }));
  await teacher.close();
}
