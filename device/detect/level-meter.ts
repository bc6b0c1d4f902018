/** Loudness of the last seconds, for the alert's explanation. */
const QUIETEST_DBFS = -120;
const KEPT_BLOCKS = 8;

export class LevelMeter {
  private readonly recent: number[] = [];

  /** Takes the mean square of a block. */
  push(energy: number): void {
    this.recent.push(energy);
    if (this.recent.length > KEPT_BLOCKS) this.recent.shift();
  }

  /** RMS of the loudest block, 0 dBFS being a full-scale square wave. */
  get loudestDbfs(): number {
    const loudest = Math.max(0, ...this.recent);
    return Math.min(12, Math.max(QUIETEST_DBFS, 10 * Math.log10(loudest)));
  }
}
