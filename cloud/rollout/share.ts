import { createHash } from 'node:crypto';

/** The stages of a roll-out: the share of devices, in per cent, to which the new release is offered. */
export const STAGES = [1, 10, 100] as const;

/**
 * Whether this device is among the first `percent` per cent of the devices. For each release the devices have a different fixed order. So a
 * later stage only adds devices, and each release starts with different devices.
 */
export function isAmongFirst(deviceId: string, version: string, percent: number): boolean {
  const hash = createHash('sha256').update(`${version} ${deviceId}`).digest();
  return hash.readUInt32BE(0) < (percent / 100) * 2 ** 32;
}

/** The stage after `percent`. Null after the last stage. */
export const stageAfter = (percent: number): number | null => STAGES.find((stage) => stage > percent) ?? null;
