import { isSafety, KNOWN_LABELS } from '@earshot/shared/labels.ts';
import type { Random } from '../synthesis/random.ts';
import { addAt, decibel, SAMPLE_RATE, samplesOf } from '../synthesis/sound.ts';
import { convolve } from './convolve.ts';
import { throughMicrophone } from './microphone.ts';
import { DRY, drawRoom, type Room } from './room.ts';
import type { PlacedEvent, Scene, SceneEvent } from './scene-types.ts';
import {
  drawConfuser,
  drawEvent,
  drawNearMiss,
  recordedConfuser,
  type EventOptions,
  type SourceSound,
} from './source-sound.ts';
import type { SoundShelf } from './sound-shelf.ts';

export interface SceneOptions {
  durationS: number;
  /**
   * The subject of the scene: one of the labels, `none` for confusers only, or `near_miss` for a sound that resembles a
   * label's sound and continues to the scene's end. Absent: chosen at random.
   */
  about?: string;
  /** The kind of the near miss; absent: chosen at random. */
  nearMiss?: string;
  /** Used instead of `about`: these events over one background. No event is cut short. */
  placed?: readonly PlacedEvent[];
  snrDb?: number;
  /** Level of the loud part of the event (or of the loudest confuser), dBFS. */
  levelDbfs?: number;
  room?: Room;
  /**
   * `clip`: without echo, with hard cuts, one sound after the other, as when replay plays a corpus. `home`: in a room,
   * over a background.
   */
  setting?: 'clip' | 'home';
  television?: boolean;
  clip?: boolean;
  /**
   * Makes an alarm begin early enough for two of its groups, whatever its pattern. A real alarm would continue after
   * the scene's end.
   */
  alarmGoesOn?: boolean;
  event?: Omit<EventOptions, 'durationS'>;
}

export interface SceneWorld {
  shelf: SoundShelf;
  measuredRooms: readonly Float32Array[];
}

/** The subjects of training scenes and their weights. `none` stands for all other sounds of a home. */
const ABOUT: Readonly<Record<string, number>> = {
  smoke_alarm: 0.19,
  co_alarm: 0.1,
  low_battery_chirp: 0.06,
  glass_break: 0.2,
  footsteps: 0.06,
  door: 0.06,
  dog_bark: 0.04,
  baby_cry: 0.04,
  none: 0.25,
};

/**
 * The time that two groups of T4, the slowest pattern, take: 0.7 s, 5.1 s of silence and 0.7 s again, each up to 10 %
 * longer.
 */
const TWO_GROUPS_S = 7.2;

/** Renders one scene. The same random stream, world and options give the same samples. */
export function renderScene(random: Random, world: SceneWorld, options: SceneOptions): Scene {
  const setting = options.setting ?? (random.chance(0.25) ? 'clip' : 'home');
  const { placed = [] } = options;
  const about = placed.map(({ label }) => label).join(' + ') || (options.about ?? random.weighted(ABOUT));
  const mix = new Mix(random, world, options, setting);
  if (about === 'near_miss') {
    mix.nearMiss();
    return mix.finish(about);
  }
  const others = about === 'none' ? random.integer(2, 5) : random.chance(0.5) ? random.integer(1, 2) : 0;
  const beforeCount = setting === 'clip' ? others : Math.floor(others / 2);
  for (let n = 0; n < beforeCount; n++) mix.confuser();
  for (const event of placed) mix.place(event, { fewestGroups: 2, cut: false });
  if (placed.length === 0 && about !== 'none') mix.event(about, options.event);
  for (let n = beforeCount; n < others; n++) mix.confuser();
  if (about !== 'none' && setting === 'home' && random.chance(0.08)) mix.event(random.pick(KNOWN_LABELS), undefined);
  return mix.finish(about);
}

