/** A tone that kept its pitch for a while; times in seconds since the source began. */
export interface SteadyTone {
  startS: number;
  endS: number;
  hz: number;
  /** How many dB the tone is stronger than the neighbouring frequencies. */
  prominenceDb: number;
  /** Standard deviation of the tone's frequency, in Hz. */
  wanderHz: number;
}
