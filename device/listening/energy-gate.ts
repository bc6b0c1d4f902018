/**
 * Decides whether front end and network must process a block. While a home is quiet for hours, or a fan or a television
 * runs for hours, only this gate runs, at a few per cent of the cost of front end and network. It must never miss an
 * event, so it starts the network for small changes, and at intervals even during a steady sound. It compares two
 * energies: that of the samples, and that of x[n] - x[n-2], a band-pass around 4 kHz that costs two operations per
 * sample. Room noise has mostly low frequencies, so a distant beep at 3 kHz changes the second energy even when it does
 * not change the first.
 */

/**
 * The number of samples over which energies are averaged: shorter than a T4 beep (100 ms) with its gap, and long enough
 * that the mean of steady noise varies by only 0.5 dB.
 */
const SLICE_SAMPLES = 1_280;
/**
 * A block is loud when its energy exceeds the quietest energy by this factor. A tone 4 dB below steady noise raises the
 * energy by 1.5 dB; noise alone seldom raises a mean over 80 ms that far.
 */
const WAKE_RATIO = 10 ** (1.5 / 10);
/**
 * Mean square below which sound is ignored: the front end adds a floor like white noise of -80 dBFS, which hides any
 * quieter sound.
 */
const SILENCE = 1e-8;
/** How many seconds the gate remembers. A steady sound that lasts longer counts as the room's normal level. */
const MEMORY_S = 8;
/**
 * The gate has adapted to a sound when at least half of the remembered time was as loud as it is now, or at most 3 dB
 * quieter: a fan, a shower, rain. The gate must not sleep through an alarm that is quieter than the peaks of varying
 * noise (people, traffic, a storm), but such noise is never that steady. It must not adapt to the beeps of an alarm
 * either, but they sound for less than half of their cycle.
 */
const USED_TO_RATIO = 10 ** (-3 / 10);
const USED_TO_SHARE = 0.5;
/**
 * For how long the network processes a new sound, even when the gate adapts to it meanwhile: more than two cycles of
 * T3.
 */
const NEW_FOR_S = 10;
/** For how long the network continues after the sound: longer than the pause between two groups of T3. */
const HOLD_S = 2;
/**
 * How often, and for how long, the network checks a sound that the gate has adapted to: for one cycle of T3 each time.
 * An alarm that began while a loud television ran still sounds at the next check.
 */
const HEAR_AGAIN_S = 20;
const HEAR_FOR_S = 4;

export class EnergyGate {
  /** Mean square of the last block. */
  energy = 0;
  private readonly memory: { full: Memory; band: Memory };
  private readonly blockS: number;
  private blocks = 0;
  /** The network processes the blocks with a number below this one. */
  private openUntil: number;
  /**
   * The network processes loud blocks with a number below this one, even if the gate has adapted to the sound
   * meanwhile.
   */
  private newUntil = 0;
  private last = 0;
  private beforeLast = 0;

  constructor(blockSamples: number, sampleRate: number) {
    this.blockS = blockSamples / sampleRate;
    const slices = Math.ceil(blockSamples / SLICE_SAMPLES);
    const remembered = Math.ceil(MEMORY_S / this.blockS);
    this.memory = { full: new Memory(remembered, slices), band: new Memory(remembered, slices) };
    this.openUntil = remembered;
  }

  /** Takes the next block; `busy`: a detection is in progress. Returns true when the network must process this block. */
  isOpen(block: Float32Array, busy: boolean): boolean {
    this.measure(block);
    const { full, band } = this.memory;
    const isLoud = full.isLoud || band.isLoud;
    if (full.isNew || band.isNew) this.newUntil = this.blocks + Math.ceil(NEW_FOR_S / this.blockS);
    if (busy || (isLoud && this.blocks < this.newUntil)) this.openFor(HOLD_S);
    else if (isLoud && (this.blocks - this.openUntil) * this.blockS >= HEAR_AGAIN_S) this.openFor(HEAR_FOR_S);
    return this.blocks++ < this.openUntil;
  }

  private openFor(seconds: number): void {
    this.openUntil = Math.max(this.openUntil, this.blocks + Math.ceil(seconds / this.blockS));
  }

  private measure(block: Float32Array): void {
    const { full: fullMemory, band: bandMemory } = this.memory;
    let { last, beforeLast } = this;
    let total = 0;
    for (let from = 0; from < block.length; from += SLICE_SAMPLES) {
      const to = Math.min(block.length, from + SLICE_SAMPLES);
      let full = 0;
      let band = 0;
      let i = from;
      if ((to - from) % 2 === 1) {
        const x = block[i++] as number;
        full = x * x;
        band = (x - beforeLast) ** 2;
        beforeLast = last;
        last = x;
      }
      // Compares each sample with the sample two positions before it. Two samples are processed at a time, so that the
      // processor can overlap the additions of the two sums.
      for (; i < to; i += 2) {
        const x = block[i] as number;
        const y = block[i + 1] as number;
        const dx = x - beforeLast;
        const dy = y - last;
        full += x * x + y * y;
        band += dx * dx + dy * dy;
        beforeLast = x;
        last = y;
      }
      total += full;
      fullMemory.push(full / (to - from));
      bandMemory.push(band / (to - from));
    }
    this.energy = total / block.length;
    this.last = last;
    this.beforeLast = beforeLast;
    fullMemory.closeBlock();
    bandMemory.closeBlock();
  }
}

/**
 * Remembers the energies of the last MEMORY_S seconds in slices of SLICE_SAMPLES, and compares the newest block with
 * them.
 */
class Memory {
  /** Whether the last block contains sound that is louder than the quietest remembered slices. */
  isLoud = false;
  /** Whether the last block contains such loud sound to which the gate has not adapted. */
  isNew = false;
  private readonly slices: Float64Array;
  private readonly quietest: Float64Array;
  private readonly perBlock: number;
  /** Energies of the current block. They are kept apart so that a block is not compared with itself. */
  private readonly own: Float64Array;
  private block = 0;
  private filled = 0;

  constructor(blocks: number, perBlock: number) {
    this.slices = new Float64Array(blocks * perBlock);
    this.quietest = new Float64Array(blocks).fill(Infinity);
    this.perBlock = perBlock;
    this.own = new Float64Array(perBlock);
  }

  push(energy: number): void {
    this.own[this.filled++] = energy;
  }

  closeBlock(): void {
    const { own, slices, quietest, perBlock } = this;
    let [low, high] = [Infinity, 0];
    for (let i = 0; i < perBlock; i++) {
      low = Math.min(low, own[i] as number);
      high = Math.max(high, own[i] as number);
    }
    let floor = Infinity;
    for (let i = 0; i < quietest.length; i++) floor = Math.min(floor, quietest[i] as number);
    this.isLoud = high > Math.max(SILENCE, floor * WAKE_RATIO);
    this.isNew = this.isLoud && !this.isUsedTo(high);
    quietest[this.block] = low;
    slices.set(own, this.block * perBlock);
    this.block = (this.block + 1) % quietest.length;
    this.filled = 0;
  }

  private isUsedTo(energy: number): boolean {
    const { slices } = this;
    const least = energy * USED_TO_RATIO;
    let count = 0;
    for (let i = 0; i < slices.length; i++) if ((slices[i] as number) >= least) count++;
    return count >= USED_TO_SHARE * slices.length;
  }
}
