import type { Network } from '@earshot/device/network/network.ts';
import type { Level } from '@earshot/shared/labels.ts';
import { houseDay, type HouseDayOptions } from '../../scenes/house-day.ts';
import type { DayKey } from '../../scenes/homes/day-plan.ts';
import type { SceneMaker } from '../../scenes/scene-maker.ts';
import { CandidateListener, type CandidateClip } from './candidate-clips.ts';

/**
 * Yields the candidates that a device reports over a whole day of a home. The device's energy gate is on, as it is in
 * homes; it also makes a day cost a fifth of the time.
 */
export async function* dayCandidates(
  maker: SceneMaker,
  network: Network,
  day: DayKey | string,
  options: HouseDayOptions,
  level: Level,
  onPiece: (atS: number) => void = () => undefined,
): AsyncGenerator<CandidateClip> {
  const listener = new CandidateListener(network, level, { gate: true });
  const { fromS = 0 } = options;
  const shifted = <T extends { startS: number; endS: number }>(of: readonly T[]): T[] =>
    of.map((one) => ({ ...one, startS: one.startS - fromS, endS: one.endS - fromS }));
  for await (const { samples, events, ignored, atS } of houseDay(maker.world, day, options)) {
    yield* await listener.push({ samples, events: shifted(events), ignored: shifted(ignored) });
    onPiece(atS);
  }
  yield* await listener.finish();
}

/**
 * At most `most` candidates of each label, right ones and wrong ones separately, evenly spaced over the day. Otherwise a
 * cricket that sings all night would outweigh all other sounds.
 */
export function fewOfEach(day: readonly CandidateClip[], most: number): CandidateClip[] {
  const kinds = Map.groupBy(day, ({ evidence: { label }, isReal }) => `${label} ${isReal}`);
  return [...kinds.values()].flatMap((all) => all.filter((_, n) => n % Math.ceil(all.length / most) === 0));
}