/** Builds a scene: sounds are placed one after another, and the background is added at the end. */
class Mix {
  private readonly random: Random;
  private readonly world: SceneWorld;
  private readonly options: SceneOptions;
  private readonly setting: 'clip' | 'home';
  private readonly samples: Float32Array;
  private readonly scene: Scene;
  private readonly loudRms: number;
  private readonly snrDb: number;
  private atS = 0;

  constructor(random: Random, world: SceneWorld, options: SceneOptions, setting: 'clip' | 'home') {
    this.random = random;
    this.world = world;
    this.options = options;
    this.setting = setting;
    this.samples = new Float32Array(samplesOf(options.durationS));
    this.scene = { samples: this.samples, events: [], ignored: [], slices: { setting } };
    this.loudRms = decibel(options.levelDbfs ?? random.uniform(-45, -9));
    this.snrDb = options.snrDb ?? random.uniform(-5, 30);
    // A clip starts with its sound after a random delay of up to 40 ms, because recorded sounds do not begin at the
    // edge of a frame.
    this.atS = setting === 'home' ? random.uniform(0, options.durationS * 0.3) : random.uniform(0, 0.04);
  }

  event(label: string, how: SceneOptions['event']): void {
    const { durationS } = this.options;
    const goesOn = this.options.alarmGoesOn === true && isSafety(label);
    const startS = Math.max(0, Math.min(this.atS, goesOn ? durationS - TWO_GROUPS_S : durationS * 0.7));
    // A real alarm has at least two groups; a recording may have been cut after the first.
    const fewestGroups = this.setting === 'home' ? 2 : 1;
    const options = { fewestGroups, ...(goesOn ? { cut: false } : {}), ...how };
    this.place({ label, startS, endS: durationS, snrDb: this.snrDb }, options);
  }

  place({ label, startS, endS, snrDb }: PlacedEvent, how: SceneOptions['event']): void {
    const sound = drawEvent(this.random, this.world.shelf, label, { ...how, durationS: endS - startS });
    if (sound === null) return;
    const room = this.room();
    this.lay(sound, room, startS, this.loudRms * decibel(snrDb - this.snrDb));
    this.scene.events.push(eventOf(sound, room, { startS, endS, snrDb: this.setting === 'home' ? snrDb : null }));
    this.advance(startS, sound);
  }

  confuser(): void {
    const leftS = this.options.durationS - this.atS;
    if (leftS < 0.3) return;
    const sound = drawConfuser(this.random, this.world.shelf, Math.min(6, leftS));
    this.lay(sound, this.room(), this.atS, this.loudRms * decibel(this.random.uniform(-12, 6)));
    this.leaveOut(sound.ignore, this.atS, sound.samples.length);
    this.advance(this.atS, sound);
  }

  /**
   * Confusers that continue until the end of the scene, as an alarm does: a dryer beeps until somebody comes, the bell
   * of a level crossing until the train has passed.
   */
  nearMiss(): void {
    const sound = drawNearMiss(this.random, this.options.durationS - this.atS, this.options.nearMiss);
    this.lay(sound, this.room(), this.atS, this.loudRms);
  }

  finish(about: string): Scene {
    const { random, options, scene } = this;
    if (this.setting === 'home') this.background();
    const television = options.television ?? (this.setting === 'home' && random.chance(0.2));
    if (television && this.setting === 'home') this.television();
    const clip = options.clip ?? random.chance(0.08);
    const channel = throughMicrophone(this.samples, random, { clip });
    const level = Math.round(20 * Math.log10(this.loudRms));
    scene.slices = {
      ...scene.slices,
      ...channel,
      about,
      television: television ? 'yes' : 'no',
      level: `${level} dBFS`,
    };
    return scene;
  }

  private room(): Room {
    if (this.options.room) return this.options.room;
    return this.setting === 'clip' && this.random.chance(0.7)
      ? DRY
      : drawRoom(this.random, { measured: this.world.measuredRooms });
  }

