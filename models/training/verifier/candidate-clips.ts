import { Detector } from '@earshot/device/detect/detector.ts';
import { listenToAll } from '@earshot/device/detect/detector-settings.ts';
import type { CandidateDetection, Detection } from '@earshot/device/detect/detection.ts';
import type { Network } from '@earshot/device/network/network.ts';
import { clipWindow } from '@earshot/device/listening/clip.ts';
import type { Level } from '@earshot/shared/labels.ts';
import type { Evidence } from '@earshot/shared/features/verifier-evidence.ts';
import type { LeftOut } from '../../scenes/scene-types.ts';
import { SAMPLE_RATE } from '../../synthesis/sound.ts';
import { CLIP_S } from './network.ts';

/** A clip that the device stage reported, and whether it was right. */
export interface CandidateClip {
  /** 16 kHz mono, at most CLIP_S long, ending when the device reported. */
  samples: Float32Array;
  eventStartS: number;
  evidence: Evidence;
  isReal: boolean;
  /** The labels that sound in the clip. */
  heard: string[];
  atS: number;
  /** The device's event that was reported: a sound that goes on is reported again. */
  eventId: number;
}

/** The source: a scene, a recording, a piece of a house day. */
export interface Played {
  samples: Float32Array;
  events: readonly { label: string; startS: number; endS: number }[];
  ignored: readonly LeftOut[];
}

/** For this long after a sound, its echo and its evidence may still cause a candidate. */
const RINGS_S = 1;
/**
 * A candidate up to this long after the event counts as right, as in replay. But its clip no longer contains the event,
 * so it is not used for training.
 */
const LATE_S = 15;
/** Silence that is played after the sound, as in replay, so that the detector decides about pending events. */
const TAIL_S = 3;
/** How much of the played sound is kept. The detector decides some seconds late, and its clip reaches further back. */
const KEPT_S = 2 * CLIP_S;

/**
 * Plays one sound through the device's own detector from a fresh state. Candidates whose truth is unknown are left
 * out.
 */
export async function candidatesOf(network: Network, played: Played, level: Level): Promise<CandidateClip[]> {
  const listener = new CandidateListener(network, level);
  return [...(await listener.push(played)), ...(await listener.finish())];
}

/**
 * Plays a long sound, e.g. a day of a home, in pieces through the device's own detector. Times are in seconds since the
 * start.
 */
export class CandidateListener {
  private readonly detector: Detector;
  /** The last part of the played sound, from which clips are cut. */
  private heard: Float32Array = new Float32Array(0);
  private heardFrom = 0;
  private truths: Pick<Played, 'events' | 'ignored'> = { events: [], ignored: [] };

  constructor(network: Network, level: Level, { gate = false } = {}) {
    this.detector = new Detector(network, { settings: listenToAll(network.labels, level, gate) });
  }

  async push({ samples, events, ignored }: Played): Promise<CandidateClip[]> {
    this.keep(samples);
    this.truths = { events: [...this.truths.events, ...events], ignored: [...this.truths.ignored, ...ignored] };
    const clips = this.clipsOf(await this.detector.push(samples));
    // Older labels are dropped: no candidate is reported this late.
    const atS = (this.heardFrom + this.heard.length) / SAMPLE_RATE;
    const recent = ({ endS }: { endS: number }): boolean => endS > atS - 2 * LATE_S - CLIP_S;
    this.truths = { events: this.truths.events.filter(recent), ignored: this.truths.ignored.filter(recent) };
    return clips;
  }

  async finish(): Promise<CandidateClip[]> {
    const tail = new Float32Array(TAIL_S * SAMPLE_RATE);
    this.keep(tail);
    return this.clipsOf([...(await this.detector.push(tail)), ...(await this.detector.finish())]);
  }

  private keep(samples: Float32Array): void {
    const old = this.heard.subarray(Math.max(0, this.heard.length - KEPT_S * SAMPLE_RATE));
    const heard = new Float32Array(old.length + samples.length);
    heard.set(old);
    heard.set(samples, old.length);
    this.heardFrom += this.heard.length - old.length;
    this.heard = heard;
  }

  private clipsOf(detections: readonly Detection[]): CandidateClip[] {
    return detections.flatMap((detection) => {
      if (detection.type !== 'candidate') return [];
      const truth = truthOf(detection, this.truths);
      if (truth === 'open') return [];
      const { from, to } = clipWindow(detection.detectedSample, CLIP_S);
      const samples = this.heard.slice(from - this.heardFrom, to - this.heardFrom);
      return [clipOf(detection, samples, from, this.truths, truth === 'real')];
    });
  }
}

function truthOf(
  { label, startSample, detectedSample }: CandidateDetection,
  { events, ignored }: Pick<Played, 'events' | 'ignored'>,
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
  { label, why, startSample, eventId }: CandidateDetection,
  samples: Float32Array,
  from: number,
  { events }: Pick<Played, 'events'>,
  isReal: boolean,
): CandidateClip {
  const fromS = from / SAMPLE_RATE;
  const toS = fromS + samples.length / SAMPLE_RATE;
  return {
    samples,
    eventStartS: Math.max(0, (startSample - from) / SAMPLE_RATE),
    evidence: { label, why },
    isReal,
    heard: events.filter((event) => event.startS < toS - 0.1 && event.endS > fromS).map((event) => event.label),
    atS: toS,
    eventId,
  };
}
