import type { SourceHealth } from '@earshot/shared/contracts/device.ts';
import type { SecondOfSignal } from './signal-check.ts';

/**
 * Whether a microphone works. A state machine over facts from the caller: seconds of signal (counted in samples) and ticks of the clock
 * (for sound that does not come at all). It has no side effects: it reports changes to the caller and asks it to restart the source.
 *
 *   healthy --bad for 30 s--> deaf --one good second--> recovering --5 good seconds--> healthy
 *                              ^---------a bad second------/
 *   deaf --10 min and 5 restarts in vain--> failed --one good second--> recovering
 */
export type MicState = SourceHealth['state'];

/**
 * Bad seconds are counted over the last 30 s. A broken microphone must be reported within 60 s, so this leaves time for
 * the steps of 1 s, the heartbeat and the delivery of the notice.
 */
const WINDOW_S = 30;
/**
 * A microphone is deaf when this many of the 30 seconds are bad. It is fewer than 30, so that a single good second does
 * not hide a broken microphone.
 */
const BAD_IN_WINDOW = 27;
const NO_SOUND_MS = 20_000;
const GOOD_SECONDS = 5;
const FAILED_AFTER_MS = 600_000;
const FIRST_RESTART_MS = 15_000;
const LAST_RESTART_MS = 300_000;
/**
 * Deviation from which a sample rate is wrong. Real wrong rates differ by at least 8 % (44.1 instead of 48 kHz); a
 * crystal's error is 0.02 %.
 */
const RATE_TOLERANCE = 0.05;
const RATE_WINDOW_MS = 8_000;
const WRONG_RATE_MS = 15_000;
/** A source ten times too fast is not a microphone but a file in a pipe. */
const NOT_LIVE_RATIO = 10;

export interface MicrophoneEvents {
  changed(health: { state: MicState; reason: string | null; levelDbfs: number | null }): void;
  restart(): void;
}

export class MicrophoneHealth {
  private readonly events: MicrophoneEvents;
  private readonly live: boolean;
  private state: MicState = 'healthy';
  private reason: string | null = null;
  private levelDbfs: number | null = null;
  private recent: (string | null)[] = [];
  private goodInARow = 0;
  private lastSoundMs: number;
  private unhealthySinceMs = 0;
  private nextRestartMs = 0;
  private restartWaitMs = FIRST_RESTART_MS;
  private restarts = 0;
  private wrongRateSinceMs: number | null = null;
  private readonly rate: { atMs: number; samples: number }[] = [];

  constructor(events: MicrophoneEvents, live: boolean, nowMs: number) {
    this.events = events;
    this.live = live;
    this.lastSoundMs = nowMs;
  }

  get health(): { state: MicState; reason: string | null; levelDbfs: number | null } {
    return { state: this.state, reason: this.reason, levelDbfs: this.levelDbfs };
  }

  /** Call it for every second of sound. */
  second(second: SecondOfSignal, nowMs: number): void {
    this.lastSoundMs = nowMs;
    this.levelDbfs = Math.max(-120, second.levelDbfs);
    this.judge(second.fault, nowMs);
  }

  /**
   * Call it at every block of a live source. Compares the number of samples with the clock. `sampleCount`: all samples
   * so far, gaps included.
   */
  pace(sampleCount: number, nowMs: number): void {
    if (!this.live) return;
    const last = this.rate.at(-1);
    if (last && nowMs - last.atMs < 500) return;
    this.rate.push({ atMs: nowMs, samples: sampleCount });
    while (this.rate.length > 2 && nowMs - this.rate[1]!.atMs >= RATE_WINDOW_MS) this.rate.shift();
    const first = this.rate[0]!;
    const elapsedMs = nowMs - first.atMs;
    if (elapsedMs < RATE_WINDOW_MS) return;
    const ratio = (sampleCount - first.samples) / (elapsedMs * 16);
    const wrong = Math.abs(ratio - 1) > RATE_TOLERANCE && ratio < NOT_LIVE_RATIO;
    this.wrongRateSinceMs = wrong ? (this.wrongRateSinceMs ?? nowMs) : null;
  }

  /**
   * Call when the time line was interrupted by a restart or a gap. Samples counted before must not be used to measure
   * the rate.
   */
  interrupted(): void {
    this.rate.length = 0;
    this.wrongRateSinceMs = null;
  }

  /** Call it every second of the clock. Detects that no sound arrives at all. `trouble`: what the source reports. */
  tick(nowMs: number, trouble: string | null): void {
    if (this.live && nowMs - this.lastSoundMs >= NO_SOUND_MS) {
      this.levelDbfs = null;
      this.goodInARow = 0;
      this.become('deaf', trouble ?? 'silent_child', nowMs);
    } else if (this.wrongRateSinceMs !== null && nowMs - this.wrongRateSinceMs >= WRONG_RATE_MS) {
      this.become('deaf', 'wrong_rate', nowMs);
    }
    if (this.state !== 'deaf' && this.state !== 'failed') return;
    if (this.live && nowMs >= this.nextRestartMs) {
      this.restarts++;
      this.restartWaitMs = Math.min(LAST_RESTART_MS, this.restartWaitMs * 2);
      this.nextRestartMs = nowMs + this.restartWaitMs;
      this.events.restart();
    }
    if (this.restarts >= 5 && nowMs - this.unhealthySinceMs >= FAILED_AFTER_MS)
      this.become('failed', this.reason, nowMs);
  }

  private judge(fault: string | null, nowMs: number): void {
    this.recent.push(fault);
    if (this.recent.length > WINDOW_S) this.recent.shift();
    if (fault === null) {
      this.goodInARow++;
      if (this.wrongRateSinceMs !== null) return;
      if (this.state === 'deaf' || this.state === 'failed') this.become('recovering', this.reason, nowMs);
      if (this.state === 'recovering' && this.goodInARow >= GOOD_SECONDS) this.becomeHealthy(nowMs);
      return;
    }
    this.goodInARow = 0;
    const bad = this.recent.filter((recent) => recent !== null).length;
    if (this.state === 'recovering' || bad >= BAD_IN_WINDOW) this.become('deaf', fault, nowMs);
  }

  private becomeHealthy(nowMs: number): void {
    this.recent = [];
    this.restarts = 0;
    this.restartWaitMs = FIRST_RESTART_MS;
    this.become('healthy', null, nowMs);
  }

  private become(state: MicState, reason: string | null, nowMs: number): void {
    const failedStays = this.state === 'failed' && state === 'deaf';
    if (failedStays || (state === this.state && reason === this.reason)) return;
    if (this.state === 'healthy') {
      this.unhealthySinceMs = nowMs;
      this.nextRestartMs = nowMs + this.restartWaitMs;
    }
    this.state = state;
    this.reason = reason;
    this.events.changed(this.health);
  }
}
