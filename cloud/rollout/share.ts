import { createHash } from 'node:crypto';

/** The stages of a roll-out: to how many per cent of the devices the new release is offered. */
export const STAGES = [1, 10, 100] as const;

/**
 * Whether this device is among the first `percent`. The order of the devices depends on the release only, so that a
 * later stage only adds devices and each release begins with other devices.
 */
export function isAmongFirst(deviceId: string, version: string, percent: number): boolean {
  const hash = createHash('sha256').update(`${version} ${deviceId}`).digest();
  return hash.readUInt32BE(0) < (percent / 100) * 2 ** 32;
}

/** The next stage; null: every device has it. */
export const stageAfter = (percent: number): number | null => STAGES.find((stage) => stage > percent) ?? null;
