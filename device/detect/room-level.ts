/**
 * The level of the newest sound, absolute and relative to the quietest moment of the last 20 s. Blocks of zeros are
 * ignored: no microphone in a room is that quiet, so the source was muted or the file had ended.
 */
import { LOUDEST_DBFS, QUIETEST_DBFS } from '@earshot/shared/contracts/candidate.ts';
import { HISTORY_S } from './score-history.ts';

export class RoomLevel {
  private readonly energies: Float64Array;
  private readonly blockS: number;
  private readonly nowBlocks: number;
  private blocks = 0;

  /** `recentS`: the length in seconds of the newest sound whose level is measured. */
  constructor(blockS: number, recentS: number) {
    this.blockS = blockS;
    this.energies = new Float64Array(Math.round(HISTORY_S / blockS));
    this.nowBlocks = Math.max(1, Math.round(recentS / blockS));
  }

  /** A copy with the same history and another `recentS`. */
  over(recentS: number): RoomLevel {
    const next = new RoomLevel(this.blockS, recentS);
    next.energies.set(this.energies);
    next.blocks = this.blocks;
    return next;
  }

  /** Adds a block; `energy` is its mean square. */
  push(energy: number): void {
    this.energies[this.blocks++ % this.energies.length] = energy;
  }

  /**
   * The level (RMS) of the loudest of the newest blocks with sound; 0 dBFS is a full-scale square wave. When an event
   * is reported after the source became silent, this is the level of the event.
   */
  get dbfs(): number {
    return dbfs(this.loudest(this.silentBlocks()));
  }

  get aboveRoomDb(): number {
    const known = Math.min(this.blocks, this.energies.length);
    let quietest = Infinity;
    for (let i = 0; i < known; i++) {
      const energy = this.energies[i] as number;
      if (energy > 0) quietest = Math.min(quietest, energy);
    }
    const loudest = this.loudest();
    return loudest === 0 ? 0 : dbfs(loudest) - dbfs(quietest);
  }

  /** The number of newest blocks that contain only zeros. */
  private silentBlocks(): number {
    const known = Math.min(this.blocks, this.energies.length);
    let silent = 0;
    while (silent < known && this.energies[(this.blocks - 1 - silent) % this.energies.length] === 0) silent++;
    return silent;
  }

  /** The highest mean square of the newest blocks before the last `silent` blocks. */
  private loudest(silent = 0): number {
    let loudest = 0;
    const oldest = Math.min(silent + this.nowBlocks, this.blocks, this.energies.length);
    for (let ago = silent + 1; ago <= oldest; ago++)
      loudest = Math.max(loudest, this.energies[(this.blocks - ago) % this.energies.length] as number);
    return loudest;
  }
}

const dbfs = (energy: number): number => Math.min(LOUDEST_DBFS, Math.max(QUIETEST_DBFS, 10 * Math.log10(energy)));
