import { mapLabel } from '../../corpus/label-map.ts';
import type { SceneMaker } from '../../scenes/scene-maker.ts';
import { recordedConfuser } from '../../scenes/source-sound.ts';
import { SCENE_S } from '../../scenes/scene-maker.ts';
import { WHOLE_SCENE_S } from '../../scenes/scene-types.ts';
import { SAMPLE_RATE } from '../../synthesis/sound.ts';
import { Random } from '../../synthesis/random.ts';
import { alarmPair } from '../alarm-pair.ts';
import { snrFrom } from '../snr.ts';
import type { Played } from './candidate-clips.ts';
import { Timeline } from './timeline.ts';

/** Recordings are cut to this length, because a longer one adds no information. */
const LONGEST_CLIP_S = 20;
const STREAM_SCENES = 3;
/** The length of a scene that is played by itself: long enough that the device must have reported its alarm. */
const LONG_SCENE_S = 2 * SCENE_S;
/** The first number of the scenes that were not used to train the network. */
const FIRST_SCENE = 50_000_000;
const FIRST_WARNING = 60_000_000;
const FIRST_NEAR_MISS = 70_000_000;
const FIRST_SMOKE_ALARM = 80_000_000;
const FIRST_LONG_TONE = 85_000_000;
/** As long as an alarm of which a device makes several reports. */
const LONG_TONE_S = 30;
/**
 * Weights of the alarms that only their sound tells from a kettle or a bird, and of their timbres. Those that the
 * verifier of release 2026-12-01.2 lost most often have the largest weights.
 */
const WITHOUT_RHYTHM = { fast: 3.5, steady: 1, sweep: 2, warble: 2, continuous: 3.5 } as const;
const THEIR_TIMBRES = {
  two_tones: 4,
  swept: 3,
  fm_warble: 1.5,
  disc: 1.5,
  pure: 1,
  square: 1,
  rich: 1,
  am_buzz: 1,
} as const;
/** Weights of the sounds that whistle or beep for as long as such an alarm. */
const WHISTLES_AND_BEEPS: Readonly<Record<string, number>> = {
  bird: 5,
  cricket: 4,
  kettle: 4,
  alarm_clock: 4,
  bell: 3,
  dryer: 3,
  ...weighing(2, 'piping whistling microwave appliance oven_timer door_alarm reversing_beeper monitor siren squeal'),
  ...weighing(2, 'ring_tone'),
  ...weighing(1, 'feedback ups line_tone pure_melody car_alarm crossing parking_sensor music motor jingle doorbell'),
};

/**
 * What is played to the device stage to collect its candidates: single recordings, scenes, and scenes back to back. The
 * same number gives the same session. `leastSnrDb` is the lowest SNR of events; without it events may be inaudible.
 */
export function drawSession(maker: SceneMaker, session: number, leastSnrDb?: number): Played {
  const random = new Random(`session/${session}`);
  const kind = random.weighted({ clip: 0.22, scene: 0.18, stream: 0.5, pair: 0.1 });
  if (kind === 'clip') return clipSession(maker, random);
  if (kind === 'pair')
    return alarmPair(maker, random, {
      scene: FIRST_SCENE + session * STREAM_SCENES,
      sceneS: LONG_SCENE_S,
      leastSnrDb,
    });
  const [count, sceneS] = kind === 'scene' ? [1, LONG_SCENE_S] : [STREAM_SCENES, SCENE_S];
  const long = { durationS: sceneS, alarmGoesOn: kind === 'scene' };
  const played = new Timeline(count * sceneS);
  for (let n = 0; n < count; n++) {
    const atS = n * sceneS;
    // Most sessions with several scenes contain only confusers, without room echo and with hard cuts. These are the
    // hardest hours that replay plays, and the reason why there is a verifier.
    const options = random.chance(kind === 'stream' ? 0.7 : 0.2) ? ({ about: 'none', setting: 'clip' } as const) : {};
    const snr = snrFrom(random, leastSnrDb);
    const scene = maker.render(FIRST_SCENE + session * STREAM_SCENES + n, { ...long, ...options, ...snr });
    played.add(scene, atS, sceneS);
  }
  return played;
}

