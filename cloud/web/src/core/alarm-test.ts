import type { DeviceView, Incident } from '@earshot/shared/contracts/home.ts';

/** How many of the last readings before the alarm give the room's level. The device reports one every four seconds. */
const READINGS = 5;

/** Follows one test: the room's level before it, and the incident that the alarm causes. */
export class TestWatch {
  private readonly deviceId: string;
  private readonly startedMs: number;
  private readonly levels: number[] = [];

  constructor(deviceId: string, startedMs: number) {
    this.deviceId = deviceId;
    this.startedMs = startedMs;
  }

  /** Stores a new reading of the device's level. */
  hear(levelDbfs: number): void {
    this.levels.push(levelDbfs);
  }

  /** The test that this device has reported since the watch began; null until then. */
  found(incidents: readonly Incident[]): Incident | null {
    const isOurs = ({ test, evidence, updatedAt }: Incident) =>
      test && Date.parse(updatedAt) >= this.startedMs && evidence.some(({ deviceId }) => deviceId === this.deviceId);
    return incidents.find(isOurs) ?? null;
  }

  /** How far the alarm was above the room's level; null without a reading from before it. */
  aboveRoomDb(incident: Incident): number | null {
    const evidence = incident.evidence.find(({ deviceId }) => deviceId === this.deviceId);
    const before = this.levels.slice(0, READINGS).sort((a, b) => a - b);
    const room = before[Math.floor((before.length - 1) / 2)];
    return evidence === undefined || room === undefined ? null : evidence.why.levelDbfs - room;
  }
}

export const roomOf = ({ room, name }: Pick<DeviceView, 'room' | 'name'>): string => room || name;
