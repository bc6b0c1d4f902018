import { Ring } from '@earshot/device/audio/ring.ts';
import { clipWindow } from '@earshot/device/listening/clip.ts';
import { Detector } from '@earshot/device/detect/detector.ts';
import type { CandidateDetection, Detection } from '@earshot/device/detect/detection.ts';
import { listenToAll } from '@earshot/device/detect/detector-settings.ts';
import type { Network } from '@earshot/device/network/network.ts';
import { asEarshotError, type EarshotError } from '@earshot/shared/errors.ts';
import type { Level } from '@earshot/shared/labels.ts';
import type { Problem } from '../../corpus/problem.ts';
import { EvidenceRecorder } from './evidence-track.ts';
import type { PlayedAlert, PlayedPart, PlayedSession, PlayedVerdict } from './played.ts';
import { TAIL_S } from './session.ts';
import { RecordingPart, type SoundPart } from './sounds.ts';
import type { Verification } from './verification.ts';

export interface PlayerOptions {
  network: Network;
  level: Level;
  gate: boolean;
  /**
   * Whether to keep the evidence of each second. It is not kept for house days, because a hundred days would take half
   * a gigabyte.
   */
  keepEvidence?: boolean;
  /** The verifier; null when only the device stage is played. */
  verification: Verification | null;
}

export interface PlayOptions {
  signal?: AbortSignal | undefined;
  /** Called after every few minutes of sound, with the seconds of the session that were played so far. */
  onHeard?: (seconds: number) => void;
}

const HEARD_EVERY_S = 120;

const problemOf = (file: string, { code, message }: EarshotError): Problem => ({
  file,
  code,
  reason: message,
});

/** Plays one session through the device's own detector, and through the cloud's own verifier if there is one. */
export class SessionPlayer {
  private readonly detector: Detector;
  private readonly evidence: EvidenceRecorder;
  private readonly verification: Verification | null;
  private readonly sampleRate: number;
  private readonly alerts: PlayedAlert[] = [];
  private readonly parts: PlayedPart[] = [];
  private readonly problems: Problem[] = [];
  /**
   * The device's own ring buffer. Clips are cut from it as on the device. Null when only the device stage is played.
   */
  private readonly ring: Ring | null;
  private playedSamples = 0;
  private verifyMs = 0;
  private decodeMs = 0;
  private decodedS = 0;
  private readonly onDecoded = (cpuMs: number): void => void (this.decodeMs += cpuMs);

  constructor({ network, level, gate, keepEvidence = true, verification }: PlayerOptions) {
    this.sampleRate = network.manifest.frontEnd.sampleRate;
    this.evidence = new EvidenceRecorder(network.labels, this.sampleRate);
    this.verification = verification;
    this.ring = verification && new Ring();
    this.detector = new Detector(network, {
      settings: listenToAll(network.labels, level, gate),
      ...(keepEvidence ? { onEvaluation: (values, atSample) => this.evidence.add(values, atSample) } : {}),
    });
  }

  async play(session: number, parts: readonly SoundPart[], options: PlayOptions = {}): Promise<PlayedSession> {
    const before = process.threadCpuUsage();
    for (const part of parts) await this.playPart(part, options);
    if (this.playedSamples > 0) await this.playTail();
    const { user, system } = process.threadCpuUsage(before);
    return {
      session,
      parts: this.parts,
      alerts: this.alerts,
      evidence: this.evidence.finish(),
      problems: this.problems,
      cpuMs: (user + system) / 1_000,
      decodeMs: this.decodeMs,
      decodedS: this.decodedS,
      verifyMs: this.verifyMs,
    };
  }

