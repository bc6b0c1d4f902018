import type { Random } from './random.ts';
import { SAMPLE_RATE, samplesOf, type Beep } from './sound.ts';
import { drawColour, TOP_HZ, type Colour, type Timbre } from './timbre.ts';

// Local copies: in tests, a look-up of the global `Math` in the loop takes longer than the sine.
const { PI, sin, cos, exp, min } = Math;

/**
 * The pitch band: a piezo disc at its resonance, the 520 Hz sounder that wakes sleeping people (UL 217, NFPA 72), or
 * any pitch from 350 to 4,500 Hz.
 */
export type Band = '3.1k' | '520' | 'any';

/** The tone of one alarm unit. It is chosen at random once and is the same for all beeps of the unit. */
export interface Sounder extends Colour {
  band: Band;
  timbre: Timbre;
  toneHz: number;
  attackS: number;
  releaseS: number;
  /**
   * How far the pitch differs from the tone at the start of a beep, as a share. The difference disappears within
   * `settleS`.
   */
  glide: number;
  settleS: number;
  /** Strength of the click when the disc starts and stops, relative to the tone. */
  click: number;
  /** Share of noise in the tone, as of worn or overdriven discs. */
  rasp: number;
}

export function drawSounder(random: Random, band: Band, timbre: Timbre): Sounder {
  const tone = drawHz(random, band);
  return {
    band,
    timbre,
    toneHz: tone,
    ...drawColour(random, timbre, tone),
    attackS: random.logUniform(0.001, 0.02),
    // At most 30 ms, because a longer decay would merge T4's beeps.
    releaseS: random.logUniform(0.002, 0.03),
    glide: random.normal(0, 0.006),
    settleS: random.uniform(0.01, 0.08),
    click: random.chance(0.5) ? random.uniform(0.02, 0.4) : 0,
    rasp: random.chance(0.3) ? random.uniform(0.005, 0.12) : 0,
  };
}

function drawHz(random: Random, band: Band): number {
  if (band === 'any') return random.logUniform(350, 4_500);
  // Alarm units that are sold as 520 Hz were recorded at 430 Hz and above.
  return band === '520' ? random.uniform(430, 565) : drawPiezoHz(random);
}

/** Nearly all discs resonate at 2.9 to 3.5 kHz. The recorded discs have pitches from 2.4 to 3.8 kHz. */
const drawPiezoHz = (random: Random): number =>
  random.chance(0.7)
    ? random.uniform(2_900, 3_500)
    : random.chance(0.85)
      ? random.uniform(2_600, 3_700)
      : random.uniform(2_350, 3_850);

/** Adds one beep of this sounder to `target`. `random` is only used for clicks and noise. */
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
  const end = min(target.length, start + length + tail);
  const phase0 = random.uniform(0, 2 * PI);
  const ripplePhase = random.uniform(0, 2 * PI);
  const attack = 1 / (sounder.attackS * SAMPLE_RATE);
  const decay = exp(-1 / (sounder.releaseS * SAMPLE_RATE));
  const settle = exp(-1 / (sounder.settleS * SAMPLE_RATE));
  let level = 0;
  let glide = sounder.glide;
  let phase = phase0;
  for (let i = start; i < end; i++) {
    const at = i - start;
    if (at < length) level += (1 - level) * min(1, attack * 2);
    else level *= decay;
    const hz = toneAt(sounder, at / SAMPLE_RATE, lengthS) * (1 + glide);
    glide *= settle;
    phase += (2 * PI * hz) / SAMPLE_RATE;
    if (phase > 2e6) phase -= 2e6 - (2e6 % (2 * PI));
    let x = harmonicSum(sounder, phase, hz);
    if (sounder.rasp > 0) x += sounder.rasp * (random.next() - 0.5) * 2;
    const ripple =
      1 - sounder.rippleDepth * (0.5 + 0.5 * sin((2 * PI * sounder.rippleHz * at) / SAMPLE_RATE + ripplePhase));
    target[i] = (target[i] as number) + gain * level * ripple * x;
  }
  // The same driver produces both tones, so there is only one click.
  if (sounder.chordHz > 0)
    addBeep(target, { ...sounder, toneHz: sounder.chordHz, chordHz: 0, click: 0 }, { startS, lengthS }, random, gain);
  if (sounder.click > 0) {
    addClick(target, start, sounder.click * gain, random);
    addClick(target, start + length, sounder.click * gain * 0.6, random);
  }
}

function toneAt({ shape, toneHz, otherHz, cycleS }: Sounder, atS: number, lengthS: number): number {
  if (shape === 'tone') return toneHz;
  if (shape === 'sweep') return otherHz + (toneHz - otherHz) * min(1, atS / lengthS);
  if (shape === 'fm') return toneHz + (otherHz - toneHz) * (0.5 - 0.5 * cos((2 * PI * atS) / cycleS));
  return (atS / cycleS) % 1 < 0.5 ? toneHz : otherHz;
}

function harmonicSum({ harmonics }: Sounder, phase: number, hz: number): number {
  // sin(n x) = 2 cos(x) sin((n-1) x) - sin((n-2) x): one sine and one cosine for all harmonics.
  const sine = sin(phase);
  const twoCos = 2 * cos(phase);
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

/** Adds a click: some milliseconds of decaying noise. */
function addClick(target: Float32Array, at: number, gain: number, random: Random): void {
  const length = samplesOf(0.004);
  for (let i = 0; i < length && at + i < target.length; i++) {
    target[at + i] = (target[at + i] as number) + gain * exp(-i / 12) * (random.next() * 2 - 1);
  }
}
