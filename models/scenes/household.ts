import type { Random } from '../synthesis/random.ts';

/**
 * Something that people, machines or the street do. An activity lasts for a while and makes sounds at a rate; each sound is drawn
 * from its list: corpus labels as they are, near misses with a star ("*microwave").
 */
export interface Activity {
  name: string;
  /** How often a day, drawn between the two. */
  perDay: readonly [number, number];
  /** Between which hours it starts; several spans are alike. */
  hours: readonly (readonly [number, number])[];
  minutes: readonly [number, number];
  soundsPerMinute: number;
  sounds: readonly string[];
  /** dBFS of the loud part of a sound, at the microphone. */
  level: readonly [number, number];
  /** One sound goes on for the whole activity (a fan, rain, a television) instead of single ones. */
  continuous?: boolean;
  /** Only in some homes. */
  inHomes?: number;
}

const MEALS = [
  [6.5, 9],
  [12, 13.5],
  [17.5, 20],
] as const;
const WAKING = [[7, 22.5]] as const;
const ALL_DAY = [[0, 24]] as const;

/**
 * What a day holds. The counts are a busy family's: a house day should be a hard day.
 * Continuous sounds of several hours (television, rain) are where talk, jingles and music meet the detector.
 */
export const ACTIVITIES: readonly Activity[] = [
  {
    name: 'cooking',
    perDay: [2, 3],
    hours: MEALS,
    minutes: [10, 40],
    soundsPerMinute: 4,
    level: [-42, -16],
    sounds: [
      'kitchen_chopping',
      'kitchen_frying-pan',
      'kitchen_boiling-water',
      'kitchen_water-flowing',
      'kitchen_cupboard',
      'kitchen_drawer',
      'kitchen_peel',
      'kitchen_stove-burner',
      'cutlery_clink',
      '*cutlery',
      '*pan',
    ],
  },
  {
    name: 'extractor fan',
    perDay: [1, 2],
    hours: MEALS,
    minutes: [10, 30],
    soundsPerMinute: 0,
    continuous: true,
    level: [-45, -28],
    sounds: ['kitchen_stove-fan', 'fan_aircon'],
  },
  {
    name: 'meal',
    perDay: [2, 3],
    hours: MEALS,
    minutes: [10, 30],
    soundsPerMinute: 6,
    level: [-42, -18],
    sounds: [
      'cutlery_clink',
      'dishes_plates_clink',
      'kitchen_eat',
      'speech',
      '*cutlery',
      '*dishes',
      '*bottles',
      'glass_clink',
    ],
  },
  {
    name: 'washing up',
    perDay: [1, 3],
    hours: MEALS,
    minutes: [5, 15],
    soundsPerMinute: 7,
    level: [-40, -14],
    sounds: [
      'kitchen_clean-dishes',
      'dishes',
      'dishes_plates_clink',
      'water_running',
      '*dishes',
      '*cutlery',
      '*bottles',
    ],
  },
  {
    name: 'talk',
    perDay: [6, 12],
    hours: WAKING,
    minutes: [2, 15],
    soundsPerMinute: 6,
    level: [-45, -20],
    sounds: ['speech', 'speech', 'laughter', 'cough', 'sneeze'],
  },
  {
    name: 'television',
    perDay: [1, 3],
    hours: [
      [7, 9],
      [16, 22],
    ],
    minutes: [30, 120],
    soundsPerMinute: 5,
    level: [-45, -25],
    sounds: [
      'speech',
      'speech',
      'speech',
      '*music',
      'laughter',
      'applause_clap',
      'car_horn',
      'siren',
      '*ring_tone',
      'bang',
      'crowd',
    ],
  },
  {
    name: 'music',
    perDay: [0, 2],
    hours: WAKING,
    minutes: [10, 60],
    soundsPerMinute: 7,
    level: [-42, -20],
    sounds: ['*music', '*music', 'music'],
  },
  {
    name: 'games',
    perDay: [0, 1],
    hours: [[14, 22]],
    minutes: [10, 40],
    soundsPerMinute: 4,
    level: [-45, -25],
    sounds: ['arcade_machine', '*single_beep', '*music', 'electronic_beep'],
  },
  {
    name: 'walking about',
    perDay: [15, 30],
    hours: WAKING,
    minutes: [0.2, 1.5],
    soundsPerMinute: 8,
    level: [-48, -25],
    sounds: ['footsteps'],
  },
  {
    name: 'doors',
    perDay: [15, 40],
    hours: WAKING,
    minutes: [0.1, 0.3],
    soundsPerMinute: 6,
    level: [-45, -15],
    sounds: ['door', 'kitchen_cupboard', 'kitchen_drawer'],
  },
  {
    name: 'at the door',
    perDay: [0, 3],
    hours: [[9, 21]],
    minutes: [0.2, 0.5],
    soundsPerMinute: 4,
    level: [-40, -15],
    sounds: ['doorbell', '*doorbell', '*doorbell', 'door_knock'],
  },
  {
    name: 'phone',
    perDay: [2, 6],
    hours: WAKING,
    minutes: [0.2, 0.6],
    soundsPerMinute: 4,
    level: [-45, -18],
    sounds: ['phone_ring', '*ring_tone', '*ring_tone', '*ring_tone'],
  },
  {
    name: 'microwave',
    perDay: [1, 5],
    hours: MEALS,
    minutes: [1, 4],
    soundsPerMinute: 0,
    continuous: true,
    level: [-45, -30],
    sounds: ['kitchen_microwave', 'microwave'],
  },
  {
    name: 'microwave is ready',
    perDay: [1, 5],
    hours: MEALS,
    minutes: [0.2, 0.2],
    soundsPerMinute: 5,
    level: [-38, -15],
    sounds: ['*microwave'],
  },
  {
    name: 'appliance beeps',
    perDay: [3, 12],
    hours: WAKING,
    minutes: [0.1, 0.3],
    soundsPerMinute: 6,
    level: [-45, -18],
    sounds: ['*appliance', '*single_beep', 'electronic_beep'],
  },
  {
    name: 'kettle',
    perDay: [1, 4],
    hours: WAKING,
    minutes: [0.2, 0.5],
    soundsPerMinute: 3,
    level: [-40, -20],
    sounds: ['*kettle', 'kitchen_boiling-water'],
  },
  {
    name: 'alarm clock',
    perDay: [1, 2],
    hours: [[5.5, 8]],
    minutes: [0.2, 1],
    soundsPerMinute: 5,
    level: [-42, -18],
    sounds: ['*alarm_clock', '*alarm_clock', 'alarm_clock', 'alarm_clock_or_buzzer'],
  },
  {
    name: 'washing machine',
    perDay: [0, 1],
    hours: WAKING,
    minutes: [30, 70],
    soundsPerMinute: 0,
    continuous: true,
    level: [-48, -32],
    sounds: ['washing_machine_dryer', 'kitchen_dishwasher', 'dishwasher'],
  },
  {
    name: 'vacuum cleaner',
    perDay: [0, 1],
    hours: [[9, 19]],
    minutes: [5, 20],
    soundsPerMinute: 0,
    continuous: true,
    level: [-35, -15],
    sounds: ['vacuum_cleaner', 'kitchen_sweep'],
  },
  {
    name: 'blender',
    perDay: [0, 2],
    hours: MEALS,
    minutes: [0.3, 1.5],
    soundsPerMinute: 0,
    continuous: true,
    level: [-30, -12],
    sounds: ['kitchen_blender', 'kitchen_juicer'],
  },
  {
    name: 'bathroom',
    perDay: [5, 12],
    hours: ALL_DAY,
    minutes: [0.5, 6],
    soundsPerMinute: 3,
    level: [-48, -28],
    sounds: ['water_running', 'kitchen_water-flowing', 'rain'],
  },
  {
    name: 'keys and things',
    perDay: [5, 15],
    hours: WAKING,
    minutes: [0.1, 0.4],
    soundsPerMinute: 6,
    level: [-45, -18],
    sounds: ['*keys', 'coins', '*coins', 'small_object_click', 'ball_clack', '*bottles'],
  },
  {
    name: 'something falls',
    perDay: [0, 3],
    hours: WAKING,
    minutes: [0.1, 0.1],
    soundsPerMinute: 10,
    level: [-35, -10],
    sounds: ['dropped_or_smashed_object', 'crash_nonglass', 'glass_hit_nobreak', '*pan', 'bang', '*dishes'],
  },
  {
    name: 'desk work',
    perDay: [0, 3],
    hours: [[8, 22]],
    minutes: [10, 90],
    soundsPerMinute: 3,
    level: [-50, -32],
    sounds: ['keyboard', 'small_object_click', '*single_beep', 'kitchen_book'],
  },
  {
    name: 'dog',
    perDay: [2, 10],
    hours: WAKING,
    minutes: [0.1, 1],
    soundsPerMinute: 8,
    level: [-38, -10],
    sounds: ['dog_bark'],
    inHomes: 0.3,
  },
  {
    name: 'baby',
    perDay: [4, 10],
    hours: ALL_DAY,
    minutes: [0.5, 6],
    soundsPerMinute: 8,
    level: [-40, -14],
    sounds: ['baby_cry', 'baby_cry', 'baby_laugh'],
    inHomes: 0.2,
  },
  {
    name: 'cat',
    perDay: [0, 4],
    hours: ALL_DAY,
    minutes: [0.1, 0.5],
    soundsPerMinute: 6,
    level: [-42, -20],
    sounds: ['cat'],
    inHomes: 0.3,
  },
  {
    name: 'snoring',
    perDay: [1, 2],
    hours: [
      [0, 5],
      [22.5, 24],
    ],
    minutes: [20, 90],
    soundsPerMinute: 2,
    level: [-52, -35],
    sounds: ['snoring'],
    inHomes: 0.5,
  },
  {
    name: 'clock',
    perDay: [1, 3],
    hours: ALL_DAY,
    minutes: [20, 60],
    soundsPerMinute: 4,
    level: [-58, -45],
    sounds: ['clock_tick'],
    inHomes: 0.5,
  },
  {
    name: 'birds',
    perDay: [1, 3],
    hours: [
      [4.5, 8],
      [16, 20],
    ],
    minutes: [10, 60],
    soundsPerMinute: 2,
    level: [-52, -32],
    sounds: ['bird_song', '*bird', '*bird', 'rooster'],
  },
  {
    name: 'street',
    perDay: [2, 6],
    hours: WAKING,
    minutes: [5, 60],
    soundsPerMinute: 0,
    continuous: true,
    level: [-58, -40],
    sounds: ['vehicle_traffic', 'background_city', 'aircraft', 'helicopter'],
  },
  {
    name: 'street noises',
    perDay: [3, 10],
    hours: WAKING,
    minutes: [0.2, 2],
    soundsPerMinute: 3,
    level: [-52, -30],
    sounds: ['car_horn', 'siren', 'church_bells', 'train_metro', 'crosswalk_beep'],
  },
  {
    name: 'lorry',
    perDay: [0, 2],
    hours: [[6, 18]],
    minutes: [0.3, 1],
    soundsPerMinute: 3,
    level: [-52, -32],
    sounds: ['*reversing_beeper'],
  },
  {
    name: 'weather',
    perDay: [0, 1],
    hours: ALL_DAY,
    minutes: [30, 180],
    soundsPerMinute: 0,
    continuous: true,
    level: [-55, -38],
    sounds: ['rain', 'thunder', 'background_wind'],
  },
  {
    name: 'garden and tools',
    perDay: [0, 1],
    hours: [[9, 19]],
    minutes: [5, 30],
    soundsPerMinute: 0,
    continuous: true,
    level: [-50, -28],
    sounds: ['chainsaw', 'insects', 'wind_chimes'],
  },
  {
    name: 'care',
    perDay: [1, 6],
    hours: ALL_DAY,
    minutes: [0.2, 1],
    soundsPerMinute: 5,
    level: [-45, -22],
    sounds: ['medical_alarm_beep', '*monitor'],
    inHomes: 0.1,
  },
];

/** How quiet the home is when nothing happens: the microphone's own noise, the fridge, the night. dBFS. */
export const quietLevel = (random: Random): { night: number; day: number } => {
  const night = random.uniform(-78, -62);
  return { night, day: night + random.uniform(2, 10) };
};

/** One home: which of the activities there are, and how often each day. */
export const activitiesOf = (random: Random): Activity[] =>
  ACTIVITIES.filter(({ inHomes = 1 }) => random.chance(inHomes));
