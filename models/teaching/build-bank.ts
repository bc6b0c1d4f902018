/** Makes the bank of a release: hours of simulated homes, recordings of the corpus's `train` part and synthesised appliances. */
import { mapLabel } from '../corpus/label-map.ts';
import type { Sound } from '../corpus/sound-library.ts';
import { HOMES } from '../scenes/homes/home.ts';
import { houseDay } from '../scenes/house-day.ts';
import type { SceneMaker } from '../scenes/scene-maker.ts';
import { NEAR_MISSES, nearMiss } from '../synthesis/near-miss.ts';
import { Random } from '../synthesis/random.ts';
import { SAMPLE_RATE, samplesOf } from '../synthesis/sound.ts';
import { BankWriter, meansOf, RECORDINGS_PER_DAY, type BankGroup, type BankIndex } from './sound-bank.ts';
import { TypicalVectors } from './typical-vectors.ts';
import type { TrunkReader } from './trunk-reader.ts';

type Use = BankGroup['use'];

interface BankSize {
  /** Number of hours from house days, and number of vectors that represent them. */
  hours: Record<Use, number>;
  vectors: Record<Use, number>;
  /** The highest number of recordings for each label of the corpus, and of synthesised sounds for each kind. */
  perLabel: number;
  perNearMiss: number;
}

export const FULL_BANK: BankSize = {
  hours: { learn: 24, measure: 120 },
  vectors: { learn: 5_000, measure: 10_000 },
  perLabel: 10,
  perNearMiss: 6,
};

/** The device's short window: 10 steps of 40 ms. */
const STEPS_PER_VECTOR = 10;
/**
 * Length of a piece. A head reports a continuing sound once in 30 s, so all reports within a piece count as one
 * mistake.
 */
const PIECE_S = 30;
const HOUR_S = 3_600;
/** The highest number of vectors from one recording. It is low, because most recordings are short. */
const RECORDING_VECTORS = 12;
/** Background noise before a sound, during which the trunk's state settles. */
const LEAD_S = 2;
/** Number of homes for learning: two of five homes. The others are for measuring. */
const LEARNING_HOMES = 10;
/**
 * Number of hours between two simulated hours. It has no factor in common with 24, so that every hour of the day is
 * used.
 */
const HOURS_APART = 7;
const SEED = 'bank';

interface BankJob {
  maker: SceneMaker;
  trunk: TrunkReader;
  size: BankSize;
  signal: AbortSignal;
  onProgress: (done: number, total: number) => void;
}

export async function buildBank(job: BankJob, dir: string): Promise<BankIndex> {
  const { trunk, size, signal } = job;
  const writer = new BankWriter();
  let done = 0;
  const step = (): void => job.onProgress(++done, size.hours.learn + size.hours.measure);
  for (const use of ['learn', 'measure'] as const) {
    const typical = new TypicalVectors(size.vectors[use]);
    for (let n = 0; n < size.hours[use]; n++) {
      await hearHour(job, use, n, typical);
      step();
    }
    const { vectors } = typical;
    const counts = vectors.map(({ count }) => count);
    const perDay = (counts.reduce((a, b) => a + b, 0) * 24) / size.hours[use];
    writer.add(
      { name: 'house days', use, vectorsPerWindow: 1, perDay: use === 'measure' ? perDay : 0, counts },
      vectors.map(({ vector }) => vector),
    );
  }
  const recorded = recordings(job);
  for (const use of ['learn', 'measure'] as const) {
    const windows: Float32Array[] = [];
    for (const sound of recorded.filter((one) => one.use === use)) {
      signal.throwIfAborted();
      const means = await recordingWindow(trunk, sound);
      if (means) windows.push(means);
    }
    const perDay = use === 'measure' ? RECORDINGS_PER_DAY : 0;
    writer.add({ name: 'recordings', use, vectorsPerWindow: RECORDING_VECTORS, perDay }, windows);
  }
  return writer.write(dir, { trunkSha256: trunk.sha256, width: trunk.width, stepsPerVector: STEPS_PER_VECTOR });
}

/**
 * Computes the vectors of one simulated hour. Each hour is from another home and another time of day. Quiet stretches
 * are left out, because there the network does not run.
 */
