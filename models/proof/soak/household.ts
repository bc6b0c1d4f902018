import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Phones } from '@earshot/cloud/bench/phones.ts';
import { beepClip, TestClient } from '@earshot/cloud/testing/test-client.ts';
import { startTestCloud, type TestCloud } from '@earshot/cloud/testing/test-cloud.ts';
import { until } from '@earshot/cloud/testing/until.ts';
import type { Incident } from '@earshot/shared/contracts/home.ts';
import { seededRandom } from '@earshot/shared/testing/noise.ts';
import { LeapClock } from './leap-clock.ts';
import { SoakDevice } from './soak-device.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Length of a step of the simulated time. It is shorter than the ten minutes after which a device counts as offline. */
const STEP_MS = 5 * MINUTE_MS;
const STEPS_A_DAY = DAY_MS / STEP_MS;
const FALSE_ALERTS_A_DAY = 10;
/** Number of steps in the hour without internet. */
const CUT_STEPS = 12;
const PHONE_TOKEN = 'the phone of the soak';
const RETENTION_DAYS = 1;
/** Time limit in real time, long because the machine may be busy. */
const PATIENCE_MS = 120_000;

/**
 * Simulates a week of a home, reduced to its busy moments: a device, the cloud on SQLite and files, and a phone. Each
 * day has ten false alerts, a broken window, a smoke alarm that a member acknowledges, an hour without internet, a
 * restart of the device, and a member who opens the history, plays a clip and follows the live stream. Everything is
 * real except the verifier's network and the skipped hours.
 */
export class Household {
  readonly clock = new LeapClock();
  /** Faults that were found; none in a week without errors. */
  readonly faults: string[] = [];
  candidates = 0;
  private readonly random: () => number;
  private readonly phones = new Phones(PHONE_TOKEN);
  private readonly falseOnes = new Set<string>();
  private readonly smoke = new Map<string, string>();
  private readonly clip = beepClip();
  private server!: TestCloud;
  private member!: TestClient;
  private device!: SoakDevice;
  /** Heartbeats that were answered before the last leap of the clock. */
  private answersBefore = -1;

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  /** The folder with the database and the clips. */
  get home(): string {
    return this.server.home;
  }

  async start(): Promise<void> {
    await this.phones.start();
    const isFalse = (evidence: unknown) => this.falseOnes.has((evidence as { id: string }).id);
    const score = (evidence: { label: string }) => ({ [evidence.label]: isFalse(evidence) ? 0.001 : 0.999 });
    const scorer = {
      score: async ({ evidence }: { evidence: { label: string } }) => ({ scores: score(evidence), embedding: null }),
    };
    this.server = await startTestCloud({ clock: this.clock, scorer });
    const { firstHome, url } = this.server.cloud;
    this.member = await TestClient.pair(url, (await firstHome.phoneCode()).code, 'member', 'Ann');
    await this.member.call('POST', '/v1/channels', {
      kind: 'ntfy',
      url: `${this.phones.url}/alarms`,
      token: PHONE_TOKEN,
    });
    await this.member.call('PATCH', '/v1/settings', { retentionDays: RETENTION_DAYS });
    const box = await TestClient.pair(url, (await firstHome.deviceCode()).code, 'device', 'Box', 'Hall');
    this.device = new SoakDevice(join(this.server.home, 'device', 'outbox'), { url, token: box.token }, this.clock);
    await this.device.start();
  }

  async day(): Promise<void> {
    const at = () => Math.floor(this.random() * (STEPS_A_DAY - 30));
    const falseAt = Array.from({ length: FALSE_ALERTS_A_DAY }, at);
    const [glassAt, smokeAt, cutAt, restartAt, looksAt] = [at(), at(), at(), at(), at()];
    for (let step = 0; step < STEPS_A_DAY; step++) {
      if (step === cutAt) this.device.isCut = true;
      if (step === restartAt) await this.restartDevice();
      for (const label of falseAt.filter((when) => when === step).map(() => 'glass_break'))
        await this.hear(label, true);
      if (step === glassAt) await this.hear('glass_break', false);
      if (step === smokeAt) this.smoke.set(await this.hear('smoke_alarm', false), 'sounds');
      await this.settle();
      if (step === smokeAt + 15) await this.acknowledgeSmoke();
      if (step === looksAt) await this.look();
      // Reconnect and read the number of answered heartbeats before the clock leaps, because right afterwards all parts
      // retry.
      if (step === cutAt + CUT_STEPS) this.device.isCut = false;
      this.answersBefore = this.device.answers;
      this.clock.leap(STEP_MS);
    }
    await this.settle();
    await this.check();
  }

  async stop(): Promise<void> {
    await this.device.stop();
    await this.server[Symbol.asyncDispose]();
    await this.phones.stop();
    await rm(this.server.home, { recursive: true, force: true });
  }

