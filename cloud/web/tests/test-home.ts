import type { Candidate } from '@earshot/shared/contracts/candidate.ts';
import type { Heartbeat, HeartbeatAnswer } from '@earshot/shared/contracts/device.ts';
import type { z } from 'zod';
import { createHome } from '../../homes/homes.ts';
import { allClearAfterMs } from '../../incidents/incident.ts';
import { makePairingCode } from '../../homes/pairing.ts';
import { makeCandidate } from '@earshot/shared/testing/candidates.ts';
import type { Queries } from '../../store/database.ts';
import { TestClient } from '../../testing/test-client.ts';
import { startTestCloud, type TestCloud, type TestCloudOptions } from '../../testing/test-cloud.ts';
import { eventually } from './eventually.ts';
import { smokeClip, T3 } from './sounds.ts';

/**
 * A home on a running cloud, for tests: it has one device in its kitchen, which is online from its first `beat`. The
 * phones of the tests join this home.
 */
export class TestHome implements AsyncDisposable {
  readonly name = 'Birch Street 4';
  readonly device: TestClient;
  readonly url: string;
  readonly id: string;
  private readonly running: TestCloud;
  private readonly ownerId: string;
  private paired = false;
  private readonly timers: NodeJS.Timeout[] = [];

  private constructor(running: TestCloud, id: string, ownerId: string, device: TestClient) {
    this.running = running;
    this.url = running.cloud.url;
    this.id = id;
    this.ownerId = ownerId;
    this.device = device;
  }

  static async start(options: TestCloudOptions = {}): Promise<TestHome> {
    const running = await startTestCloud(options);
    const { cloud } = running;
    const { homeId, ownerId } = await createHome(cloud.parts, 'Birch Street 4', 'Europe/Berlin');
    const { code } = await makePairingCode(cloud.parts, homeId, 'device');
    const device = await TestClient.pair(cloud.url, code, 'device', 'kitchen-pi', 'Kitchen');
    return new TestHome(running, homeId, ownerId, device);
  }

  /** The cloud's database. Tests use it to prepare or check data without the app. */
  get queries(): Queries {
    return this.running.cloud.parts.database.queries;
  }

  /** Creates a pairing code for a phone. The first phone becomes the owner's. */
  async phoneCode(): Promise<string> {
    const { code } = await makePairingCode(
      this.running.cloud.parts,
      this.id,
      'member',
      this.paired ? null : this.ownerId,
    );
    this.paired = true;
    return code;
  }

  /** Creates a further home with one device that never reported, and returns a pairing code for its owner. */
  async anotherHomeCode(): Promise<string> {
    const { parts } = this.running.cloud;
    const { homeId, ownerId } = await createHome(parts, 'Lake house', 'Europe/Berlin');
    const { code } = await makePairingCode(parts, homeId, 'device');
    await TestClient.pair(this.url, code, 'device', 'lake-pi', 'Hall');
    return (await makePairingCode(parts, homeId, 'member', ownerId)).code;
  }

  get trunkSha256(): string {
    return this.running.cloud.parts.releases.require().manifest.trunk.sha256;
  }

  /** Creates a pairing code for a device that runs as a separate process. */
  async deviceCode(): Promise<string> {
    return (await makePairingCode(this.running.cloud.parts, this.id, 'device')).code;
  }

  async addDevice(name: string, room: string): Promise<TestClient> {
    const { code } = await makePairingCode(this.running.cloud.parts, this.id, 'device');
    return TestClient.pair(this.url, code, 'device', name, room);
  }

  /** Sends one heartbeat. The answer contains the settings that a device must apply. */
  beat(given: Partial<z.infer<typeof Heartbeat>> = {}, device = this.device): Promise<z.infer<typeof HeartbeatAnswer>> {
    return device.call('POST', '/v1/heartbeat', {
      software: '0.1.0',
      release: '2026-01-01.1',
      releaseState: { state: 'running', message: null },
      labels: ['smoke_alarm', 'co_alarm', 'glass_break'],
      uptimeS: 86_400,
      settingsVersion: 0,
      sources: [{ name: 'default', state: 'healthy', reason: null, levelDbfs: -47 }],
      hears: [],
      outbox: { records: 0, bytes: 0, full: false, corrupt: 0 },
      cpuPercent: 0.4,
      rssMb: 86,
      gateSavedPercent: 81,
      dropIn: true,
      ...given,
    });
  }

  /** Sends heartbeats until the home is closed, so that the device does not count as offline during slow tests. */
  async keepBeating(device = this.device, given: () => Partial<Heartbeat> = () => ({})): Promise<void> {
    await this.beat(given(), device);
    const beat = () => this.beat(given(), device).catch(() => undefined); // A heartbeat fails if the device was removed or the cloud is closing.
    this.timers.push(setInterval(() => void beat(), 5_000));
  }

  /** Reports a smoke alarm from the device and uploads its clip. Returns the candidate. */
  async smoke(given: Partial<Candidate> = {}): Promise<Candidate> {
    return this.report('smoke_alarm', smokeClip(), { why: why('smoke_alarm', T3), ...given });
  }

  /**
   * Reports until the home is closed that the sound is still heard; otherwise the incident would end after a minute.
   */
  keepSounding({ id }: Candidate): void {
    const heard = () =>
      this.device
        .call('POST', `/v1/candidates/${id}/heard`, { heardAt: new Date().toISOString(), ended: false })
        .catch(() => undefined); // The report fails if the alert was deleted or the cloud is closing.
    this.timers.push(setInterval(() => void heard(), 5_000));
  }

  /** Simulates a long silence, so that the next report opens a new incident. */
  async endSounds(): Promise<void> {
    await this.running.cloud.parts.database.queries
      .updateTable('incidents')
      .set({ lastHeardAtMs: Date.now() - allClearAfterMs('co_alarm') })
      .where('homeId', '=', this.id)
      .execute();
  }

  /** Waits for an open incident whose verdict is not pending, and returns the id of the newest one. */
  async openIncidentId(): Promise<string> {
    const { queries } = this.running.cloud.parts.database;
    const read = () =>
      queries
        .selectFrom('incidents')
        .select('id')
        .where('homeId', '=', this.id)
        .where('state', '=', 'open')
        .where('verdict', '!=', 'pending')
        .orderBy('startedAtMs', 'desc')
        .executeTakeFirst();
    return (await eventually(read, (row) => row !== undefined, 20_000))!.id;
  }

  async incidentIdOf(label: string): Promise<string> {
    const { queries } = this.running.cloud.parts.database;
    const { id } = await queries
      .selectFrom('incidents')
      .select('id')
      .where('label', '=', label)
      .orderBy('startedAtMs', 'desc')
      .executeTakeFirstOrThrow();
    return id;
  }

  async report(
    label: string,
    clip: Uint8Array,
    given: Partial<Candidate> = {},
    device = this.device,
  ): Promise<Candidate> {
    const made = makeCandidate(label, clip, given);
    const candidate = {
      ...made,
      clip: made.clip && { ...made.clip, eventStartS: 1.6, eventEndS: made.clip.durationS - 0.6 },
    };
    await device.report(candidate, clip);
    return candidate;
  }

  [Symbol.asyncDispose](): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    return Promise.resolve(this.running[Symbol.asyncDispose]());
  }
}

export const why = (label: string, cadence: Candidate['why']['cadence'], text = 'heard'): Candidate['why'] => ({
  text,
  cadence,
  scores: { [label]: 0.94 },
  levelDbfs: -24,
  reasons: [],
  evidence: {},
});
