import { createHash } from 'node:crypto';

/** Percent of the devices that a new release is offered to, one stage after the other. */
export const STAGES = [1, 10, 100] as const;

/**
 * Whether this device is among the first `percent`. The same for as long as the release rolls out, so that a stage only ever adds
 * devices; another release begins with other devices.
 */
export function isAmongFirst(deviceId: string, version: string, percent: number): boolean {
  const hash = createHash('sha256').update(`${version} ${deviceId}`).digest();
  return hash.readUInt32BE(0) < (percent / 100) * 2 ** 32;
}

/** The next stage; null: every device has it. */
export const stageAfter = (percent: number): number | null => STAGES.find((stage) => stage > percent) ?? null;
