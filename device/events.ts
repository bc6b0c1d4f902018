import type { Candidate } from '@earshot/shared/contracts/candidate.ts';
import type { Heartbeat, SirenOrder, SourceHealth } from '@earshot/shared/contracts/device.ts';
import { asEarshotError, type EarshotError } from '@earshot/shared/errors.ts';
import type { Mode } from '@earshot/shared/labels.ts';
import { Observers } from '@earshot/shared/lifecycle/observers.ts';

export interface Hears {
  source: string;
  /** Where on the source's time line, in seconds. */
  atS: number;
  levelDbfs: number | null;
  /** Newest score of each head, highest first. */
  scores: { label: string; score: number }[];
}

/** What an agent does, for those who print, measure or act on it. Observers decide nothing for the agent. */
export interface AgentEvents {
  /** About once a second of sound and source. */
  hears: [Hears];
  /** In the outbox, safe on disk. `clip` is the WAV; `atS`: where on its source the sound began. */
  candidate: [{ candidate: Candidate; clip: Uint8Array | null; atS: number; again: boolean }];
  /** A reported sound goes on, or (`ended`) has stopped. */
  heard: [{ id: string; label: string; source: string; ended: boolean }];
  registered: [{ id: string; label: string; late: boolean }];
  /** Committed by the cloud and removed from the outbox. */
  delivered: [{ id: string; label: string; withClip: boolean }];
  health: [SourceHealth];
  online: [{ online: boolean; reason: string | null }];
  /** A member's order, at every heartbeat until it is old. */
  sirenOrder: [SirenOrder];
  /** Names of those who listen live to this device from now on; empty: nobody any more. */
  listeners: [{ names: readonly string[] }];
  /** The siren began or stopped; the first one says that there is a siren. */
  siren: [{ sounding: boolean }];
  settings: [{ version: number; mode: Mode; testing: boolean }];
  release: [Heartbeat['releaseState'] & { version: string }];
  /** A source has come to its end (files, stdin). */
  sourceEnd: [{ source: string; seconds: number }];
  /** Something that an operator would act on. */
  problem: [EarshotError];
}

/** An observer that throws is reported as a problem; listening goes on. */
export class AgentEmitter extends Observers<AgentEvents> {
  constructor() {
    super((thrown, event) => {
      const error = asEarshotError(thrown, 'INTERNAL', `An observer of "${event}" failed`);
      // Not as a problem when it was a problem that its observer could not take: that would go on for ever.
      if (event === 'problem') process.stderr.write(`${error.toLine()}\n`);
      else this.emit('problem', error);
    });
  }
}
