import { EarshotError } from '../errors.ts';
import type { FrontEnd } from './front-end.ts';

/** The mel scale of HTK (the Hidden Markov Model Toolkit). */
export const melOf = (hz: number): number => 2595 * Math.log10(1 + hz / 700);
const hzOf = (mel: number): number => 700 * (10 ** (mel / 2595) - 1);

/** The centre frequency of each band's triangle, in Hz. */
export const bandCentresHz = ({ melBands, lowHz, highHz }: FrontEnd): number[] =>
  Array.from({ length: melBands }, (_, band) =>
    hzOf(melOf(lowHz) + ((band + 1) * (melOf(highHz) - melOf(lowHz))) / (melBands + 1)),
  );

/**
 * Triangular bands on the mel scale, each the weighted mean of the power in its bins. A bin's weight is the mean of the
 * triangle over the bin's width, not its value at the bin's centre: bins are 31 Hz wide and the lowest triangles are
 * narrower, so by value at the centre some bands would be empty. Only the bins of each band are kept: 64 bands over all
 * 257 bins would cost twenty times as much.
 */
export interface MelBank {
  /** The first bin of each band. */
  firstBin: number[];
  weights: number[][];
}

export function melBankOf({ sampleRate, fftSize, melBands, lowHz, highHz }: FrontEnd): MelBank {
  if (!(lowHz >= 0 && lowHz < highHz && highHz <= sampleRate / 2)) {
    throw new EarshotError('SETTING_INVALID', `Mel bands from ${lowHz} to ${highHz} Hz do not fit ${sampleRate} Hz.`);
  }
  const binHz = sampleRate / fftSize;
  const lastBin = fftSize / 2;
  const stepMel = (melOf(highHz) - melOf(lowHz)) / (melBands + 1);
  const bank: MelBank = { firstBin: [], weights: [] };
  for (let band = 0; band < melBands; band++) {
    const [left, centre, right] = [0, 1, 2].map((k) => hzOf(melOf(lowHz) + (band + k) * stepMel)) as [
      number,
      number,
      number,
    ];
    const first = Math.max(0, Math.round(left / binHz));
    const last = Math.min(lastBin, Math.round(right / binHz));
    const areas: number[] = [];
    for (let bin = first; bin <= last; bin++) {
      areas.push(triangleArea((bin - 0.5) * binHz, (bin + 0.5) * binHz, left, centre, right));
    }
    const sum = areas.reduce((a, b) => a + b, 0);
    bank.firstBin.push(first);
    bank.weights.push(areas.map((area) => area / sum));
  }
  return bank;
}

/** Area between `from` and `to` under the triangle with the corners (left, 0), (centre, 1) and (right, 0). */
function triangleArea(from: number, to: number, left: number, centre: number, right: number): number {
  const rise = (hz: number) => (Math.min(Math.max(hz, left), centre) - left) ** 2 / (2 * (centre - left));
  const fall = (hz: number) => (right - Math.min(Math.max(hz, centre), right)) ** 2 / (2 * (right - centre));
  return rise(to) - rise(from) + fall(from) - fall(to);
}
