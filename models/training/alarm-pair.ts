import type { SceneMaker } from '../scenes/scene-maker.ts';
import type { PlacedEvent, Scene } from '../scenes/scene-types.ts';
import type { Random } from '../synthesis/random.ts';
import { snrBetween } from './snr.ts';

export interface PairOptions {
  /** Number of the scene. */
  scene: number;
  /** The longest duration of each alarm, in seconds. */
  sceneS: number;
  /** Lowest SNR of each alarm relative to the scene's background. When it is absent, an alarm may be inaudible. */
  leastSnrDb?: number | undefined;
}

/** The lowest SNR when `leastSnrDb` is not given. */
const INAUDIBLE_SNR_DB = -5;
/** An alarm begins within this first part of the time that it may sound. */
const LATEST_START = 0.3;

/**
 * Renders a smoke and a CO alarm in one home, at the same time or one soon after the other. The device's measurements
 * of one alarm then contain beeps of the other, and both must be reported. The louder alarm gets the level that a scene
 * gives to its event.
 */
export function alarmPair(
  maker: Pick<SceneMaker, 'render'>,
  random: Random,
  { scene, sceneS, leastSnrDb = INAUDIBLE_SNR_DB }: PairOptions,
): Scene {
  const secondAtS = random.uniform(0, sceneS);
  const labels = random.chance(0.5) ? ['smoke_alarm', 'co_alarm'] : ['co_alarm', 'smoke_alarm'];
  const placed = labels.map((label, n): PlacedEvent => {
    const fromS = n * secondAtS;
    const startS = fromS + random.uniform(0, LATEST_START * sceneS);
    return { label, startS, endS: fromS + sceneS, snrDb: snrBetween(random, leastSnrDb) };
  });
  return maker.render(scene, {
    placed,
    setting: 'home',
    durationS: secondAtS + sceneS,
    alarmGoesOn: true,
    snrDb: Math.max(...placed.map(({ snrDb }) => snrDb)),
  });
}
