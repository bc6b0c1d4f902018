import type { Incident } from '@earshot/shared/contracts/home.ts';
import type { EventOf } from './reporter.ts';

/** What one run came to. */
export class Summary {
  private seconds = 0;
  /** Where in the sound each candidate began: with --fast the wall clock says nothing of it. */
  private readonly candidates = new Map<string, number>();

  /** Incidents of which somebody was told while this run lasted. */
  private readonly told = new Set<string>();

  heard(seconds: number): void {
    this.seconds = Math.max(this.seconds, seconds);
  }

  candidate(id: string, atS: number): void {
    this.candidates.set(id, atS);
  }

  notification(incidentId: string): void {
    this.told.add(incidentId);
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
        .map(({ id, label, verdict, notified, evidence: own }) => ({
          label,
          verdict,
          notified: this.told.has(id) ? notified : 0,
          startedAtS: this.startOf(own),
          // A start soon after the last one joins its incidents, and of one incident everybody is told once.
          ...(notified > 0 && !this.told.has(id) ? { goesOn: true } : {}),
        }))
        .sort((a, b) => a.startedAtS - b.startedAtS),
    };
  }

  /** What was rejected joined the incident, but is not how it began. */
  private startOf(evidence: Incident['evidence']): number {
    const believed = evidence.filter(({ verdict }) => verdict !== 'rejected');
    const starts = believed.flatMap(({ candidateId }) => this.candidates.get(candidateId) ?? []);
    return starts.length === 0 ? 0 : Math.round(Math.min(...starts) * 100) / 100;
  }
}
