import type { Random } from './random.ts';
import { decibel, SAMPLE_RATE, samplesOf, type Beep } from './sound.ts';

/** What makes the tone: a piezo disc at its resonance, or the 520 Hz square wave that wakes sleepers (UL 217, NFPA 72). */
export type Band = '3.1k' | '520';

/** One unit's voice: drawn once, the same for all of its beeps. */
export interface Sounder {
  band: Band;
  toneHz: number;
  /** Amplitude by harmonic number - 1. */
  harmonics: number[];
  attackS: number;
  releaseS: number;
  rippleHz: number;
  rippleDepth: number;
  /** The drive settles: the first `settleS` start this share above or below the tone. */
  glide: number;
  settleS: number;
  /** The click of the disc's start and stop, against the tone. */
  click: number;
  /** A share of noise on the tone, of worn or overdriven discs. */
  rasp: number;
  shape: 'tone' | 'sweep' | 'warble';
  /** Sweeps and warbles run between the tone and this. */
  otherHz: number;
  cycleS: number;
}

const NYQUIST = SAMPLE_RATE / 2;
/** Above this a microphone's own filter has taken the harmonic away. */
const TOP_HZ = 0.97 * NYQUIST;

export function drawSounder(random: Random, band: Band, shape: Sounder['shape'] = 'tone', toneHz?: number): Sounder {
  const tone = toneHz ?? (band === '520' ? 520 * random.uniform(0.92, 1.08) : drawPiezoHz(random));
  const count = Math.max(1, Math.floor(TOP_HZ / tone));
  return {
    band,
    toneHz: tone,
    harmonics: band === '520' ? squareHarmonics(random, count) : piezoHarmonics(random, count),
    attackS: random.logUniform(0.001, 0.02),
    // Longer, and T4's beeps would run into one another.
    releaseS: random.logUniform(0.002, 0.03),
    rippleHz: random.chance(0.4) ? random.pick([100, 120]) : random.uniform(8, 90),
    rippleDepth: random.chance(0.4) ? 0 : random.uniform(0.02, 0.35),
    glide: random.normal(0, 0.006),
    settleS: random.uniform(0.01, 0.08),
    click: random.chance(0.5) ? random.uniform(0.02, 0.4) : 0,
    rasp: random.chance(0.3) ? random.uniform(0.005, 0.12) : 0,
    shape,
    otherHz: tone * (shape === 'sweep' ? random.uniform(0.6, 0.9) : random.uniform(0.78, 0.95)),
    cycleS: shape === 'warble' ? random.logUniform(0.08, 0.7) : 0,
  };
}

/** Nearly all discs resonate at 2.9 to 3.5 kHz; 2.4 to 3.8 kHz were recorded. */
const drawPiezoHz = (random: Random): number =>
  random.chance(0.7)
    ? random.uniform(2_900, 3_500)
    : random.chance(0.85)
      ? random.uniform(2_600, 3_700)
      : random.uniform(2_350, 3_850);

function piezoHarmonics(random: Random, count: number): number[] {
  return Array.from({ length: count }, (_, i) => (i === 0 ? 1 : decibel(random.uniform(-42, -8))));
}

/** A square wave has 1/n on odd harmonics; its duty cycle and the small cone of a sounder bend that. */
function squareHarmonics(random: Random, count: number): number[] {
  const duty = random.uniform(0.42, 0.5);
  const cornerHz = random.logUniform(1_500, 9_000);
  const lowCutHz = random.logUniform(100, 900);
  const tone = 520;
  return Array.from({ length: count }, (_, i) => {
    const n = i + 1;
    const hz = n * tone;
    const low = hz / Math.hypot(hz, lowCutHz);
    return (
      ((Math.abs(Math.sin(Math.PI * n * duty)) / n) * low * decibel(random.uniform(-4, 4))) /
      Math.hypot(1, hz / cornerHz)
    );
  });
}

/** Adds one beep of this sounder to `target`. `random` only feeds clicks and rasp. */
export function addBeep(
  target: Float32Array,
  sounder: Sounder,
  { startS, lengthS }: Beep,
  random: Random,
  gain = 1,
): void {
  const start = samplesOf(startS);
  const length = samplesOf(lengthS);
  const tail = samplesOf(sounder.releaseS * 6);
  const end = Math.min(target.length, start + length + tail);
  const phase0 = random.uniform(0, 2 * Math.PI);
  const ripplePhase = random.uniform(0, 2 * Math.PI);
  const attack = 1 / (sounder.attackS * SAMPLE_RATE);
  const decay = Math.exp(-1 / (sounder.releaseS * SAMPLE_RATE));
  const settle = Math.exp(-1 / (sounder.settleS * SAMPLE_RATE));
  let level = 0;
  let glide = sounder.glide;
  let phase = phase0;
  for (let i = start; i < end; i++) {
    const at = i - start;
    if (at < length) level += (1 - level) * Math.min(1, attack * 2);
    else level *= decay;
    const hz = toneAt(sounder, at / SAMPLE_RATE, lengthS) * (1 + glide);
    glide *= settle;
    phase += (2 * Math.PI * hz) / SAMPLE_RATE;
    if (phase > 2e6) phase -= 2e6 - (2e6 % (2 * Math.PI));
    let x = harmonicSum(sounder, phase, hz);
    if (sounder.rasp > 0) x += sounder.rasp * (random.next() - 0.5) * 2;
    const ripple =
      1 -
      sounder.rippleDepth * (0.5 + 0.5 * Math.sin((2 * Math.PI * sounder.rippleHz * at) / SAMPLE_RATE + ripplePhase));
    target[i] = (target[i] as number) + gain * level * ripple * x;
  }
  if (sounder.click > 0) {
    addClick(target, start, sounder.click * gain, random);
    addClick(target, start + length, sounder.click * gain * 0.6, random);
  }
}

function toneAt({ shape, toneHz, otherHz, cycleS }: Sounder, atS: number, lengthS: number): number {
  if (shape === 'tone') return toneHz;
  if (shape === 'sweep') return otherHz + (toneHz - otherHz) * Math.min(1, atS / lengthS);
  return (atS / cycleS) % 1 < 0.5 ? toneHz : otherHz;
}

function harmonicSum({ harmonics }: Sounder, phase: number, hz: number): number {
  // sin(n x) = 2 cos(x) sin((n-1) x) - sin((n-2) x): one sine and one cosine for all harmonics.
  const sine = Math.sin(phase);
  const twoCos = 2 * Math.cos(phase);
  let before = 0;
  let now = sine;
  let sum = (harmonics[0] as number) * sine;
  for (let n = 2; n <= harmonics.length && n * hz < TOP_HZ; n++) {
    const next = twoCos * now - before;
    before = now;
    now = next;
    sum += (harmonics[n - 1] as number) * next;
  }
  return sum;
}

/** Some milliseconds of decaying noise. */
function addClick(target: Float32Array, at: number, gain: number, random: Random): void {
  const length = samplesOf(0.004);
  for (let i = 0; i < length && at + i < target.length; i++) {
    target[at + i] = (target[at + i] as number) + gain * Math.exp(-i / 12) * (random.next() * 2 - 1);
  }
}
