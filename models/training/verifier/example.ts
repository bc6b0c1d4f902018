import { logMelOf } from '@earshot/shared/features/log-mel-of.ts';
import { clipForVerifier } from '@earshot/shared/features/verifier-clip.ts';
import { evidenceVector } from '@earshot/shared/features/verifier-evidence.ts';
import type { CandidateClip } from './candidate-clips.ts';
import { KNOWN_LABELS } from '@earshot/shared/labels.ts';
import type { Random } from '../../synthesis/random.ts';
import { SAMPLE_RATE, samplesOf } from '../../synthesis/sound.ts';
import type { Scene } from '../../scenes/scene-types.ts';
import { NO, NOT_ASKED, YES } from '../data/targets.ts';
import { quantise } from '../data/shard.ts';
import { CLIP_S, VERIFIER_FRONT_END } from './network.ts';

/** One clip that trains the verifier. */
export interface Example {
  /** Log-mel values in units of 1/4096. Layout: [frame][band]. */
  mels: Int16Array;
  /** One answer per label: whether the label is in the clip. */
  targets: Uint8Array;
  /** The device's evidence; absent: it is not a candidate. */
  evidence?: Float32Array;
}

export const VERIFIER_LABELS: readonly string[] = KNOWN_LABELS;
export const CLIP_FRAMES =
  1 + Math.floor((CLIP_S * SAMPLE_RATE - VERIFIER_FRONT_END.fftSize) / VERIFIER_FRONT_END.hopSize);
/**
 * When less than this of an event is in the clip, no answer is expected: it is too little for "yes" and too much for
 * "no".
 */
const SHORTEST_HEARD_S = 0.12;

/**
 * An example from a scene, cut as a device cuts clips. A clip ends when the device reports: at the earliest some tenths
 * of a second after the event began, and then after each refractory time while the event continues. A shorter clip is
 * padded with silence at its end.
 */
export function exampleOf(scene: Scene, random: Random): Example {
  const lengthS = cutAfter(scene, random);
  const samples = new Float32Array(samplesOf(CLIP_S));
  samples.set(scene.samples.subarray(0, samplesOf(lengthS)));
  const { data } = logMelOf(samples, VERIFIER_FRONT_END);
  return { mels: Int16Array.from(data, quantise), targets: targetsWithin(scene, lengthS) };
}

function cutAfter(scene: Scene, random: Random): number {
  if (random.chance(0.3)) return CLIP_S;
  const earliestS = (scene.events[0]?.beeps[0]?.startS ?? 0.5) + 0.3;
  // The first candidate of an event comes early, later ones at any time.
  const cutS = random.chance(0.5) ? earliestS + random.uniform(0, 2.5) : random.uniform(earliestS, CLIP_S);
  return Math.min(CLIP_S, cutS);
}

function targetsWithin(scene: Scene, lengthS: number): Uint8Array {
  const targets = new Uint8Array(VERIFIER_LABELS.length).fill(NO);
  const set = (label: string, answer: number): void => {
    const at = VERIFIER_LABELS.indexOf(label);
    if (at >= 0 && targets[at] !== YES) targets[at] = answer;
  };
  for (const { heads, startS } of scene.ignored) {
    if (startS < lengthS) for (const head of heads === '*' ? VERIFIER_LABELS : heads) set(head, NOT_ASKED);
  }
  for (const { label, beeps } of scene.events) {
    const heardS = beeps.reduce((sum, beep) => sum + Math.max(0, Math.min(beep.lengthS, lengthS - beep.startS)), 0);
    if (heardS > 0) set(label, heardS >= SHORTEST_HEARD_S || label === 'low_battery_chirp' ? YES : NOT_ASKED);
  }
  return targets;
}

/**
 * An example from a candidate of the device stage. The answer for the reported label is known, other labels that sound
 * are "yes", and for the rest no answer is expected.
 */
export function exampleOfCandidate(candidate: CandidateClip): Example {
  const { data } = logMelOf(clipForVerifier(candidate.samples, candidate, CLIP_S), VERIFIER_FRONT_END);
  const targets = Uint8Array.from(VERIFIER_LABELS, (label) => (candidate.heard.includes(label) ? YES : NOT_ASKED));
  const at = VERIFIER_LABELS.indexOf(candidate.evidence.label);
  if (at >= 0) targets[at] = candidate.isReal ? YES : NO;
  return { mels: Int16Array.from(data, quantise), targets, evidence: evidenceVector(candidate.evidence) };
}
