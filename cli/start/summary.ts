import type { Incident } from '@earshot/shared/contracts/home.ts';
import type { EventOf } from './reporter.ts';

/** The results of one run. */
export class Summary {
  private seconds = 0;
  /** Position of each candidate in the recording: with --fast the wall clock does not show it. */
  private readonly candidates = new Map<string, number>();

  /** Incidents that were reported during this run. */
  private readonly reported = new Set<string>();

  heard(seconds: number): void {
    this.seconds = Math.max(this.seconds, seconds);
  }

  candidate(id: string, atS: number): void {
    this.candidates.set(id, atS);
  }

  notification(incidentId: string): void {
    this.reported.add(incidentId);
  }

  of(incidents: readonly Incident[]): EventOf<'summary'> {
    const evidence = incidents.flatMap((incident) => incident.evidence);
    return {
      type: 'summary',
      seconds: Math.round(this.seconds * 100) / 100,
      candidates: this.candidates.size,
      rejected: evidence.filter(({ verdict }) => verdict === 'rejected').length,
      incidents: incidents
        .filter(({ verdict }) => verdict !== 'rejected')
        .map(({ id, label, verdict, notified, notSent, evidence: own }) => ({
          label,
          verdict,
          notified: this.reported.has(id) ? notified : 0,
          notSent,
          startedAtS: this.startOf(own),
          // A start soon after the last one continues its incidents, and each incident is reported once.
          ...(notified > 0 && !this.reported.has(id) ? { goesOn: true } : {}),
        }))
        .sort((a, b) => a.startedAtS - b.startedAtS),
    };
  }

  /** A rejected candidate belongs to the incident, but does not mark its start. */
  private startOf(evidence: Incident['evidence']): number {
    const believed = evidence.filter(({ verdict }) => verdict !== 'rejected');
    const starts = believed.flatMap(({ candidateId }) => this.candidates.get(candidateId) ?? []);
    return starts.length === 0 ? 0 : Math.round(Math.min(...starts) * 100) / 100;
  }
}
