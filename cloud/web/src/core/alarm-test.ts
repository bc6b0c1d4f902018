import type { DeviceView, Incident } from '@earshot/shared/contracts/home.ts';

/**
 * The level of the room is the median of this many readings from the start of the test. The device reports a reading
 * every four seconds.
 */
const READINGS = 5;

/** Follows one alarm test: stores the levels of the room, and finds the incident that the alarm causes. */
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

  /**
   * Returns the incident of an alarm test that this device reported after the guided test began; null if there is none
   * yet.
   */
  found(incidents: readonly Incident[]): Incident | null {
    const isOurs = ({ test, evidence, updatedAt }: Incident) =>
      test && Date.parse(updatedAt) >= this.startedMs && evidence.some(({ deviceId }) => deviceId === this.deviceId);
    return incidents.find(isOurs) ?? null;
  }

  /** How many dB the alarm was louder than the room; null if there is no reading. */
  aboveRoomDb(incident: Incident): number | null {
    const evidence = incident.evidence.find(({ deviceId }) => deviceId === this.deviceId);
    const before = this.levels.slice(0, READINGS).sort((a, b) => a - b);
    const room = before[Math.floor((before.length - 1) / 2)];
    return evidence === undefined || room === undefined ? null : evidence.why.levelDbfs - room;
  }
}

export const roomOf = ({ room, name }: Pick<DeviceView, 'room' | 'name'>): string => room || name;
