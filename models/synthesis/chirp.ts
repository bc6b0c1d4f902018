import type { Random } from './random.ts';
import { normalise, samplesOf, type Synthesised } from './sound.ts';
import { addBeep, drawSounder } from './sounder.ts';

export interface ChirpOptions {
  durationS: number;
  everyS?: number;
}

/**
 * The chirp of a low battery: one short chirp (in some alarm units two) every 30 to 60 s. It fades, because the cell's
 * voltage drops under load.
 */
export function lowBatteryChirp(random: Random, options: ChirpOptions): Synthesised {
  const everyS = options.everyS ?? random.uniform(30, 60);
  const lengthS = random.logUniform(0.03, 0.25);
  const double = random.chance(0.12);
  const sounder = { ...drawSounder(random, '3.1k', 'disc'), releaseS: random.logUniform(0.004, 0.09) };
  const samples = new Float32Array(samplesOf(options.durationS));
  const beeps = [];
  for (let atS = 0; atS < options.durationS; atS += everyS) {
    beeps.push({ startS: atS, lengthS });
    if (double) beeps.push({ startS: atS + lengthS + random.uniform(0.1, 0.3), lengthS });
  }
  for (const beep of beeps) addBeep(samples, sounder, beep, random);
  return {
    kind: 'low_battery_chirp',
    samples: normalise(samples),
    beeps,
    slices: { pattern: 'chirp', band: '3.1k', chirps: double ? 'double' : 'single' },
  };
}
