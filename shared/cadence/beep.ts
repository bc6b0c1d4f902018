/** One beep on one frequency; times in seconds of the reader's sample counter, better than the 20 ms of a frame. */
export interface Beep {
  startS: number;
  endS: number;
  hz: number;
  /** Mean amplitude while it sounded, in the units of the spectrum. */
  amplitude: number;
  /** How far it stands out of its neighbourhood in the spectrum. */
  prominenceDb: number;
  /** 1: the level stood still; towards 0: it decayed like a chime or wavered. */
  flatness: number;
  /** Standard deviation of its frequency. */
  wanderHz: number;
}

export const lengthS = (beep: Beep): number => beep.endS - beep.startS;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return 0;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, x) => sum + x, 0) / Math.max(1, values.length);

/** Two parts of one beep, each by its length. */
function joined(a: Beep, b: Beep): Beep {
  const share = (a.endS - a.startS) / (b.endS - a.startS);
  const mixed = (x: number, y: number) => share * x + (1 - share) * y;
  return {
    startS: a.startS,
    endS: b.endS,
    hz: mixed(a.hz, b.hz),
    amplitude: mixed(a.amplitude, b.amplitude),
    prominenceDb: mixed(a.prominenceDb, b.prominenceDb),
    flatness: mixed(a.flatness, b.flatness),
    wanderHz: mixed(a.wanderHz, b.wanderHz),
  };
}

/** Beeps with gaps shorter than `gapS` taken as one. */
export function bridged(beeps: readonly Beep[], gapS: number): Beep[] {
  const out: Beep[] = [];
  for (const beep of beeps) {
    const last = out.at(-1);
    if (last && beep.startS - last.endS < gapS) out[out.length - 1] = joined(last, beep);
    else out.push(beep);
  }
  return out;
}
