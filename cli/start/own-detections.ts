import type { Incident } from '@earshot/shared/contracts/home.ts';

/** When a sound was detected: the second of the source, and the time, which is null for a recording. */
export interface Moment {
  detectedS: number | null;
  detectedAt: string | null;
}

type Evidence = Incident['evidence'][number];

const UNKNOWN: Moment = { detectedS: null, detectedAt: null };

/**
 * Which sounds this run detected, and when. The home may also hold sounds of earlier runs that are delivered, verified or declared
 * over only now.
 */
export class OwnDetections {
  private readonly sinceMs: number;
  private readonly own = new Map<string, Moment>();

  /** @param sinceMs when this run began */
  constructor(sinceMs: number) {
    this.sinceMs = sinceMs;
  }

  add(candidateId: string, moment: Moment): void {
    this.own.set(candidateId, moment);
  }

  momentOf(candidateId: string): Moment {
    return this.own.get(candidateId) ?? UNKNOWN;
  }

  /** When this run detected the incident's newest sound that was not rejected, or, when all were rejected, its newest. */
  newestMoment({ evidence }: Incident): Moment {
    const own = evidence.filter((one) => this.isOwn(one));
    const newest = own.findLast(({ verdict }) => verdict !== 'rejected') ?? own.at(-1);
    return newest ? this.momentOf(newest.candidateId) : UNKNOWN;
  }

  /** Whether the incident began in an earlier run and continues in this run. */
  continues({ evidence }: Incident): boolean {
    return evidence.some((one) => this.isOfThisRun(one)) && !evidence.every((one) => this.isOfThisRun(one));
  }

  /** When an earlier run detected the incident's newest sound; null when a sound of the incident was detected during this run. */
  earlierAt({ evidence, startedAt }: Incident): string | null {
    if (evidence.some((one) => this.isOfThisRun(one))) return null;
    // A notice about a device contains no sound.
    if (evidence.length === 0) return Date.parse(startedAt) < this.sinceMs ? startedAt : null;
    return evidence.at(-1)!.detectedAt;
  }

  /** When an earlier run detected this candidate of the incident; null when it was detected during this run. */
  candidateEarlierAt(candidateId: string, { evidence, startedAt }: Incident): string | null {
    // An incident shows only its first and newest sounds.
    const detectedAt = evidence.find((one) => one.candidateId === candidateId)?.detectedAt ?? startedAt;
    return this.isOfThisRun({ candidateId, detectedAt }) ? null : detectedAt;
  }

  /** Another device of the home may detect a sound during this run, too. */
  private isOfThisRun({ candidateId, detectedAt }: Pick<Evidence, 'candidateId' | 'detectedAt'>): boolean {
    return this.own.has(candidateId) || Date.parse(detectedAt) >= this.sinceMs;
  }

  private isOwn({ candidateId }: Evidence): boolean {
    return this.own.has(candidateId);
  }
}