async function hearHour(
  { maker, trunk, signal }: BankJob,
  use: Use,
  n: number,
  typical: TypicalVectors,
): Promise<void> {
  const homes = use === 'learn' ? LEARNING_HOMES : HOMES - LEARNING_HOMES;
  const home = (use === 'learn' ? 0 : LEARNING_HOMES) + (n % homes);
  const day = home + HOMES * (Math.floor(n / homes) % 4);
  const fromS = ((n * HOURS_APART) % 24) * HOUR_S;
  const pieces = houseDay(maker.world, { seed: SEED, day }, { signal, fromS, toS: fromS + HOUR_S, pieceS: PIECE_S });
  for await (const { samples, sounding, atS } of pieces) {
    if (sounding === 0) continue;
    const embeddings = await trunk.embeddingsOf(samples);
    const count = Math.floor(embeddings.length / trunk.width / STEPS_PER_VECTOR);
    const means = meansOf(embeddings, trunk.width, { from: 0, steps: STEPS_PER_VECTOR, count }) as Float32Array;
    for (let k = 0; k < count; k++)
      typical.add(means.subarray(k * trunk.width, (k + 1) * trunk.width), n * HOUR_S + atS);
  }
}

interface Recorded {
  use: Use;
  /** Mixes the sound with background noise at a random level. */
  make: () => Float32Array;
}

/**
 * Uses at most the same number of recordings of each label, so that 400 recordings of speech do not outweigh four
 * doorbells. Every second recording of a label is for measuring.
 */
function recordings({ maker: { world }, size }: BankJob): Recorded[] {
  const { library } = world.shelf;
  const byLabel = Map.groupBy(library.sounds, ({ label }) => label);
  const of: Recorded[] = [];
  const add = (n: number, make: () => Float32Array): void =>
    void of.push({ use: n % 2 === 0 ? 'learn' : 'measure', make });
  for (const [label, sounds] of [...byLabel].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const random = new Random(`${SEED}/recordings/${label}`);
    const isAlarm = mapLabel(label).positive !== undefined;
    drawn(sounds, size.perLabel * (isAlarm ? 2 : 1), random).forEach((sound, n) => {
      const own = random.fork(n);
      add(n, () => inRoomNoise(excerpt(library.read(sound), sound), own));
    });
  }
  for (const kind of NEAR_MISSES)
    for (let n = 0; n < size.perNearMiss; n++) {
      const random = new Random(`${SEED}/near-miss/${kind}/${n}`);
      add(n, () => inRoomNoise(nearMiss(random, kind, 4).samples, random));
    }
  return of;
}

/** Chooses items at random, each at most once. */
function drawn<T>(from: readonly T[], count: number, random: Random): T[] {
  const left = [...from];
  return Array.from(
    { length: Math.min(count, left.length) },
    () => left.splice(random.integer(0, left.length - 1), 1)[0] as T,
  );
}

/** The five seconds around the highest sample, which are roughly the loudest ones. */
function excerpt(samples: Float32Array, { peak }: Sound): Float32Array {
  const at = samples.findIndex((x) => Math.abs(x) >= 0.98 * peak);
  const from = Math.max(0, Math.min(at - SAMPLE_RATE, samples.length - 5 * SAMPLE_RATE));
  return samples.subarray(from, from + 5 * SAMPLE_RATE);
}

function inRoomNoise(sound: Float32Array, random: Random): Float32Array {
  const samples = new Float32Array(samplesOf(LEAD_S + 5 + 1));
  const noise = 10 ** random.uniform(-4, -2.5);
  for (let i = 0; i < samples.length; i++) samples[i] = random.normal(0, noise);
  let peak = 1e-6;
  for (const x of sound) peak = Math.max(peak, Math.abs(x));
  const gain = 10 ** random.uniform(-1.7, -0.1) / peak;
  const at = samplesOf(LEAD_S);
  for (let i = 0; i < sound.length && at + i < samples.length; i++)
    samples[at + i] = Math.max(-1, Math.min(1, (samples[at + i] as number) + gain * (sound[i] as number)));
  return samples;
}

async function recordingWindow(trunk: TrunkReader, { make }: Recorded): Promise<Float32Array | null> {
  const from = Math.round(LEAD_S / trunk.stepS);
  return meansOf(await trunk.embeddingsOf(make()), trunk.width, {
    from,
    steps: STEPS_PER_VECTOR,
    count: RECORDING_VECTORS,
  });
}
