import type { Candidate } from '@earshot/shared/contracts/candidate.ts';
import type { Heartbeat, SirenOrder, SourceHealth } from '@earshot/shared/contracts/device.ts';
import { asEarshotError, type EarshotError } from '@earshot/shared/errors.ts';
import type { Mode } from '@earshot/shared/labels.ts';
import { Observers } from '@earshot/shared/lifecycle/observers.ts';

export interface Hears {
  source: string;
  /** Position on the source's time line, in seconds. */
  atS: number;
  levelDbfs: number | null;
  /** Newest score of each head, highest first. */
  scores: { label: string; score: number }[];
}

/** Events of an agent, for code that prints, measures or acts. Observers do not influence the agent. */
export interface AgentEvents {
  /** Level and scores of each source, about once a second. */
  hears: [Hears];
  /**
   * A candidate is in the outbox, safe on disk. `clip` contains its WAV. `atS` is the second of its source at which the
   * sound began, and `detectedS` the second at which it was detected.
   */
  candidate: [{ candidate: Candidate; clip: Uint8Array | null; atS: number; detectedS: number; again: boolean }];
  /** A reported sound continues, or has ended (`ended` is true). */
  heard: [{ id: string; label: string; source: string; ended: boolean }];
  /** A sound was not reported, because it is similar to one that the home ignores (`soundId`). */
  silenced: [{ label: string; soundId: string }];
  registered: [{ id: string; label: string; late: boolean }];
  /** The cloud committed a candidate, and the outbox removed it. */
  delivered: [{ id: string; label: string; withClip: boolean }];
  health: [SourceHealth];
  online: [{ online: boolean; reason: string | null }];
  /** A member's order to the siren, repeated at every heartbeat until it expires. */
  sirenOrder: [SirenOrder];
  /** The names of those who listen live to this device; empty when nobody does. */
  listeners: [{ names: readonly string[] }];
  /** The siren started or stopped. The first event of this kind says that a siren exists. */
  siren: [{ sounding: boolean }];
  settings: [{ version: number; mode: Mode; testing: boolean }];
  release: [Heartbeat['releaseState'] & { version: string }];
  /** A source has ended: a file, or stdin. */
  sourceEnd: [{ source: string; seconds: number }];
  /** A fault that an operator can act on. */
  problem: [EarshotError];
}

/** An observer that throws an error does not stop the agent; the error is reported as a problem. */
export class AgentEmitter extends Observers<AgentEvents> {
  constructor() {
    super((thrown, event) => {
      const error = asEarshotError(thrown, 'INTERNAL', `An observer of "${event}" failed`);
      // Do not report an observer of problems that throws: it would throw again for ever.
      if (event === 'problem') process.stderr.write(`${error.toLine()}\n`);
      else this.emit('problem', error);
    });
  }
}
