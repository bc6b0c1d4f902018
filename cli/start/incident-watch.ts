import type { Cloud } from '@earshot/cloud/main.ts';
import type { Incident } from '@earshot/shared/contracts/home.ts';

/** Reports each incident when it is new or has changed. The cloud's events are about candidates; people want incidents. */
export class IncidentWatch {
  private readonly cloud: Cloud;
  private readonly sinceMs: number;
  private readonly report: (incident: Incident) => void;
  private readonly reported = new Map<string, string>();
  private looking: Promise<void> = Promise.resolve();

  constructor(cloud: Cloud, sinceMs: number, report: (incident: Incident) => void) {
    this.cloud = cloud;
    this.sinceMs = sinceMs;
    this.report = report;
  }

  /** Queries run one after the other, so that changes are reported in order. */
  look(): void {
    this.looking = this.looking.then(() => this.reportChanges()).catch(() => undefined);
  }

  /** Calls `report` with the incident, after what was requested before; with null when it cannot be read. */
  withIncident(id: string, report: (incident: Incident | null) => void): void {
    this.looking = this.looking
      .then(async () => report(await this.cloud.firstHome.incident(id).catch(() => null)))
      .catch(() => undefined);
  }

  /** All incidents since the start, after every query that was requested is done. */
  async incidents(): Promise<Incident[]> {
    await this.looking;
    await this.reportChanges();
    return this.cloud.firstHome.incidentsSince(this.sinceMs);
  }

  private async reportChanges(): Promise<void> {
    for (const incident of await this.cloud.firstHome.incidentsSince(this.sinceMs)) {
      const state = `${incident.verdict} ${incident.state}`;
      if (this.reported.get(incident.id) === state) continue;
      this.reported.set(incident.id, state);
      this.report(incident);
    }
  }
}
