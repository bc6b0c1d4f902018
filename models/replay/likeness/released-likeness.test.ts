import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { RELEASED_CENTRE } from '@earshot/cloud/ignored-sounds/embedding-centre.ts';
import { mostAlike, neededLikeness } from '@earshot/cloud/ignored-sounds/likeness.ts';
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
/** A score that alerts only at sensitivity "high", and one that alerts at every sensitivity. */
const [UNSURE, SURE] = [0.3, 0.99];

let verifier: Manifest['verifier'];
let scorer: ClipScorer;
beforeAll(async () => {
  ({ verifier } = Manifest.parse(JSON.parse(await readFile(`${RELEASE}manifest.json`, 'utf8'))));
  scorer = await ClipScorer.load(await readFile(RELEASE + verifier.file), verifier);
});
afterAll(() => scorer.close());

/** The embeddings of some plays in one room, as if the device had reported breaking glass. */
async function embed(sound: Float32Array, name: string, times: readonly number[]): Promise<Float32Array[]> {
  const evidence = { label: LABEL, why: { cadence: NO_CADENCE, scores: { [LABEL]: 0.9 } } };
  const room = fan();
  const plays = times.map((time) => ({ ...playedAgain(sound, name, time, room), evidence }));
  return (await scorer.scoreAndEmbed(plays)).map(({ embedding }) => embedding!);
}

function made(lengthS: number, valueAt: (s: number, dice: Dice) => number): Float32Array {
  const dice = new Dice('x');
  return Float32Array.from({ length: lengthS * RATE }, (_, at) => valueAt(at / RATE, dice));
}

/** Noise that gets louder and softer, and a hum. */
function fan(): Float32Array {
  const turn = (hz: number, s: number): number => Math.sin(2 * Math.PI * hz * s);
  return made(7, (s, dice) => (2 * dice.roll() - 1) * (1 + 0.4 * turn(3, s)) + turn(120, s));
}

/** Four coins that fall on a table. */
function coins(): Float32Array {
  const ring = (hz: number, fadeS: number, s: number): number => Math.exp(-s / fadeS) * Math.sin(2 * Math.PI * hz * s);
  const coin = (n: number, s: number): number =>
    s > 0 ? ring(3_000 + 700 * n, 0.05, s) + ring(5_200 + 300 * n, 0.03, s) : 0;
  return made(1, (s) => [0, 0.13, 0.21, 0.4].reduce((sum, startS, n) => sum + coin(n, s - startS), 0));
}

function countAlike(marked: Float32Array, clips: readonly Float32Array[], score: number): number {
  const alike = clips.filter((values) => {
    const likeness = neededLikeness({ label: LABEL, embedding: { values, by: verifier.sha256 }, score }, verifier);
    return mostAlike([{ values: marked }], values, likeness) !== null;
  });
  return alike.length;
}

test('embedding-centre.json was made with the released verifier; if not, run fit-embedding-centre.ts', () => {
  expect(RELEASED_CENTRE.by).toBe(verifier.sha256);
});

test('repeats of a marked sound are recognised at another level and elsewhere in their clips, more of them when the verifier is not sure', async () => {
  const [marked, ...again] = await embed(coins(), 'coins', [0, ...REPEATS]);
  const [unsure, sure] = [countAlike(marked!, again, UNSURE), countAlike(marked!, again, SURE)];
  expect(unsure).toBe(REPEATS.length);
  expect(sure).toBeLessThan(REPEATS.length);
});

test('breaking glass is never recognised as the marked sound, whatever its score', async () => {
  const glass = readWav(await readFile(`${RELEASE}golden-glass.wav`)).channels[0]!;
  const [marked] = await embed(coins(), 'coins', [0]);
  const clips = await embed(glass, 'glass', [0, 1, 2]);
  expect(countAlike(marked!, clips, UNSURE) + countAlike(marked!, clips, SURE)).toBe(0);
});
