/**
 * Programmes are sounds from loudspeakers and other mixtures, such as a street. A programme consists of layers that
 * each play their own sounds at their own pace. These sounds are rendered anew for every programme. In a longer
 * programme they are repeated at different speeds and levels.
 */
export interface Layer {
  sounds: Readonly<Record<string, number>>;
  /** Length of one sound, in seconds. */
  unitS: readonly [number, number];
  /** Seconds of silence between two sounds of this layer. With 0 they follow one another without a pause. */
  gapS: readonly [number, number];
  /** Level in dB relative to the programme's level. */
  gainDb: readonly [number, number];
  /** A texture that sounds without a pause under all other layers. */
  under?: boolean;
}

const VOICES = { unitS: [2, 6], gainDb: [-4, 2] } as const;
/**
 * A layer of rare sounds: films and news contain a siren, a telephone or a shot every quarter of an hour to two hours.
 */
const RARE = [900, 7_000] as const;

export const PROGRAMMES: Readonly<Record<string, readonly Layer[]>> = {
  news: [
    { sounds: { announcer: 4, talk: 1 }, ...VOICES, gapS: [0.1, 1.2] },
    { sounds: { jingle: 1, song: 1 }, unitS: [3, 8], gapS: [120, 600], gainDb: [-4, 2] },
    {
      sounds: { siren: 1, horn: 1, crowd: 2, 'car passes': 2, aircraft: 1 },
      unitS: [3, 10],
      gapS: RARE,
      gainDb: [-12, -3],
    },
  ],
  series: [
    { sounds: { talk: 6, 'child talk': 0.5, laughter: 0.3 }, ...VOICES, gapS: [0.3, 5] },
    { sounds: { score: 2, song: 1 }, unitS: [8, 20], gapS: [20, 200], gainDb: [-14, -4] },
    {
      sounds: { door: 3, steps: 4, impact: 1, dishes: 0.5, 'car passes': 2, clatter: 1 },
      unitS: [1, 5],
      gapS: [10, 120],
      gainDb: [-10, -1],
    },
    {
      sounds: { ring_tone: 2, doorbell: 1, siren: 0.7, horn: 1, bark: 1, microwave: 0.2 },
      unitS: [2, 6],
      gapS: RARE,
      gainDb: [-10, -2],
    },
  ],
  show: [
    { sounds: { talk: 3, announcer: 2 }, ...VOICES, gapS: [0.2, 2] },
    { sounds: { applause: 3, laughter: 2, crowd: 1 }, unitS: [2, 6], gapS: [15, 120], gainDb: [-8, 0] },
    {
      sounds: { jingle: 3, song: 1, single_beep: 0.5, 'timer bell': 0.5 },
      unitS: [1, 5],
      gapS: [40, 300],
      gainDb: [-6, 2],
    },
  ],
  film: [
    { sounds: { talk: 1 }, ...VOICES, gapS: [0.5, 12] },
    { sounds: { score: 4, song: 1 }, unitS: [10, 25], gapS: [5, 90], gainDb: [-10, 2] },
    {
      sounds: { impact: 3, door: 2, steps: 3, firework: 1, motor: 1, 'car passes': 3, clatter: 1, thunder: 0.5 },
      unitS: [1, 6],
      gapS: [6, 60],
      gainDb: [-8, 4],
    },
    {
      sounds: { siren: 2, horn: 1, ring_tone: 1, alarm_clock: 0.4, squeal: 1, bells: 0.3 },
      unitS: [2, 10],
      gapS: RARE,
      gainDb: [-8, 0],
    },
  ],
  sport: [
    { sounds: { announcer: 3, talk: 1 }, ...VOICES, gapS: [0.2, 2.5] },
    { sounds: { crowd: 1 }, unitS: [20, 26], gapS: [0, 0], gainDb: [-12, -6], under: true },
    { sounds: { whistle: 2, applause: 2, horn: 0.3, drums: 0.5 }, unitS: [1, 4], gapS: [20, 150], gainDb: [-10, -2] },
  ],
  documentary: [
    { sounds: { announcer: 1 }, ...VOICES, gapS: [0.5, 6] },
    { sounds: { score: 3, piano: 1 }, unitS: [10, 20], gapS: [10, 90], gainDb: [-14, -5] },
    {
      sounds: { bird: 3, wind: 1, water: 1, steps: 1, crowd: 1, crickets: 0.5, motor: 0.5 },
      unitS: [4, 10],
      gapS: [20, 120],
      gainDb: [-12, -4],
    },
  ],
  cartoon: [
    { sounds: { 'child talk': 4, talk: 1, squeal: 0.7, laughter: 0.5 }, ...VOICES, gapS: [0.2, 3] },
    { sounds: { song: 2, tune: 1, jingle: 1 }, unitS: [5, 15], gapS: [5, 60], gainDb: [-10, 0] },
    {
      sounds: { impact: 2, ball: 2, whistle: 1, clatter: 1, 'timer bell': 0.5, horn: 0.5 },
      unitS: [1, 3],
      gapS: [4, 40],
      gainDb: [-6, 2],
    },
  ],
  'music show': [
    { sounds: { song: 1 }, unitS: [20, 30], gapS: [1, 15], gainDb: [-2, 2] },
    { sounds: { applause: 1, crowd: 1 }, unitS: [3, 7], gapS: [60, 200], gainDb: [-6, 0] },
  ],
  'radio music': [
    { sounds: { song: 1 }, unitS: [20, 30], gapS: [0, 4], gainDb: [-3, 2] },
    { sounds: { announcer: 1 }, ...VOICES, gapS: [30, 150] },
    { sounds: { jingle: 1, single_beep: 0.1 }, unitS: [2, 5], gapS: [200, 900], gainDb: [-4, 1] },
  ],
  'radio talk': [
    { sounds: { announcer: 2, talk: 3 }, ...VOICES, gapS: [0.1, 1.5] },
    { sounds: { jingle: 1, song: 1 }, unitS: [4, 10], gapS: [150, 500], gainDb: [-6, 0] },
  ],
  songs: [{ sounds: { song: 6, piano: 0.5, score: 0.5 }, unitS: [20, 30], gapS: [0, 5], gainDb: [-4, 2] }],
  game: [
    { sounds: { song: 1, score: 1 }, unitS: [15, 26], gapS: [0, 3], gainDb: [-14, -6] },
    {
      sounds: { jingle: 3, single_beep: 2, impact: 3, firework: 1, motor: 1, squeal: 0.4, clink: 1 },
      unitS: [0.5, 3],
      gapS: [1, 15],
      gainDb: [-8, 2],
    },
  ],
  call: [
    { sounds: { talk: 1 }, ...VOICES, gapS: [0.3, 8] },
    { sounds: { jingle: 1, ring_tone: 0.3, single_beep: 1 }, unitS: [1, 4], gapS: [300, 1_500], gainDb: [-8, 0] },
  ],
  company: [
    { sounds: { talk: 8, laughter: 1.5, 'child talk': 0.5 }, ...VOICES, gapS: [0, 4] },
    { sounds: { talk: 5, laughter: 1 }, ...VOICES, gapS: [1, 10] },
    {
      sounds: { clink: 2, bottles: 1, dishes: 1.5, cutlery: 2, impact: 0.2 },
      unitS: [1, 4],
      gapS: [6, 60],
      gainDb: [-8, 2],
    },
  ],
  party: [
    { sounds: { song: 1 }, unitS: [20, 30], gapS: [0, 2], gainDb: [-4, 2] },
    { sounds: { crowd: 1 }, unitS: [20, 26], gapS: [0, 0], gainDb: [-10, -5], under: true },
    { sounds: { talk: 4, laughter: 3, squeal: 0.3, applause: 0.3, cough: 0.1 }, ...VOICES, gapS: [0, 6] },
    {
      sounds: { clink: 3, bottles: 2, dishes: 1, impact: 0.4, clatter: 0.5 },
      unitS: [1, 4],
      gapS: [5, 40],
      gainDb: [-8, 3],
    },
  ],
  'dawn chorus': [
    { sounds: { bird: 1 }, unitS: [3, 8], gapS: [0, 12], gainDb: [-4, 2] },
    { sounds: { bird: 1 }, unitS: [3, 8], gapS: [4, 40], gainDb: [-10, 0] },
  ],
  // A sleeper breathes twelve to sixteen times a minute.
  snoring: [{ sounds: { snore: 1 }, unitS: [0.9, 2], gapS: [2.2, 3.4], gainDb: [-6, 2] }],
  piano: [{ sounds: { piano: 1 }, unitS: [6, 15], gapS: [0.5, 10], gainDb: [-4, 2] }],
  recorder: [{ sounds: { recorder: 1 }, unitS: [5, 12], gapS: [0.5, 10], gainDb: [-4, 2] }],
  violin: [{ sounds: { violin: 1 }, unitS: [5, 15], gapS: [0.5, 10], gainDb: [-4, 2] }],
  drums: [{ sounds: { drums: 1 }, unitS: [4, 8], gapS: [0.2, 6], gainDb: [-4, 2] }],
  vacuuming: [
    { sounds: { vacuum: 1 }, unitS: [20, 26], gapS: [0, 0], gainDb: [-1, 1], under: true },
    { sounds: { impact: 2, clatter: 1, steps: 1, motor: 1 }, unitS: [1, 4], gapS: [6, 40], gainDb: [-12, -2] },
  ],
  'robot vacuuming': [
    { sounds: { 'robot vacuum': 1 }, unitS: [20, 26], gapS: [0, 0], gainDb: [-1, 1], under: true },
    { sounds: { impact: 2, clatter: 1, clink: 0.2 }, unitS: [1, 2], gapS: [8, 60], gainDb: [-10, 3] },
    { sounds: { jingle: 1, appliance: 1 }, unitS: [1, 4], gapS: [600, 2_400], gainDb: [0, 6] },
  ],
  'building site': [
    { sounds: { compressor: 1, traffic: 1 }, unitS: [20, 26], gapS: [0, 0], gainDb: [-14, -6], under: true },
    { sounds: { hammer: 4, motor: 3, saw: 2, impact: 2, clatter: 2 }, unitS: [2, 10], gapS: [2, 60], gainDb: [-6, 4] },
    {
      sounds: { reversing_beeper: 2, horn: 0.5, whistle: 0.3, talk: 3, lid: 1 },
      unitS: [2, 10],
      gapS: [60, 600],
      gainDb: [-10, 0],
    },
  ],
  mowing: [
    { sounds: { mower: 2, blower: 1 }, unitS: [20, 26], gapS: [0, 0], gainDb: [-2, 2], under: true },
    { sounds: { impact: 1, clatter: 1, motor: 1 }, unitS: [1, 5], gapS: [20, 120], gainDb: [-8, 2] },
  ],
  thunderstorm: [
    { sounds: { rain: 1 }, unitS: [20, 26], gapS: [0, 0], gainDb: [-14, -6], under: true },
    { sounds: { wind: 1 }, unitS: [20, 26], gapS: [0, 0], gainDb: [-16, -8], under: true },
    { sounds: { thunder: 1 }, unitS: [8, 14], gapS: [8, 60], gainDb: [-10, 4] },
  ],
};
