import { Network } from '@earshot/device/network/network.ts';
import { loadRelease, type Release } from '@earshot/device/releases/release.ts';
import type { Level } from '@earshot/shared/labels.ts';
import type { PlayedSession } from './played.ts';
import type { Session } from './session.ts';
import { SessionPlayer, type PlayOptions } from './session-player.ts';
import { partsOf } from './session-parts.ts';
import type { LocateFile } from './sounds.ts';
import type { Verification } from './verification.ts';

export interface PlayerOptions {
  releaseDir: string;
  stage: 'device' | 'both';
  level: Level;
  /** Skip the network in quiet frames, as the device does. */
  gate: boolean;
}

/** Plays any number of sessions through a loaded release, one at a time. */
export class CorpusPlayer {
  private readonly network: Network;
  private readonly verification: Verification | null;
  private readonly options: PlayerOptions;
  private readonly locate: LocateFile;

  private constructor(network: Network, verification: Verification | null, options: PlayerOptions, locate: LocateFile) {
    this.network = network;
    this.verification = verification;
    this.options = options;
    this.locate = locate;
  }

  static async open(options: PlayerOptions, locate: LocateFile = async (path) => path): Promise<CorpusPlayer> {
    const release = await loadRelease(options.releaseDir);
    const verification = options.stage === 'both' ? await openVerification(release) : null;
    return new CorpusPlayer(await Network.load(release), verification, options, locate);
  }

  async play(index: number, session: Session, options: PlayOptions = {}): Promise<PlayedSession> {
    const player = new SessionPlayer({
      network: this.network,
      level: this.options.level,
      gate: this.options.gate,
      keepEvidence: session.kind !== 'house-day',
      verification: this.verification,
    });
    return player.play(index, partsOf(session, this.locate), options);
  }

  async close(): Promise<void> {
    await this.network.close();
    await this.verification?.close();
  }
}

/** Loads the cloud's code only for runs with the verifier. */
const openVerification = async (release: Release): Promise<Verification> =>
  (await import('./cloud-verification.ts')).CloudVerification.open(release);