  private lay(sound: SourceSound, room: Room, startS: number, rms: number): void {
    const wet = room.response.length === 1 ? sound.samples : convolve(sound.samples, room.response);
    addAt(this.samples, wet, samplesOf(startS), rms / sound.loudRms);
  }

  private advance(startS: number, sound: SourceSound): void {
    const { random, setting } = this;
    const pauseS = setting === 'clip' ? (random.chance(0.6) ? 0 : random.uniform(0, 1)) : random.uniform(-0.5, 2);
    this.atS = Math.max(0, startS + sound.samples.length / SAMPLE_RATE + pauseS);
  }

  /**
   * Adds the background at the scene's SNR: the mean power of the event while it sounds, relative to the power of the
   * background.
   */
  private background(): void {
    const { random, world, samples } = this;
    const sound = world.shelf.backgrounds.draw(random);
    const recording = recordedConfuser(random, world.shelf, sound, this.options.durationS);
    const bed = looped(recording.samples, samples.length);
    addAt(samples, bed, 0, (this.loudRms * decibel(-this.snrDb)) / Math.max(1e-6, rmsOf(bed)));
    this.leaveOut(recording.ignore, 0, samples.length);
  }

  /** Adds speech from a small loudspeaker, from 3 dB below the background to 10 dB above it. */
  private television(): void {
    const { random, world, samples } = this;
    if (world.shelf.speech.length === 0) return;
    const gain = this.loudRms * decibel(Math.min(6, random.uniform(-3, 10) - this.snrDb));
    for (let at = 0; at < samples.length;) {
      const voice = recordedConfuser(random, world.shelf, random.pick(world.shelf.speech), 6);
      addAt(samples, voice.samples, at, gain / voice.loudRms);
      at += voice.samples.length + samplesOf(random.uniform(0, 0.8));
    }
    this.leaveOut(['footsteps', 'door'], 0, samples.length);
  }

  private leaveOut(heads: readonly string[] | '*', startS: number, length: number): void {
    if (heads === '*' || heads.length > 0)
      this.scene.ignored.push({ heads, startS, endS: startS + length / SAMPLE_RATE });
  }
}

function eventOf(
  sound: SourceSound,
  room: Room,
  { startS, endS, snrDb }: { startS: number; endS: number; snrDb: number | null },
): SceneEvent {
  const beeps = sound.beeps
    .map((beep) => ({
      startS: beep.startS + startS,
      lengthS: Math.min(beep.lengthS, endS - beep.startS - startS),
    }))
    .filter(({ lengthS }) => lengthS > 0);
  const first = beeps[0] ?? { startS, lengthS: 0 };
  const last = beeps.at(-1) ?? first;
  return {
    label: sound.label,
    startS: first.startS,
    endS: last.startS + last.lengthS,
    beeps,
    slices: {
      ...sound.slices,
      room: room.kind,
      distance: room.distanceM < 1.5 ? 'under 1.5 m' : room.distanceM < 4 ? '1.5 to 4 m' : 'over 4 m',
      snr: snrDb === null ? 'clean' : snrSlice(snrDb),
    },
  };
}

const snrSlice = (snrDb: number): string => {
  const from = Math.max(-5, Math.min(25, Math.floor(snrDb / 5) * 5));
  return `${from} to ${from + 5} dB`;
};

/** Repeats a sound with a crossfade of 50 ms, so that the joint does not click. */
function looped(samples: Float32Array, length: number): Float32Array {
  if (samples.length >= length) return samples.subarray(0, length);
  const out = new Float32Array(length);
  const fade = Math.min(800, Math.floor(samples.length / 4));
  for (let at = 0; at < length; at += samples.length - fade) {
    for (let i = 0; i < samples.length && at + i < length; i++) {
      const edge = Math.min(1, at === 0 ? 1 : i / fade, (samples.length - i) / fade);
      out[at + i] = (out[at + i] as number) + edge * (samples[i] as number);
    }
  }
  return out;
}

const rmsOf = (samples: Float32Array): number =>
  Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / Math.max(1, samples.length));