  private async playPart(part: SoundPart, { signal, onHeard }: PlayOptions): Promise<void> {
    const startS = this.playedSamples / this.sampleRate;
    const decodeMsBefore = this.decodeMs;
    let broken: EarshotError | null = null;
    let cutOff: EarshotError | null = null;
    const onCutOff = (error: EarshotError): void => void (cutOff = error);
    try {
      for await (const piece of part.samples({ signal, onDecoded: this.onDecoded, onCutOff }))
        await this.hear(piece, onHeard);
    } catch (error) {
      if (signal?.aborted) throw error;
      broken = asEarshotError(error, 'AUDIO_UNREADABLE', '');
    }
    const durationS = this.playedSamples / this.sampleRate - startS;
    if (this.decodeMs > decodeMsBefore) this.decodedS += durationS;
    const described = part.describe(durationS);
    if (cutOff) this.problems.push(problemOf(described.file, cutOff));
    if (part instanceof RecordingPart && !broken) this.problems.push(...part.pastTheEnd(durationS));
    // If a file becomes unreadable in the middle, none of its results count.
    if (broken) {
      this.problems.push(problemOf(described.file, broken));
      if (durationS === 0) return;
      described.leftOut = [{ heads: '*', startS: 0, endS: durationS }];
      described.annotations = [];
    }
    this.parts.push({
      ...described,
      startS,
      durationS,
      annotations: described.annotations.map((a) => ({ ...a, onsetS: a.onsetS + startS, offsetS: a.offsetS + startS })),
      leftOut: described.leftOut.map((l) => ({ ...l, startS: l.startS + startS, endS: l.endS + startS })),
    });
  }

  private async playTail(): Promise<void> {
    await this.hear(new Float32Array(TAIL_S * this.sampleRate));
    await this.take(await this.detector.finish());
    for (const { label, eventId, heardSample } of this.detector.sounding)
      this.extend(label, eventId, heardSample / this.sampleRate);
  }

  private async hear(piece: Float32Array, onHeard?: PlayOptions['onHeard']): Promise<void> {
    // Push one second at a time, as from a microphone, so that the ring buffer still contains the sound when a
    // candidate is reported.
    for (let at = 0; at < piece.length; at += this.sampleRate) {
      const second = piece.subarray(at, at + this.sampleRate);
      this.ring?.push(second, this.playedSamples);
      this.playedSamples += second.length;
      await this.take(await this.detector.push(second));
      if (onHeard && this.playedSamples % (HEARD_EVERY_S * this.sampleRate) < second.length)
        onHeard(this.playedSamples / this.sampleRate);
    }
  }

  private async take(detections: readonly Detection[]): Promise<void> {
    for (const detection of detections) {
      if (detection.type === 'candidate') await this.takeCandidate(detection);
      else if (detection.type !== 'silenced')
        this.extend(detection.label, detection.eventId, detection.atSample / this.sampleRate);
    }
  }

  private async takeCandidate(candidate: CandidateDetection): Promise<void> {
    const detectedS = candidate.detectedSample / this.sampleRate;
    const { label, score, level, why, again, eventId } = candidate;
    const alert: PlayedAlert = {
      label,
      score,
      level,
      why,
      again,
      event: eventId,
      detectedS,
      startS: candidate.startSample / this.sampleRate,
      endS: detectedS,
      verifier: null,
    };
    this.alerts.push(alert);
    this.extend(label, eventId, detectedS);
    if (this.verification && this.ring) alert.verifier = await this.verify(this.verification, this.ring, candidate);
  }

  private async verify(verification: Verification, ring: Ring, candidate: CandidateDetection): Promise<PlayedVerdict> {
    const { from, to } = clipWindow(candidate.detectedSample, verification.clipS);
    const before = process.threadCpuUsage();
    const verdict = await verification.verify(candidate, ring.read(from, Math.min(to, ring.end)), from);
    const { user, system } = process.threadCpuUsage(before);
    this.verifyMs += (user + system) / 1_000;
    return verdict;
  }

  private extend(label: string, eventId: number, toS: number): void {
    for (const alert of this.alerts)
      if (alert.label === label && alert.event === eventId) alert.endS = Math.max(alert.endS, toS);
  }
}
