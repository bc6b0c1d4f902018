import type { RunSpeed } from '../play/run-speed.ts';
import { labelInfo } from '@earshot/shared/labels.ts';

/** The colours of Okabe and Ito, which colour-blind people can distinguish. */
const COLOURS = ['#d55e00', '#0072b2', '#cc79a7', '#009e73', '#e69f00', '#56b4e9', '#8c6bb1', '#7a7a7a'];

export const colourOf = (labels: readonly string[], label: string): string =>
  COLOURS[labels.indexOf(label) % COLOURS.length] as string;

export const named = (label: string): string => labelInfo(label).words;

export const percent = (ratio: number, digits = 1): string => `${(100 * ratio).toFixed(digits)} %`;

/** Rounds to three significant digits: 0.04, 4.8, 120. */
export const number = (value: number): string =>
  value === 0 ? '0' : value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);

export const range = (low: number, high: number, text: (value: number) => string): string =>
  `${text(low)} to ${text(high)}`;

/**
 * The speed of the replay. Decoding is listed separately, because its cost depends on the format, not on the detector.
 */
export function speedWords({ realTimeFactorPerCore, compressed, peakRssMb }: RunSpeed): string {
  const times = (factor: number) => `${Math.round(factor)} times real time per core`;
  const decoding =
    compressed === null
      ? ''
      : `; not including the decoding of compressed files (${times(compressed.realTimeFactorPerCore)})`;
  return `${times(realTimeFactorPerCore)}${decoding}; ${Math.round(peakRssMb)} MB of memory at most`;
}

/** What the delay of an alert is measured from, and to. */
export const DELAY_WORDS =
  "Delay: from the beginning of the labelled sound (of the recording, if the label has no time) to the device's detection; after the verifier, to the first detection that it confirmed. Only sounds that were found count. The time for computing and sending is not included.";
