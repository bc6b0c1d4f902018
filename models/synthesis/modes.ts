import { SAMPLE_RATE, samplesOf } from './sound.ts';

/** One resonance of a struck body. It rings at `hz` and falls to 1/e of its strength in `decayS`. */
export interface Mode {
  hz: number;
  decayS: number;
  gain: number;
}

const TOP_HZ = 7_900;
/** After five time constants (-43 dB) a mode is inaudible. */
const TAIL = 5;

/** Adds a strike of the body at `atS`. A two-pole recurrence takes only two multiplications per sample and mode. */
export function strike(target: Float32Array, atS: number, modes: readonly Mode[], gain = 1): void {
  const start = samplesOf(atS);
  for (const mode of modes) {
    if (mode.hz >= TOP_HZ) continue;
    const radius = Math.exp(-1 / (mode.decayS * SAMPLE_RATE));
    const turn = (2 * Math.PI * mode.hz) / SAMPLE_RATE;
    const feedback1 = 2 * radius * Math.cos(turn);
    const feedback2 = -radius * radius;
    let y1 = gain * mode.gain * Math.sin(turn);
    let y2 = 0;
    const end = Math.min(target.length, start + Math.ceil(TAIL * mode.decayS * SAMPLE_RATE));
    for (let i = start; i < end; i++) {
      target[i] = (target[i] as number) + y1;
      const y = feedback1 * y1 + feedback2 * y2;
      y2 = y1;
      y1 = y;
    }
  }
}
