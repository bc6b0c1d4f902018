import type { DeviceView } from '@earshot/shared/contracts/home.ts';
import { number } from '../words/format.ts';
import { t } from '../words/words.ts';

/**
 * The left end of the meter: -80 dBFS is a silent room. The right end is 0 dBFS, the loudest that a microphone can
 * record.
 */
const QUIETEST_DBFS = -80;

/** The level of the device's loudest microphone; null before the first heartbeat. */
export function loudest(device: DeviceView): number | null {
  const levels = device.sources.map((source) => source.levelDbfs).filter((level) => level !== null);
  return levels.length ? Math.max(...levels) : null;
}

export function LevelMeter({ levelDbfs, label }: { levelDbfs: number | null; label: string }) {
  const level = levelDbfs ?? QUIETEST_DBFS;
  const share = Math.min(1, Math.max(0, 1 - level / QUIETEST_DBFS));
  return (
    <div
      class="meter"
      role="meter"
      aria-label={label}
      aria-valuemin={QUIETEST_DBFS}
      aria-valuemax={0}
      aria-valuenow={Math.round(Math.max(level, QUIETEST_DBFS))}
      aria-valuetext={levelDbfs === null ? t().device.silent : t().device.levelText(number(levelDbfs))}
    >
      <span class="meter-fill" style={{ transform: `scaleX(${share.toFixed(3)})` }} />
    </div>
  );
}
