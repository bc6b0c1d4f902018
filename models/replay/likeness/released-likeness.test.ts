import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mostAlike, neededLikeness } from '@earshot/cloud/ignored-sounds/likeness.ts';
import { loudestPart } from '@earshot/cloud/ignored-sounds/loudest-part.ts';
import { namesIn, REAL_GLASS } from '@earshot/cloud/ignored-sounds/real-glass.ts';
import type { SoundEmbedding } from '@earshot/cloud/ignored-sounds/sound-embedding.ts';
import { ClipScorer } from '@earshot/cloud/verifier/clip-scorer.ts';
import { readWav } from '@earshot/shared/audio/wav-read.ts';
import { NO_CADENCE } from '@earshot/shared/cadence/rhythm-reader.ts';
import { Manifest } from '@earshot/shared/contracts/release.ts';
import { Dice } from '../proving/dice.ts';
import { playedAgain } from './played-again.ts';

const RELEASE = fileURLToPath(new URL('../../release/', import.meta.url));
const RATE = 16_000;
const LABEL = 'glass_break';
const REPEATS = Array.from({ length: 13 }, (_, n) => n + 1);

let verifier: Manifest['verifier'];
let scorer: ClipScorer;
beforeAll(async () => {
  ({ verifier } = Manifest.parse(JSON.parse(await readFile(`${RELEASE}manifest.json`, 'utf8'))));
  scorer = await ClipScorer.load(await readFile(RELEASE + verifier.file), verifier);
});
afterAll(() => scorer.close());

/** The embeddings of some plays in one room, as if the device had reported breaking glass. */
async function embed(sound: Float32Array, name: string, times: readonly number[]): Promise<SoundEmbedding[]> {
  const evidence = { label: LABEL, why: { cadence: NO_CADENCE, scores: { [LABEL]: 0.9 } } };
  const room = fan();
  const plays = times.map((time) => playedAgain(sound, name, time, room));
  const clips = await scorer.scoreAndEmbed(plays.map((play) => ({ ...play, evidence })));
  const parts = await scorer.scoreAndEmbed(
    plays.map(({ samples, eventStartS }) => loudestPart(samples, eventStartS, LABEL)),
  );
  return clips.map(({ embedding }, at) => ({
    clip: embedding!,
    loudest: namesIn(parts[at]!.embedding!, REAL_GLASS),
  }));
}

function made(lengthS: number, valueAt: (s: number, dice: Dice) => number): Float32Array {
  const dice = new Dice('x');
  return Float32Array.from({ length: lengthS * RATE }, (_, at) => valueAt(at / RATE, dice));
}

/** A fan that gets louder and softer: a hum, and noise that is weaker at higher frequencies. */
function fan(): Float32Array {
  const turn = (hz: number, s: number): number => Math.sin(2 * Math.PI * hz * s);
  let rush = 0;
  return made(7, (s, dice) => {
    rush = 0.95 * rush + 0.3 * (2 * dice.roll() - 1);
    return rush * (1 + 0.4 * turn(3, s)) + turn(120, s);
  });
}

/** A pot that is struck twice. */
function pot(): Float32Array {
  const ring = (hz: number, fadeS: number, s: number): number => Math.exp(-s / fadeS) * Math.sin(2 * Math.PI * hz * s);
  const stroke = (s: number): number =>
    s > 0 ? ring(400, 0.4, s) + ring(1_100, 0.31, s) + ring(1_900, 0.25, s) + ring(2_700, 0.21, s) : 0;
  return made(2.5, (s) => stroke(s) + stroke(s - 1.1));
}

function countAlike(marked: SoundEmbedding, sounds: readonly SoundEmbedding[]): number {
  const likeness = neededLikeness(LABEL, verifier);
  return sounds.filter((sound) => mostAlike([marked], sound, likeness) !== null).length;
}

test('real-glass.json was made with the released verifier; if not, run fit-real-glass.ts', () => {
  expect(REAL_GLASS.by).toBe(verifier.sha256);
});

test('repeats of a marked sound are recognised at another level and elsewhere in their clips; without the loudest part only some are', async () => {
  const [marked, ...again] = await embed(pot(), 'pot', [0, ...REPEATS]);
  const found = countAlike(marked!, again);
  expect(found).toBe(REPEATS.length);
  expect(countAlike({ ...marked!, loudest: null }, again)).toBeLessThan(REPEATS.length);
});

test('breaking glass is never recognised as the marked sound', async () => {
  const glass = readWav(await readFile(`${RELEASE}golden-glass.wav`)).channels[0]!;
  const [marked] = await embed(pot(), 'pot', [0]);
  expect(countAlike(marked!, await embed(glass, 'glass', [0, 1, 2]))).toBe(0);
});
