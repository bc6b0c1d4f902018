/** One tone that stood still for a while; times in seconds since the source began. */
export interface SteadyTone {
  startS: number;
  endS: number;
  hz: number;
  /** How far it stands out of its neighbourhood in the spectrum. */
  prominenceDb: number;
  /** Standard deviation of its frequency. */
  wanderHz: number;
}
