import { Network } from '@earshot/device/detect/network.ts';
import { loadRelease } from '@earshot/device/detect/release.ts';
import type { Level } from '@earshot/shared/labels.ts';
import type { PlayedSession } from './played.ts';
import type { Session } from './session.ts';
import { SessionPlayer } from './session-player.ts';
import { RecordingPart, type LocateFile, type SoundPart } from './sounds.ts';
import type { Verification } from './verification.ts';

export interface StageOptions {
  releaseDir: string;
  stage: 'device' | 'both';
  level: Level;
}

/** A loaded release that plays any number of sessions, one at a time. */
export class Stage {
  private readonly network: Network;
  private readonly verification: Verification | null;
  private readonly level: Level;
  private readonly locate: LocateFile;

  private constructor(network: Network, verification: Verification | null, level: Level, locate: LocateFile) {
    this.network = network;
    this.verification = verification;
    this.level = level;
    this.locate = locate;
  }

  static async open({ releaseDir, level }: StageOptions, locate: LocateFile = async (path) => path): Promise<Stage> {
    const release = await loadRelease(releaseDir);
    return new Stage(await Network.load(release), null, level, locate);
  }

  async play(index: number, session: Session, signal?: AbortSignal): Promise<PlayedSession> {
    const player = new SessionPlayer({ network: this.network, level: this.level, verification: this.verification });
    return player.play(index, this.partsOf(session), signal);
  }

  async close(): Promise<void> {
    await this.network.close();
  }

  private partsOf(session: Session): SoundPart[] {
    if (session.kind === 'recordings')
      return session.recordings.map((recording) => new RecordingPart(recording, this.locate));
    throw new Error(`no player for ${session.kind}`);
  }
}
