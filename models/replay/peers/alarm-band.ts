import { DEVICE_FRONT_END, LogMel } from '@earshot/shared/features/log-mel.ts';
import type { Peer } from './peer.ts';

/**
 * The classical detector of appliances and hobby projects. It compares the energy in the alarm's band with the energy
 * outside it, and counts beeps of the right length. It needs no training and no network.
 */
const BINS = DEVICE_FRONT_END.fftSize / 2;
const binOf = (hz: number): number => Math.round((hz * DEVICE_FRONT_END.fftSize) / DEVICE_FRONT_END.sampleRate);
/** The band of piezo sounders: 2.7 to 3.6 kHz, with tolerance. */
const [BAND_FROM, BAND_TO] = [binOf(2_600), binOf(3_700)];
/** Mean square of a frame at -60 dBFS. An alarm in the same room is louder than this in its band. */
const QUIET = 1e-3;
/**
 * Limits for the length of a beep of any alarm: from T4's 0.1 s to the 0.5 s of steady beeps, with tolerance. A longer
 * beep counts as a continuous tone.
 */
const [SHORTEST_S, LONGEST_S] = [0.08, 0.6];
const FRAME_S = DEVICE_FRONT_END.hopSize / DEVICE_FRONT_END.sampleRate;
/** Beeps are counted over the last four seconds, which is one cycle of T3. */
const MEMORY_S = 4;
const ENOUGH_BEEPS = 3;

export class AlarmBand implements Peer {
  readonly name = 'alarm-band';
  readonly about =
    'Share of the energy between 2.6 and 3.7 kHz, multiplied by the number of beeps of 0.1 to 0.6 s in the last 4 s (3 beeps give the full score).';
  readonly labels = ['smoke_alarm'];

  async score(samples: AsyncIterable<Float32Array>): Promise<number[][]> {
    const logMel = new LogMel(DEVICE_FRONT_END);
    const beeps: number[] = [];
    const seconds: number[] = [];
    let onSinceS: number | null = null;
    const hear = (_mel: Float32Array, power: Float32Array, atSample: number) => {
      const atS = atSample / DEVICE_FRONT_END.sampleRate;
      const part = bandPart(power);
      if (part > 0.5) onSinceS ??= atS;
      else if (onSinceS !== null) {
        const lengthS = atS - onSinceS;
        if (lengthS >= SHORTEST_S && lengthS <= LONGEST_S) beeps.push(atS);
        onSinceS = null;
      }
      while (beeps.length > 0 && atS - (beeps[0] as number) > MEMORY_S) beeps.shift();
      // A continuous tone counts as one beep per half second.
      const continuous = onSinceS === null ? 0 : (atS - onSinceS + FRAME_S) / LONGEST_S;
      const score = part * Math.min(1, (beeps.length + continuous) / ENOUGH_BEEPS);
      const second = Math.floor(atS);
      while (seconds.length <= second) seconds.push(0);
      seconds[second] = Math.max(seconds[second] as number, score);
    };
    for await (const piece of samples) logMel.push(piece, hear);
    return [seconds];
  }

  async close(): Promise<void> {}
}

/** Share of the frame's power that lies in the band; 0 when that power is too low for an alarm in the same room. */
function bandPart(power: Float32Array): number {
  let [band, all] = [0, 0];
  for (let bin = 1; bin <= BINS; bin++) {
    const p = power[bin] as number;
    all += p;
    if (bin >= BAND_FROM && bin <= BAND_TO) band += p;
  }
  return band < QUIET ? 0 : band / all;
}
