import { nearMiss } from '@earshot/models/synthesis/near-miss.ts';
import type { Random } from '@earshot/models/synthesis/random.ts';
import { addAt, normalise, samplesOf } from '@earshot/models/synthesis/sound.ts';
import { resonate, speak } from '@earshot/models/synthesis/voice.ts';

/** The sound of a quiet room: a refrigerator's hum at mains frequency over soft noise without treble. */
export function quietRoom(random: Random, durationS: number): Float32Array {
  const samples = new Float32Array(samplesOf(durationS));
  let air = 0;
  const hums = [50, 100, 150, 300].map((hz, i) => ({
    step: (2 * Math.PI * hz) / 16_000,
    gain: 0.3 / (i + 1),
    phase: random.uniform(0, 6),
  }));
  for (let i = 0; i < samples.length; i++) {
    air = 0.85 * air + 0.15 * (random.next() * 2 - 1);
    samples[i] = air + hums.reduce((sum, { step, gain, phase }) => sum + 0.2 * gain * Math.sin(step * i + phase), 0);
  }
  return normalise(samples);
}

const SYLLABLES = ['a', 'e', 'i', 'o', 'u', 'ai', 'ou', 'sa', 'fe', 'ra', 'iro', 'esa', 'afo', 'ure'];

/** Somebody talks without real words: sentences of a few syllabic words with pauses between them. */
export function talk(random: Random, durationS: number): Float32Array {
  const samples = new Float32Array(samplesOf(durationS));
  for (let at = 0; at < samples.length;) {
    const words = Array.from({ length: random.integer(3, 7) }, () =>
      Array.from({ length: random.integer(1, 3) }, () => random.pick(SYLLABLES)).join(''),
    );
    const sentence = speak(random, words.join('-'), random.uniform(0.9, 1.3));
    addAt(samples, sentence, at);
    at += sentence.length + samplesOf(random.uniform(0.2, 0.9));
  }
  return normalise(samples);
}

/** A television: voices over music, through a small loudspeaker. */
export function television(random: Random, durationS: number): Float32Array {
  const samples = talk(random.fork('voice'), durationS);
  addAt(samples, talk(random.fork('other voice'), durationS), samplesOf(1.3), 0.6);
  for (let atS = 0; atS < durationS; atS += 8) {
    addAt(samples, nearMiss(random.fork(`music ${atS}`), 'music', 8).samples, samplesOf(atS), 0.25);
  }
  const small = resonate(samples, 1_400, 2_600);
  addAt(small, samples, 0, 0.4);
  return normalise(small);
}
