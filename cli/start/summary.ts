import type { Incident } from '@earshot/shared/contracts/home.ts';
import type { EventOf } from './reporter.ts';

/** What one run came to. */
export class Summary {
  private seconds = 0;
  /** Where in the sound each candidate began: with --fast the wall clock says nothing of it. */
  private readonly candidates = new Map<string, number>();

  heard(seconds: number): void {
    this.seconds = Math.max(this.seconds, seconds);
  }

  candidate(id: string, atS: number): void {
    this.candidates.set(id, atS);
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
        .map(({ label, verdict, notified, evidence: own }) => ({
          label,
          verdict,
          notified,
          startedAtS: this.startOf(own),
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
