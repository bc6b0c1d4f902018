import type { PlayedSession } from './played.ts';

/** The speed of a run. Only these figures of a report differ from run to run. */
export interface RunSpeed {
  /**
   * Seconds of sound that were played per second of CPU time. The CPU time includes all work (start, reading,
   * resampling, garbage collection, metrics, excerpts) except decoding.
   */
  realTimeFactorPerCore: number;
  peakRssMb: number;
  wallS: number;
  workers: number;
  cpuS: number;
  /**
   * CPU time of decoding FLAC, Ogg and MP3, which `cpuS` does not include; null when all files are WAV. The CPU time of
   * ffmpeg is unknown, because it is another process.
   */
  compressed: { hours: number; cpuS: number; realTimeFactorPerCore: number } | null;
  verifierMsPerClip: number | null;
}

export interface SpeedInputs {
  sessions: readonly PlayedSession[];
  /**
   * Whether another process played the session: a worker of the queue, or an earlier process of this run that was
   * killed.
   */
  isElsewhere: (session: PlayedSession) => boolean;
  /** CPU time of this process. */
  cpuMs: number;
  wallMs: number;
  workers: number;
}

export function speedOf({ sessions, isElsewhere, cpuMs, wallMs, workers }: SpeedInputs): RunSpeed {
  const sum = (value: (session: PlayedSession) => number) =>
    sessions.reduce((total, session) => total + value(session), 0);
  const [decodeMs, decodedS] = [sum((session) => session.decodeMs), sum((session) => session.decodedS)];
  const elsewhereMs = sum((session) => (isElsewhere(session) ? session.cpuMs : 0));
  const cpuS = (cpuMs + elsewhereMs - decodeMs) / 1_000;
  const clips = sum(({ alerts }) => alerts.filter(({ verifier }) => verifier !== null).length);
  return {
    realTimeFactorPerCore: sum(secondsOf) / cpuS,
    // Linux reports maxRSS in kilobytes.
    peakRssMb: process.resourceUsage().maxRSS / 1_024,
    wallS: wallMs / 1_000,
    workers,
    cpuS,
    compressed:
      decodedS === 0
        ? null
        : { hours: decodedS / 3_600, cpuS: decodeMs / 1_000, realTimeFactorPerCore: decodedS / (decodeMs / 1_000) },
    verifierMsPerClip: clips === 0 ? null : sum(({ verifyMs }) => verifyMs) / clips,
  };
}

export const secondsOf = ({ parts }: PlayedSession): number => parts.reduce((sum, { durationS }) => sum + durationS, 0);
