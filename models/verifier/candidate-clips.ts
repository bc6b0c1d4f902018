import { Detector } from '@earshot/device/detect/detector.ts';
import { listenToAll } from '@earshot/device/detect/detector-settings.ts';
import type { CandidateDetection } from '@earshot/device/detect/detection.ts';
import type { Network } from '@earshot/device/detect/network.ts';
import { clipWindow } from '@earshot/device/listening/clip.ts';
import type { Level } from '@earshot/shared/labels.ts';
import type { Evidence } from '@earshot/shared/verifier/evidence.ts';
import type { LeftOut } from '../scenes/scene-types.ts';
import { SAMPLE_RATE } from '../synthesis/sound.ts';
import { CLIP_S } from './verifier-network.ts';

/** A clip that the device stage let through, and whether it was right. */
export interface CandidateClip {
  /** 16 kHz mono, at most CLIP_S long, ending when the device was sure. */
  samples: Float32Array;
  eventStartS: number;
  evidence: Evidence;
  isReal: boolean;
  /** Labels that sound in the clip. */
  heard: string[];
  atS: number;
}

/** What was played: a scene, a recording, a piece of a house day. */
export interface Played {
  samples: Float32Array;
  events: readonly { label: string; startS: number; endS: number }[];
  ignored: readonly LeftOut[];
}

/** A sound rings on and its evidence fades within this. */
const RINGS_S = 1;
/** An alert may come this long after the event's end (the same rule as replay's), but its clip then holds nothing to learn from. */
const LATE_S = 15;
/** Silence after the sound, so that what waits is decided (as replay does). */
const TAIL_S = 3;

/** Plays one sound through the device's own detector from a fresh state. Candidates whose truth is open are left out. */
export async function candidatesOf(network: Network, played: Played, level: Level): Promise<CandidateClip[]> {
  const detector = new Detector(network, { settings: listenToAll(network.labels, level) });
  const whole = new Float32Array(played.samples.length + TAIL_S * SAMPLE_RATE);
  whole.set(played.samples);
  const detections = [...(await detector.push(whole)), ...(await detector.finish())];
  return detections.flatMap((detection) => {
    if (detection.type !== 'candidate') return [];
    const truth = truthOf(detection, played);
    return truth === 'open' ? [] : [clipOf(detection, whole, played, truth === 'real')];
  });
}

function truthOf(
  { label, startSample, detectedSample }: CandidateDetection,
  { events, ignored }: Played,
): 'real' | 'false' | 'open' {
  const toS = detectedSample / SAMPLE_RATE;
  const fromS = Math.max(startSample / SAMPLE_RATE, toS - CLIP_S);
  const near = (afterS: number) => (event: { startS: number; endS: number }) =>
    toS >= event.startS && fromS <= event.endS + afterS;
  const own = events.filter((event) => event.label === label);
  if (own.some(near(RINGS_S))) return 'real';
  const open = ignored.filter(({ heads }) => heads === '*' || heads.includes(label));
  return [...own, ...open].some(near(LATE_S)) ? 'open' : 'false';
}

function clipOf(
  { label, why, startSample, detectedSample }: CandidateDetection,
  whole: Float32Array,
  { events }: Played,
  isReal: boolean,
): CandidateClip {
  const { from, to } = clipWindow(detectedSample, CLIP_S);
  const [fromS, toS] = [from / SAMPLE_RATE, to / SAMPLE_RATE];
  return {
    samples: whole.slice(from, to),
    eventStartS: Math.max(0, (startSample - from) / SAMPLE_RATE),
    evidence: { label, why },
    isReal,
    heard: events.filter((event) => event.startS < toS - 0.1 && event.endS > fromS).map((event) => event.label),
    atS: toS,
  };
}
