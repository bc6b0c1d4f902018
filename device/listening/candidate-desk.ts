import { v7 } from 'uuid';
import { labelInfo, type Mode } from '@earshot/shared/labels.ts';
import type { Clock } from '@earshot/shared/clock.ts';
import type { Candidate } from '@earshot/shared/contracts/candidate.ts';
import { encodeEmbedding } from '@earshot/shared/features/embedding.ts';
import { SAMPLE_RATE } from '../audio/source.ts';
import type { CandidateDetection, Detection } from '../detect/detection.ts';
import type { AgentEmitter } from '../events.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { clipWindow, makeClip } from './clip.ts';
import type { Listener } from './listener.ts';

/** What applies in the home at this moment. */
export interface HomeNow {
  mode: Mode;
  isTesting: boolean;
}

/** Turns detections into candidates: gives them an id and a clip, stores them on disk, and only then emits them. */
export class CandidateDesk {
  private readonly outbox: Outbox;
  private readonly events: AgentEmitter;
  private readonly clock: Clock;
  private readonly home: () => HomeNow;
  /** The newest candidate of each event that still continues, by listener and event. */
  private readonly open = new Map<Listener, Map<string, string>>();

  constructor(outbox: Outbox, events: AgentEmitter, clock: Clock, home: () => HomeNow) {
    this.outbox = outbox;
    this.events = events;
    this.clock = clock;
    this.home = home;
  }

  async take(listener: Listener, detection: Detection): Promise<void> {
    if (detection.type === 'candidate') return this.register(listener, detection);
    const { label } = detection;
    if (detection.type === 'silenced') return void this.events.emit('silenced', { label, soundId: detection.soundId });
    const key = `${label} ${detection.eventId}`;
    const id = this.open.get(listener)?.get(key);
    if (id === undefined) return;
    const ended = detection.type === 'ended';
    if (ended) this.open.get(listener)?.delete(key);
    this.events.emit('heard', { id, label, source: listener.source.name, ended });
  }

  private async register(listener: Listener, detection: CandidateDetection): Promise<void> {
    const { from, to } = clipWindow(detection.detectedSample, listener.clipS);
    const clip = makeClip(listener.ring.read(from, to), from, detection.startSample);
    const candidate = this.describe(listener, detection, clip.info);
    await this.outbox.put({ candidate, clip: clip.bytes });
    this.remember(listener, detection, candidate.id);
    const [atS, detectedS] = [detection.startSample / SAMPLE_RATE, detection.detectedSample / SAMPLE_RATE];
    this.events.emit('candidate', { candidate, clip: clip.bytes, atS, detectedS, again: detection.again });
  }

  private describe(listener: Listener, detection: CandidateDetection, clip: Candidate['clip']): Candidate {
    const { label, score, level, why, startSample, embedding } = detection;
    const { mode, isTesting } = this.home();
    const nowMs = this.clock.nowMs();
    const beganMs = nowMs - ((listener.nowSample - startSample) * 1000) / SAMPLE_RATE;
    return {
      id: v7({ msecs: nowMs }),
      label,
      score: Math.min(1, Math.max(0, score)),
      level,
      mode,
      why: { ...why, text: why.text.slice(0, 300) },
      startedAt: new Date(beganMs).toISOString(),
      detectedAt: new Date(nowMs).toISOString(),
      startSample,
      source: listener.source.name,
      release: listener.release,
      late: false,
      // A test button triggers only alarm sounds, so breaking glass during a test is reported normally.
      test: labelInfo(label).class !== 'security' && isTesting,
      clip,
      embedding: { trunkSha256: embedding.by, values: encodeEmbedding(embedding.values) },
    };
  }

  private remember(listener: Listener, { label, eventId }: CandidateDetection, id: string): void {
    const events = this.open.get(listener) ?? new Map<string, string>();
    this.open.set(listener, events.set(`${label} ${eventId}`, id));
  }
}
