/**
 * The golden sounds, which are made by code and are identical on every machine. If a release gives other scores for
 * them on a machine, this machine must not use the release.
 */
import { coAlarm, smokeAlarm } from '../../synthesis/alarm.ts';
import { lowBatteryChirp } from '../../synthesis/chirp.ts';
import { glassBreak } from '../../synthesis/glass.ts';
import { nearMiss } from '../../synthesis/near-miss.ts';
import { Random } from '../../synthesis/random.ts';
import { addAt, samplesOf } from '../../synthesis/sound.ts';

export interface GoldenSound {
  file: string;
  samples: Float32Array;
}

const LENGTH_S = 4;

/**
 * Each golden sound lasts four seconds: enough for a T3 group with its pause or a T4 group. Together they take a few
 * hundred kilobytes.
 */
export function goldenSounds(): GoldenSound[] {
  const random = (name: string): Random => new Random(`golden/${name}`);
  const make = (name: string, sound: Float32Array): GoldenSound => ({
    file: `golden-${name}.wav`,
    samples: over(sound, random(`${name}/room`)),
  });
  return [
    make(
      'smoke',
      smokeAlarm(random('smoke'), {
        durationS: LENGTH_S,
        pattern: 't3',
        band: '3.1k',
        units: 1,
        voice: false,
        muted: false,
      }).samples,
    ),
    make(
      'co',
      coAlarm(random('co'), { durationS: LENGTH_S, band: '3.1k', units: 1, voice: false, muted: false }).samples,
    ),
    make('chirp', lowBatteryChirp(random('chirp'), { durationS: LENGTH_S }).samples),
    make('glass', glassBreak(random('glass'), { durationS: LENGTH_S, pane: 'window' }).samples),
    make('microwave', nearMiss(random('microwave'), 'microwave', LENGTH_S).samples),
  ];
}

/** Puts half a second of background before the sound, and noise at -66 dBFS under it. */
function over(sound: Float32Array, random: Random): Float32Array {
  const samples = Float32Array.from({ length: samplesOf(LENGTH_S) }, () => 0.0005 * random.normal());
  addAt(samples, sound, samplesOf(0.5), 0.4);
  // Round to 16 bits, so that the array contains exactly the same sound as the file.
  return samples.map((x) => Math.max(-32_768, Math.min(32_767, Math.round(x * 32_768))) / 32_768);
}
