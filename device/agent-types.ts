import type { Clock } from '@earshot/shared/clock.ts';
import type { Heartbeat, SourceHealth } from '@earshot/shared/contracts/device.ts';
import type { Mode } from '@earshot/shared/labels.ts';
import type { RecentSound } from './actions/self-test.ts';
import type { AudioSource } from './audio/source.ts';
import type { AgentEmitter } from './events.ts';
import type { Bounds } from './outbox/shedding.ts';
import type { TrustedKeys } from './releases/trusted-keys.ts';
import type { CloudAddress } from './uplink/cloud-client.ts';

export interface AgentOptions {
  /** EARSHOT_HOME. Everything that must survive a restart is in its folder `device`. */
  home: string;
  /**
   * The release that came with the software. If a newer release was downloaded, the device uses the newer one instead.
   */
  releaseDir: string;
  sources: readonly AudioSource[];
  /** Null: no cloud. Candidates stay in the outbox and are delivered once there is one. */
  cloud: CloudAddress | null;
  /** Whether the network skips quiet frames; false: it computes every frame. */
  gate?: boolean;
  /**
   * Overrides the mode that the home has chosen. Recordings are played in mode `away`, because in mode `home` a new
   * home does not listen for breaking glass.
   */
  mode?: Mode;
  clock?: Clock;
  outboxBounds?: Bounds;
  trustedKeys?: TrustedKeys;
  /** A new release is kept when it has run for this long without a crash. */
  releaseTrialMs?: number;
  /** How often a heartbeat is sent to the cloud. */
  heartbeatMs?: number;
  /**
   * Whether members may listen live; true by default. If false, the device makes no other recordings of the room
   * either: no examples of taught sounds, no samples.
   */
  dropIn?: boolean;
  /** Returns a random number from 0 to 1, with which the device chooses the near misses that it sends as samples. */
  random?: () => number;
}

export interface Agent {
  readonly events: AgentEmitter;
  /** Opens outbox and settings, loads the release and begins to listen. */
  start(signal?: AbortSignal): Promise<void>;
  /** Resolves when every source has ended. Fails with the first error of a source or of a part of the agent. */
  readonly ended: Promise<void>;
  /** Resolves when the cloud has committed every candidate and every report of how a sound ended. */
  drain(signal: AbortSignal): Promise<void>;
  /** Stops listening and waits for work in progress. Undelivered candidates stay in the outbox. */
  stop(): Promise<void>;
  status(): Heartbeat;
  /** Whether the cloud was reached at the last attempt. */
  isOnline(): boolean;
  /** Whether blocks of sound are still being processed. The watchdog restarts the daemon when they are not. */
  isAlive(): boolean;
  labels(): readonly string[];
  /** The labels that the current mode does not report and another mode does. */
  onlyInOtherModes(): readonly string[];
  health(): readonly SourceHealth[];
  mode(): Mode;
  /** Sets the home's mode, when somebody uses a switch in the home. */
  setMode(mode: Mode): Promise<void>;
  /** Names of those who listen live now. */
  listeners(): readonly string[];
  /** The last 20 s of sound of each source. */
  recentSound(): readonly RecentSound[];
}
