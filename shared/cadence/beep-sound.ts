/** The sound of the beeps of a group, whatever their rhythm. An alarm unit makes the same sound each time, and nothing else. */
export interface BeepSound {
  /** The mean level of the beeps in each narrow band, relative to the recent peak of that band. */
  levels: Float64Array;
  /** How far the beeps are below the loudest sound that their band had in the last seconds: 0 (not at all) to 1. */
  faint: number;
  /** How loud the loudest gap between the beeps is at their pitch: 0 (silent) to 1. */
  filled: number;
}

/**
 * How differently two groups sound, 0 to 1: 1 minus the correlation of their levels over all bands. Birds and instruments change
 * their notes.
 */
export function difference({ levels: one }: BeepSound, { levels: other }: BeepSound): number {
  const [meanOne, meanOther] = [meanOf(one), meanOf(other)];
  let [product, ofOne, ofOther] = [0, 0, 0];
  for (let band = 0; band < one.length; band++) {
    const [a, b] = [(one[band] as number) - meanOne, (other[band] as number) - meanOther];
    product += a * b;
    ofOne += a * a;
    ofOther += b * b;
  }
  return ofOne * ofOther === 0 ? 1 : 1 - Math.max(0, product / Math.sqrt(ofOne * ofOther));
}

const meanOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
