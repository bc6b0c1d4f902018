import type { Incident } from '@earshot/shared/contracts/home.ts';
import type { EventOf } from './reporter.ts';

type Evidence = Incident['evidence'][number];

const believed = ({ evidence }: Pick<Incident, 'evidence'>): Evidence[] =>
  evidence.filter(({ verdict }) => verdict !== 'rejected');

interface Start {
  atS: number;
  startedAt: string | null;
}

/** The results of one run. Candidates and incidents of earlier runs, which may be in the same home, are not counted among them. */
export class Summary {
  private seconds = 0;
  /** Position of each candidate in the recording: with --fast the wall clock does not show it. */
  private readonly candidates = new Map<string, Start>();

  /** Candidates that were delivered to the cloud during this run; earlier runs may have left some on disk. */
  private readonly sent = new Set<string>();

  /** Incidents that were reported during this run. */
  private readonly reported = new Set<string>();

  heard(seconds: number): void {
    this.seconds = Math.max(this.seconds, seconds);
  }

  /** `startedAt` is null for a recording. */
  candidate(id: string, atS: number, startedAt: string | null): void {
    this.candidates.set(id, { atS, startedAt });
  }

  delivered(id: string): void {
    this.sent.add(id);
  }

  notification(incidentId: string): void {
    this.reported.add(incidentId);
  }

  of(incidents: readonly Incident[]): EventOf<'summary'> {
    const evidence = incidents.flatMap((incident) => incident.evidence);
    const isOwn = ({ candidateId }: Evidence): boolean => this.candidates.has(candidateId);
    const isOwnIncident = (incident: Incident): boolean => believed(incident).some(isOwn);
    return {
      type: 'summary',
      seconds: Math.round(this.seconds * 100) / 100,
      candidates: this.candidates.size,
      rejected: evidence.filter((one) => isOwn(one) && one.verdict === 'rejected').length,
      incidents: incidents
        .filter((incident) => incident.verdict !== 'rejected' && isOwnIncident(incident))
        .map(({ id, label, verdict, notified, notSent, evidence: own }) => ({
          label,
          verdict,
          notified: this.reported.has(id) ? notified : 0,
          notSent,
          ...this.startOf(own),
          // A start soon after the last one continues its incidents, and each incident is reported once.
          ...(notified > 0 && !this.reported.has(id) ? { goesOn: true } : {}),
        }))
        .sort((a, b) => a.startedAtS - b.startedAtS),
      ...this.fromBefore(incidents, evidence, isOwnIncident),
    };
  }

  /** What an earlier run detected and this run delivered or reported. */
  private fromBefore(
    incidents: readonly Incident[],
    evidence: Incident['evidence'],
    isOwnIncident: (incident: Incident) => boolean,
  ): Pick<EventOf<'summary'>, 'fromBefore'> {
    const late = new Set([...this.sent].filter((id) => !this.candidates.has(id)));
    const found = incidents.filter(
      (incident) =>
        incident.verdict !== 'rejected' &&
        !isOwnIncident(incident) &&
        (this.reported.has(incident.id) || incident.evidence.some(({ candidateId }) => late.has(candidateId))),
    );
    if (late.size === 0 && found.length === 0) return {};
    return {
      fromBefore: {
        candidates: late.size,
        rejected: evidence.filter(({ candidateId, verdict }) => late.has(candidateId) && verdict === 'rejected').length,
        incidents: found.map(({ id, label, verdict, notified, notSent, startedAt }) => ({
          label,
          verdict,
          notified: this.reported.has(id) ? notified : 0,
          notSent,
          startedAt,
        })),
      },
    };
  }

  /** A rejected candidate belongs to the incident, but does not mark its start. */
  private startOf(evidence: Incident['evidence']): { startedAtS: number; startedAt?: string } {
    const starts = believed({ evidence }).flatMap(({ candidateId }) => this.candidates.get(candidateId) ?? []);
    const [first] = starts.sort((a, b) => a.atS - b.atS);
    if (!first) return { startedAtS: 0 };
    const startedAtS = Math.round(first.atS * 100) / 100;
    return first.startedAt === null ? { startedAtS } : { startedAtS, startedAt: first.startedAt };
  }
}
