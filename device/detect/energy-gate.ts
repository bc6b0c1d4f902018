/**
 * In a quiet home nothing happens for hours: then the front end and the network sleep and only this runs, at a few per cent of
 * their cost. It must never cost an event, so it wakes on little and falls asleep late.
 *
 * Two energies are watched against their own recent minimum: of the sound as it is, and of x[n] - x[n-2], a band-pass around
 * 4 kHz for two operations a sample. Room noise is mostly low, so a far 3 kHz beep that does not move the first moves the second.
 */

/** Over which energies are averaged: shorter than a T4 beep (100 ms) with its gap, long enough to be steady to 0.5 dB in noise. */
const SLICE_SAMPLES = 1_280;
/** A tone 4 dB under steady noise lifts the energy by 1.5 dB; noise alone seldom lifts an 80 ms mean that far over its minimum. */
const WAKE_RATIO = 10 ** (1.5 / 10);
/** Below white noise of -80 dBFS the front end's own floor hides everything. */
const SILENCE = 1e-8;
/** Longer than the pause inside any repeating alarm but the late CO one (60 s, whose every group wakes it afresh). */
const HOLD_S = 10;
/** How far back the minimum looks. A steady sound becomes the new quiet after it. */
const FLOOR_S = 8;

export class EnergyGate {
  /** Mean square of the last block. */
  energy = 0;
  private readonly holdBlocks: number;
  private readonly floors: { full: Float64Array; band: Float64Array };
  private blocks = 0;
  private quietBlocks = 0;
  private last = 0;
  private beforeLast = 0;

  constructor(blockSamples: number, sampleRate: number) {
    this.holdBlocks = Math.ceil((HOLD_S * sampleRate) / blockSamples);
    const floorBlocks = Math.ceil((FLOOR_S * sampleRate) / blockSamples);
    this.floors = {
      full: new Float64Array(floorBlocks).fill(Infinity),
      band: new Float64Array(floorBlocks).fill(Infinity),
    };
  }

  /** Takes the next block; `busy` says that an event is going on. True: the network must hear this block. */
  isOpen(block: Float32Array, busy: boolean): boolean {
    const awake = this.hearsSomething(block) || busy || this.blocks < this.floors.full.length;
    this.blocks++;
    this.quietBlocks = awake ? 0 : this.quietBlocks + 1;
    return this.quietBlocks < this.holdBlocks;
  }

  private hearsSomething(block: Float32Array): boolean {
    let [lowFull, highFull, lowBand, highBand] = [Infinity, 0, Infinity, 0];
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
      // Two at a time: each is held against the one two before it, and both sums wait half as often for their last addition.
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
      full /= to - from;
      band /= to - from;
      if (full < lowFull) lowFull = full;
      if (full > highFull) highFull = full;
      if (band < lowBand) lowBand = band;
      if (band > highBand) highBand = band;
    }
    this.energy = total / block.length;
    this.last = last;
    this.beforeLast = beforeLast;
    // The minimum of the past only: a block must not be the measure of itself.
    const wakes = exceeds(highFull, this.floors.full) || exceeds(highBand, this.floors.band);
    const slot = this.blocks % this.floors.full.length;
    this.floors.full[slot] = lowFull;
    this.floors.band[slot] = lowBand;
    return wakes;
  }
}

function exceeds(energy: number, floors: Float64Array): boolean {
  let floor = Infinity;
  for (let i = 0; i < floors.length; i++) if ((floors[i] as number) < floor) floor = floors[i] as number;
  return energy > Math.max(SILENCE, floor * WAKE_RATIO);
}