/**
 * The labels of the additional scenes (`drawWarning`), used in turn. Sessions contain too few of these sounds to
 * measure the lowest 2 % of their scores.
 */
const WARNED_OF = ['smoke_alarm', 'co_alarm', 'glass_break', 'low_battery_chirp'];

/**
 * A random scene with one of these labels, in a room and over a background, as in replay's scenes. An alarm sounds
 * until the end of the scene.
 */
export function drawWarning(maker: SceneMaker, n: number, leastSnrDb: number): Played {
  const random = new Random(`warning/${n}`);
  return maker.render(FIRST_WARNING + n, {
    about: WARNED_OF[n % WARNED_OF.length] as string,
    setting: 'home',
    ...snrFrom(random, leastSnrDb),
    alarmGoesOn: true,
    durationS: WHOLE_SCENE_S,
  });
}

/**
 * A sound that resembles an alarm and lasts as long as one; confusers in other scenes last six seconds at most. `kind`:
 * the kind of the sound; absent: a random one.
 */
export function drawNearMiss(maker: SceneMaker, n: number, kind?: string): Played {
  const long = { about: 'near_miss', setting: 'home', durationS: LONG_SCENE_S } as const;
  return maker.render(FIRST_NEAR_MISS + n, kind === undefined ? long : { ...long, nearMiss: kind });
}

/** A smoke alarm in a home. Sessions contain few alarms that can be recognised only by their sound. */
export function drawSmokeAlarm(maker: SceneMaker, n: number): Played {
  return maker.render(FIRST_SMOKE_ALARM + n, {
    about: 'smoke_alarm',
    setting: 'home',
    alarmGoesOn: true,
    durationS: LONG_SCENE_S,
  });
}

/** A smoke alarm that has no standard's rhythm, so that nothing but its sound shows what it is. */
export function drawAlarmWithoutRhythm(maker: SceneMaker, n: number): Played {
  const random = new Random(`alarm without rhythm/${n}`);
  const [pattern, timbre] = [random.weighted(WITHOUT_RHYTHM), random.weighted(THEIR_TIMBRES)];
  return maker.render(FIRST_LONG_TONE + n, {
    about: 'smoke_alarm',
    setting: 'home',
    alarmGoesOn: true,
    durationS: LONG_TONE_S,
    event: { alarm: { pattern, timbre } },
  });
}

/** Something that whistles or beeps for as long. `n` is none of `drawAlarmWithoutRhythm`. */
export function drawWhistleOrBeep(maker: SceneMaker, n: number): Played {
  const nearMiss = new Random(`whistle or beep/${n}`).weighted(WHISTLES_AND_BEEPS);
  return maker.render(FIRST_LONG_TONE + n, { about: 'near_miss', setting: 'home', durationS: LONG_TONE_S, nearMiss });
}

function clipSession({ world: { shelf } }: SceneMaker, random: Random): Played {
  const positives = [...shelf.positives.values()].flat();
  const isPositive = positives.length > 0 && random.chance(0.35);
  const sound = isPositive ? random.pick(positives) : shelf.confusers.draw(random);
  const samples = isPositive
    ? shelf.library.read(sound, 0, LONGEST_CLIP_S * SAMPLE_RATE)
    : recordedConfuser(random, shelf, sound, LONGEST_CLIP_S).samples;
  const whole = { startS: 0, endS: samples.length / SAMPLE_RATE };
  const { positive, ignore } = mapLabel(sound.label);
  return {
    samples,
    events: positive === undefined ? [] : [{ label: positive, ...whole }],
    ignored: ignore === '*' || ignore.length > 0 ? [{ heads: ignore, ...whole }] : [],
  };
}

/** The same weight for each of these kinds. */
function weighing(weight: number, kinds: string): Record<string, number> {
  return Object.fromEntries(kinds.split(' ').map((kind) => [kind, weight]));
}
