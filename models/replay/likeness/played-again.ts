import { Dice } from '../proving/dice.ts';

const RATE = 16_000;
const CLIP_S = 10;
const EVENT_AT_S = 3;
/** How much of a sound a device hears in `playedAtHome`. Breaking glass is reported within seconds. */
const LONGEST_S = 8;
/** Background after the sound. A device reports breaking glass at the latest some seconds after it. */
const DECIDES_WITHIN_S = 3;

/** A sound in the noise of a room. */
export interface Play {
  samples: Float32Array;
  /** Where the sound starts. */
  eventStartS: number;
}

/**
 * Plays the same sound another time in the same place: at a random level within 12 dB, with different background noise
 * that is 10 to 30 dB quieter than the sound, and with a different start within the clip. `time` numbers the plays.
 * `room`: a recording of the room's noise. Without one, the noise is made.
 */
export function playedAgain(sound: Float32Array, name: string, time: number, room?: Float32Array): Play {
  return mixed(sound, new Dice(name, time), room, { lengthS: CLIP_S, soundAtS: EVENT_AT_S });
}

/**
 * The same for a device that listens all the time: the background begins a whole clip before the sound, so that a clip
 * that ends with the sound is full, and continues after it until the device has decided. Only the first seconds of a
 * long sound are played.
 */
export function playedAtHome(sound: Float32Array, name: string, time: number, room?: Float32Array): Play {
  const heard = sound.subarray(0, LONGEST_S * RATE);
  const lengthS = CLIP_S + heard.length / RATE + DECIDES_WITHIN_S;
  return mixed(heard, new Dice(name, time), room, { lengthS, soundAtS: CLIP_S });
}

function mixed(
  sound: Float32Array,
  dice: Dice,
  room: Float32Array | undefined,
  { lengthS, soundAtS }: { lengthS: number; soundAtS: number },
): Play {
  const samples = new Float32Array(Math.round(lengthS * RATE));
  const eventStartS = soundAtS + dice.between(-0.5, 0.5);
  const rms = loudRms(sound);
  const gain = 10 ** (dice.between(-36, -24) / 20) / rms;
  const noiseRms = 10 ** (-dice.between(10, 30) / 20) * gain * rms;
  if (room) {
    const start = dice.whole(0, room.length - 1);
    const scale = noiseRms / loudRms(room);
    samples.forEach((_, at) => (samples[at] = scale * (room[(start + at) % room.length] as number)));
  } else addBrownNoise(samples, noiseRms, dice);
  const from = Math.round(eventStartS * RATE);
  const length = Math.min(sound.length, samples.length - from);
  for (let at = 0; at < length; at++) samples[from + at]! += gain * (sound[at] as number);
  return { samples: samples.map((sample) => Math.max(-1, Math.min(1, sample))), eventStartS };
}

/** Approximately brown noise, because noise in a room is weaker at higher frequencies. */
function addBrownNoise(samples: Float32Array, rms: number, dice: Dice): void {
  const noise = rms / Math.sqrt(1 / 3);
  let hum = 0;
  for (let at = 0; at < samples.length; at++) {
    hum = 0.95 * hum + 0.31 * (2 * dice.roll() - 1);
    samples[at] = noise * hum;
  }
}

/** Root mean square of the loudest half second. */
function loudRms(sound: Float32Array): number {
  const window = Math.min(sound.length, RATE / 2);
  let [sum, most] = [0, 0];
  for (let at = 0; at < sound.length; at++) {
    sum += (sound[at] as number) ** 2;
    if (at >= window) sum -= (sound[at - window] as number) ** 2;
    most = Math.max(most, sum);
  }
  return Math.sqrt(most / window) || 1;
}
