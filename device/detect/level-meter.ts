/** Loudness of the last seconds, for the alert's explanation. */
const QUIETEST_DBFS = -120;
const KEPT_BLOCKS = 8;

export class LevelMeter {
  private readonly recent: number[] = [];

  push(block: Float32Array): void {
    let energy = 0;
    for (let i = 0; i < block.length; i++) energy += (block[i] as number) ** 2;
    this.recent.push(energy / block.length);
    if (this.recent.length > KEPT_BLOCKS) this.recent.shift();
  }

  /** RMS of the loudest block, 0 dBFS being a full-scale square wave. */
  get loudestDbfs(): number {
    const loudest = Math.max(0, ...this.recent);
    return Math.min(12, Math.max(QUIETEST_DBFS, 10 * Math.log10(loudest)));
  }
}
