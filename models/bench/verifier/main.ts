/**
 * Measures how many clips of 10 s one core verifies in a second, features and network included, and compares that
 * with YAMNet as a verifier (TFLite, one thread, windows of 0.975 s), both measured in turns in this one run:
 *
 *   EARSHOT_YAMNET=yamnet.tflite npm run bench:verifier
 *
 * The exit status is 1 when a target is missed. The ratio carries over from machine to machine; clips per second do
 * not.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readWav } from '@earshot/shared/audio/wav-read.ts';
import { ClipScorer } from '@earshot/cloud/verifier/clip-scorer.ts';
import { Manifest } from '@earshot/shared/contracts/release.ts';
import { Yamnet } from '../device/yamnet.ts';

/** The target on one core of the development machine: 25 ms per clip. */
const BAR_CLIPS_PER_S = 40;
/**
 * The same target as a ratio: on that machine YAMNet takes 0.84 ms for a second of sound, and 8.4 ms for a clip, whose
 * windows do not overlap.
 */
const BAR_OF_YAMNET = 1000 / BAR_CLIPS_PER_S / 8.4;
const CLIP_S = 10;
/** The batch size that ClipVerifier passes to a thread. */
const BATCH = 8;
const ROUNDS = 7;
const WARM_UP_ROUNDS = 3;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const release = path('../../release');
const { verifier } = Manifest.parse(JSON.parse(await readFile(join(release, 'manifest.json'), 'utf8')));
const scorer = await ClipScorer.load(await readFile(join(release, verifier.file)), verifier);
const { channels } = readWav(await readFile(path('../../../test-audio/smoke-t3-living-room.wav')));
const evidence = {
  label: 'smoke_alarm',
  score: 0.9,
  why: {
    text: 'three beeps of 0.5 s at 3.1 kHz, two times',
    cadence: { pattern: 't3' as const, toneHz: 3100, onS: 0.5, offS: 0.5, periodS: 4, beeps: 6, groups: 2, fit: 0.9 },
    scores: { smoke_alarm: 0.9 },
    levelDbfs: -30,
  },
};
const samples = (channels[0] ?? new Float32Array()).slice(0, CLIP_S * 16_000);
const batch = Array.from({ length: BATCH }, () => ({ samples, evidence, eventStartS: 1 }));

const yamnet = process.env.EARSHOT_YAMNET ? await Yamnet.open(process.env.EARSHOT_YAMNET) : null;
const ours: number[] = [];
const ratios: number[] = [];
try {
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    const fromMs = cpuMs();
    await scorer.score(batch);
    const our = (cpuMs() - fromMs) / BATCH;
    const their = yamnet ? (await yamnet.round()) * CLIP_S : NaN;
    if (round < 0) continue;
    ours.push(our);
    ratios.push(our / their);
  }
} finally {
  yamnet?.close();
  await scorer.close();
}

const perS = 1000 / median(ours);
say(
  `a verdict on ${CLIP_S} s of sound: ${median(ours).toFixed(1)} ms of CPU, ${perS.toFixed(0)} clips per second of a core`,
);
let holds = perS >= BAR_CLIPS_PER_S;
if (yamnet) {
  holds = median(ratios) <= BAR_OF_YAMNET;
  say(
    `${holds ? 'holds ' : 'FAILS '} CPU time per clip, as a multiple of YAMNet's: ${median(ratios).toFixed(2)} (target ${BAR_OF_YAMNET.toFixed(2)})`,
  );
} else {
  say('EARSHOT_YAMNET is not set, so nothing is compared with YAMNet.');
  say(`${holds ? 'holds ' : 'FAILS '} clips per second of a core: ${perS.toFixed(0)} (target ${BAR_CLIPS_PER_S})`);
}
process.exitCode = holds ? 0 : 1;
