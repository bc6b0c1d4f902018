import { Random } from '../../synthesis/random.ts';
import { decibel, samplesOf } from '../../synthesis/sound.ts';
import type { PlannedSound } from './day-plan.ts';
import type { Path } from './places.ts';
import { PROGRAMMES, type Layer } from './programmes.ts';
import { SOUNDS } from './sounds/all.ts';
import { loudRmsOf, trimmed, type Make } from './sounds/make.ts';
import { CueTrack, LoopedSound, type Cue, type Sounding } from './sounding.ts';
import { looped } from './loop.ts';

/**
 * Share of a layer's sounding time that is rendered. The rest repeats rendered sounds at different speeds, because
 * rendering and convolving take most of the time of a day.
 */
const FRESH_SHARE = 0.2;
const MOST_UNITS = 90;
/** Range of the playback speed. A voice or a song that is 18 % higher or lower sounds like a different one. */
const SPEEDS = [0.85, 1.18] as const;

/** Returns all layers of a programme, ready to be mixed. */
export function programmeTracks(planned: PlannedSound, path: Path): Sounding[] {
  const layers = PROGRAMMES[planned.sound];
  if (!layers) throw new RangeError(`there is no programme "${planned.sound}"`);
  return layers.map((layer, n) => track(layer, planned, path, new Random(`${planned.seed}/layer/${n}`)));
}

function track(layer: Layer, planned: PlannedSound, path: Path, random: Random): Sounding {
  const { startS, lengthS, levelDbfs } = planned;
  const gainDb = levelDbfs - path.lossDb;
  if (layer.under) {
    const loop = looped(unitOf(layer, random, path));
    return new LoopedSound(
      samplesOf(startS),
      samplesOf(startS + lengthS),
      loop,
      decibel(gainDb + random.uniform(...layer.gainDb)),
    );
  }
  const meanS = (layer.unitS[0] + layer.unitS[1]) / 2;
  const count = Math.ceil(lengthS / (meanS + (layer.gapS[0] + layer.gapS[1]) / 2));
  const units = new Units(
    layer,
    random.fork('units'),
    path,
    Math.min(MOST_UNITS, Math.max(6, Math.ceil(FRESH_SHARE * count))),
  );
  const cues: Cue[] = [];
  // The first gap starts at a random place, so that a rare sound is as likely in the first minute as in any other.
  let atS = startS + random.next() * random.logUniform(Math.max(0.05, layer.gapS[0]), Math.max(0.05, layer.gapS[1]));
  while (atS < startS + lengthS) {
    const speed = random.uniform(...SPEEDS);
    const unit = units.at(random.integer(0, units.count - 1));
    cues.push({ startsAt: samplesOf(atS), unit, speed, gain: decibel(gainDb + random.uniform(...layer.gainDb)) });
    atS += unit.length / 16_000 / speed + random.uniform(...layer.gapS);
  }
  return new CueTrack(cues);
}

/** The sounds of a layer. Each is rendered when it is first needed, because most rare sounds are never needed. */
class Units {
  readonly count: number;
  private readonly layer: Layer;
  private readonly random: Random;
  private readonly path: Path;
  private readonly made = new Map<number, Float32Array>();

  constructor(layer: Layer, random: Random, path: Path, count: number) {
    this.layer = layer;
    this.random = random;
    this.path = path;
    this.count = count;
  }

  at(n: number): Float32Array {
    const known = this.made.get(n) ?? unitOf(this.layer, this.random.fork(n), this.path);
    this.made.set(n, known);
    return known;
  }
}

/** Renders one sound of a programme's layer as it arrives at the device, at a level of 0 dBFS. */
function unitOf({ sounds, unitS }: Layer, random: Random, path: Path): Float32Array {
  const make = SOUNDS[random.weighted(sounds as Record<string, number>)] as Make;
  return atUnitLoudness(path.convolver.apply(trimmed(make(random, random.uniform(...unitS)))));
}

export function atUnitLoudness(samples: Float32Array): Float32Array {
  const gain = 1 / loudRmsOf(samples);
  for (let i = 0; i < samples.length; i++) samples[i] = (samples[i] as number) * gain;
  return samples;
}
