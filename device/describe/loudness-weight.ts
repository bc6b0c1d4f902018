/**
 * How much louder people hear the power at a pitch than the same power at 1 kHz: A-weighting (IEC 61672-1, annex E).
 * Without it, the rumble of a room would be the main part of most sounds.
 */
export function loudnessWeight(hz: number): number {
  const square = hz * hz;
  const response =
    (12_194 ** 2 * square ** 2) /
    ((square + 20.6 ** 2) * Math.sqrt((square + 107.7 ** 2) * (square + 737.9 ** 2)) * (square + 12_194 ** 2));
  return 10 ** 0.2 * response ** 2;
}
