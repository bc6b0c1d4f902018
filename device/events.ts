import { EventEmitter } from 'node:events';
import type { Candidate } from '@earshot/shared/contracts/candidate.ts';
import type { Heartbeat, SourceHealth } from '@earshot/shared/contracts/device.ts';
import type { EarshotError } from '@earshot/shared/errors.ts';
import type { Mode } from '@earshot/shared/labels.ts';

export interface Hears {
  source: string;
  /** Where on the source's time line, in seconds. */
  atS: number;
  levelDbfs: number | null;
  /** Newest score of each head, highest first. */
  scores: { label: string; score: number }[];
}

/** All that an agent says of itself. Whoever prints, measures or acts listens here; nothing is decided by listening. */
export interface AgentEvents {
  /** About once a second of sound and source. */
  hears: [Hears];
  /** In the outbox, safe on disk. `clip` is the WAV; `atS`: where on its source the sound began. */
  candidate: [{ candidate: Candidate; clip: Uint8Array | null; atS: number; again: boolean }];
  /** A told sound goes on, or (`ended`) has stopped. */
  heard: [{ id: string; label: string; source: string; ended: boolean }];
  registered: [{ id: string; label: string; late: boolean }];
  /** Committed by the cloud, and gone from here. */
  delivered: [{ id: string; label: string; withClip: boolean }];
  health: [SourceHealth];
  online: [{ online: boolean; reason: string | null }];
  settings: [{ version: number; mode: Mode; testing: boolean }];
  release: [Heartbeat['releaseState'] & { version: string }];
  /** A source has come to its end (files, stdin). */
  sourceEnd: [{ source: string; seconds: number }];
  /** Something that an operator would act on. */
  problem: [EarshotError];
}

export class AgentEmitter extends EventEmitter<AgentEvents> {
  constructor() {
    super();
    // One listener for each action, printer and meter is meant to be here, and is no leak.
    this.setMaxListeners(30);
  }
}