  private async hear(label: string, isFalse: boolean): Promise<string> {
    this.candidates++;
    const id = await this.device.hear(label, this.clip);
    if (isFalse) this.falseOnes.add(id);
    return id;
  }

  private async restartDevice(): Promise<void> {
    await this.device.stop();
    await this.device.start();
  }

  /** Waits until the cloud has answered a heartbeat of the device and everything that is due is done. */
  private async settle(): Promise<void> {
    const { device, answersBefore } = this;
    if (!device.isCut) {
      await until('the cloud answers the device', () => device.answers > answersBefore, PATIENCE_MS, 2);
      await until('the outbox is empty', () => device.waiting === 0, PATIENCE_MS, 2);
    }
    await until('nothing is pending', () => this.isSettled(), PATIENCE_MS, 5);
  }

  private async isSettled(): Promise<boolean> {
    const { queries } = this.server.cloud.parts.database;
    const verdict = await queries
      .selectFrom('candidates')
      .select('id')
      .where('verdict', '=', 'pending')
      .limit(1)
      .execute();
    const due = await queries
      .selectFrom('notifications')
      .select('id')
      .where('state', '=', 'pending')
      .where('dueAtMs', '<=', this.server.cloud.parts.clock.nowMs())
      .limit(1)
      .execute();
    return verdict.length === 0 && due.length === 0;
  }

  private async acknowledgeSmoke(): Promise<void> {
    for (const [candidateId, state] of this.smoke) {
      if (state !== 'sounds') continue;
      const { incidentId } = await this.server.cloud.parts.database.queries
        .selectFrom('candidates')
        .select('incidentId')
        .where('id', '=', candidateId)
        .executeTakeFirstOrThrow();
      await this.member.call('POST', `/v1/incidents/${incidentId}/acknowledge`, { acknowledged: true });
      this.device.hasEnded(candidateId, 'smoke_alarm');
      this.smoke.set(candidateId, 'over');
    }
  }

  /**
   * Does what a member's app does when it is opened: requests the live stream, the history and the newest recording.
   */
  private async look(): Promise<void> {
    const closing = new AbortController();
    const live = await fetch(new URL('/v1/live', this.member.base), {
      headers: { authorization: `Bearer ${this.member.token}` },
      signal: closing.signal,
    });
    if (!live.ok) this.faults.push(`the live stream answered ${live.status}`);
    const { items } = await this.member.call<{ items: Incident[] }>('GET', '/v1/incidents');
    const heard = items
      .flatMap(({ id, evidence }) => evidence.map((one) => ({ id, one })))
      .find(({ one }) => one.clip?.state === 'stored');
    if (heard) {
      const path = `/v1/incidents/${heard.id}/clips/${heard.one.candidateId}`;
      const { url } = await this.member.call<{ url: string }>('GET', path);
      const clip = await fetch(new URL(url, this.member.base));
      if ((await clip.arrayBuffer()).byteLength !== this.clip.length) this.faults.push(`a clip is incomplete: ${url}`);
    }
    closing.abort();
  }

  /** Checks at the end of a day: verdicts, notifications, and that expired clips were removed. */
  private async check(): Promise<void> {
    const { database, clips, clock } = this.server.cloud.parts;
    const rows = await database.queries.selectFrom('candidates').select(['id', 'verdict', 'registeredAtMs']).execute();
    if (rows.length !== this.candidates) this.faults.push(`${rows.length} of ${this.candidates} candidates arrived`);
    for (const { id, verdict } of rows)
      if (verdict !== (this.falseOnes.has(id) ? 'rejected' : 'confirmed')) this.faults.push(`${id} is ${verdict}`);
    const ids = this.phones.received.map(({ id }) => id);
    if (new Set(ids).size !== ids.length) this.faults.push('a notification came twice');
    const opened = this.phones.received.filter(({ title }) => title.startsWith('Smoke alarm')).length;
    if (opened !== this.smoke.size) this.faults.push(`${opened} notifications of ${this.smoke.size} smoke alarms`);
    // The sweeper needs a moment of real time to remove what expired in the last step.
    const oldestMs = clock.nowMs() - RETENTION_DAYS * DAY_MS - STEP_MS;
    const keptAtMs = new Map(rows.map(({ id, registeredAtMs }) => [id, registeredAtMs]));
    const wrong = async () => {
      const kept: string[] = [];
      for await (const key of clips.list('homes/')) {
        const id = /([^/]+)\.wav$/.exec(key)?.[1] ?? '';
        if (this.falseOnes.has(id) || (keptAtMs.get(id) ?? 0) < oldestMs) kept.push(key);
      }
      return kept;
    };
    await until('expired clips are gone', async () => (await wrong()).length === 0, PATIENCE_MS).catch(async () =>
      this.faults.push(`clips that should be gone: ${(await wrong()).join(' ')}`),
    );
    this.faults.push(...this.device.problems.splice(0));
  }
}
