/** Finds the sound in a recording of a few seconds: the part that is loudest compared with the background noise. */

const FRAME_S = 0.02;
/** A sound is at least this many dB louder than the background. */
const ABOVE_ROOM_DB = 8;
/** Sound below this level is digital silence or converter noise. */
const QUIETEST_DBFS = -65;
/** The longest gap within a sound, for example between the two tones of a doorbell. */
const BRIDGE_S = 0.6;
/** A shorter sound is a click of the recording. */
const SHORTEST_S = 0.06;
const LONGEST_S = 5;

export interface FoundSound {
  startS: number;
  endS: number;
  /** The mean level of the sound above the background noise. */
  aboveRoomDb: number;
}

export function findSound(samples: Float32Array, sampleRate: number): FoundSound | null {
  const levels = levelsOf(samples, Math.round(FRAME_S * sampleRate));
  if (levels.length === 0) return null;
  // The quietest fifth of the recording counts as background.
  const room = Math.max(QUIETEST_DBFS, levels.toSorted()[Math.floor(levels.length / 5)] as number);
  const spans = spansAbove(levels, room + ABOVE_ROOM_DB);
  let best: FoundSound | null = null;
  let most = 0;
  for (const { from, to } of spans) {
    const lengthS = (to - from) * FRAME_S;
    if (lengthS < SHORTEST_S) continue;
    let energy = 0;
    for (let frame = from; frame < to; frame++) energy += 10 ** ((levels[frame] as number) / 10);
    if (energy <= most) continue;
    most = energy;
    const mean = 10 * Math.log10(energy / (to - from));
    best = { startS: from * FRAME_S, endS: from * FRAME_S + Math.min(LONGEST_S, lengthS), aboveRoomDb: mean - room };
  }
  return best;
}

/** The level of each frame in dBFS. The difference of neighbouring samples is measured, which removes low rumble. */
function levelsOf(samples: Float32Array, frame: number): Float64Array {
  const levels = new Float64Array(Math.floor(samples.length / frame));
  for (let n = 0; n < levels.length; n++) {
    let sum = 0;
    for (let i = n * frame; i < (n + 1) * frame; i++)
      sum += ((samples[i] as number) - (i === 0 ? 0 : (samples[i - 1] as number))) ** 2;
    levels[n] = 10 * Math.log10(sum / frame + 1e-12);
  }
  return levels;
}

function spansAbove(levels: Float64Array, threshold: number): { from: number; to: number }[] {
  const spans: { from: number; to: number }[] = [];
  const bridge = BRIDGE_S / FRAME_S;
  levels.forEach((level, frame) => {
    if (level < threshold) return;
    const last = spans.at(-1);
    if (last && frame - last.to <= bridge) last.to = frame + 1;
    else spans.push({ from: frame, to: frame + 1 });
  });
  return spans;
}
