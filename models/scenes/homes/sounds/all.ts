import { nearMiss, NEAR_MISSES } from '../../../synthesis/near-miss.ts';
import { INSTRUMENT_SOUNDS } from './instruments.ts';
import type { Make } from './make.ts';
import { PASSING } from './passing.ts';
import { STRUCK } from './struck.ts';
import { TEXTURE_SOUNDS } from './textures.ts';
import { announcer, babyCry, bark, childTalk, crowd, meow, snore, talk } from './voices.ts';

/** Sounds of homes that models/synthesis already makes, because they resemble alarms. */
const NEAR: Readonly<Record<string, Make>> = Object.fromEntries(
  NEAR_MISSES.map((kind) => [kind, (random, durationS) => nearMiss(random, kind, durationS).samples]),
);

/** Every sound of a home that can be made without a recording, by its name. */
export const SOUNDS: Readonly<Record<string, Make>> = {
  ...NEAR,
  tap: NEAR['water'] as Make,
  ...STRUCK,
  ...PASSING,
  ...INSTRUMENT_SOUNDS,
  ...TEXTURE_SOUNDS,
  talk,
  announcer,
  'child talk': childTalk,
  'baby cry': babyCry,
  bark,
  meow,
  snore,
  crowd,
};
