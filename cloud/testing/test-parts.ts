import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Candidate } from '@earshot/shared/contracts/candidate.ts';
import type { Incident } from '@earshot/shared/contracts/home.ts';
import { FakeClock } from '@earshot/shared/testing/fake-clock.ts';
import { clipArrived } from '../verifier/intake/clip-arrival.ts';
import { ClipLinks } from '../clips/clip-links.ts';
import { clipKey } from '../clips/clip-store.ts';
import { FileClipStore } from '../clips/file-store.ts';
import { createHome } from '../homes/homes.ts';
import { makePairingCode, pair } from '../homes/pairing.ts';
import type { Caller } from '../homes/tokens.ts';
import { applyVerdict } from '../incidents/apply-verdict.ts';
import { viewIncidents } from '../incidents/incident-view.ts';
import { Registrar } from '../incidents/registrar.ts';
import { stillHeard } from '../incidents/still-heard.ts';
import { Sweeper } from '../incidents/sweeper.ts';
import { ServerKeys } from '../keys/server-keys.ts';
import { LiveFeed } from '../live/live-feed.ts';
import { cloudLog } from '../cloud-log.ts';
import { Metrics } from '../metrics.ts';
import type { CloudParts } from '../parts.ts';
import { DatabaseQueue } from '../queue/database-queue.ts';
import { ReleaseShelf } from '../releases/release-shelf.ts';
import { Rollout } from '../rollout/rollout.ts';
import { openDatabase } from '../store/database.ts';
import { makeCandidate } from '@earshot/shared/testing/candidates.ts';
import { beepClip } from './test-client.ts';
import { writeTestRelease } from './test-release.ts';

/**
 * The cloud's parts with one home, a real database (SQLite by default) and files, in fake time. For tests that play half an hour or more.
 */
export class TestParts implements AsyncDisposable {
  readonly clock: FakeClock;
  readonly parts: CloudParts;
  readonly sweeper: Sweeper;
  readonly clip = beepClip(1);
  home = { homeId: '', ownerId: '' };
  private readonly dir: string;

  private constructor(dir: string, clock: FakeClock, databaseUrl: string) {
    this.dir = dir;
    this.clock = clock;
    const log = cloudLog('silent', 2);
    const database = openDatabase(databaseUrl);
    const keys = new ServerKeys('a secret of thirty-two characters');
    const releases = new ReleaseShelf(join(dir, 'release'));
    const next = new ReleaseShelf(join(dir, 'next-release'));
    this.parts = {
      database,
      clips: new FileClipStore(join(dir, 'clips'), new ClipLinks(keys), clock),
      queue: new DatabaseQueue(database, 'verify', clock),
      keys,
      clock,
      log,
      feed: new LiveFeed(database, clock, log),
      metrics: new Metrics(),
      releases,
      rollout: new Rollout({ database, clock, log, current: releases, next, stageMs: 24 * 3_600_000 }),
      vapid: { ...keys.vapid(), subject: 'mailto:ops@example.test' },
      version: 'test',
    };
    this.sweeper = new Sweeper(this.parts);
  }

  static async open(startMs?: number, databaseUrl = 'sqlite::memory:'): Promise<TestParts> {
    const test = new TestParts(await mkdtemp(join(tmpdir(), 'earshot-parts-')), new FakeClock(startMs), databaseUrl);
    await test.parts.database.migrate();
    test.home = await createHome(test.parts, 'Home', 'UTC');
    return test;
  }

  /** Opens the test release, or the test release with another version number. */
  async openRelease(version?: string, verifier?: { embeddings: boolean }): Promise<void> {
    await writeTestRelease(join(this.dir, 'release'), version, verifier);
    await this.parts.releases.open();
  }

  /** Writes the release that `parts.rollout` finds when it starts. */
  async writeNextRelease(version: string): Promise<void> {
    await writeTestRelease(join(this.dir, 'next-release'), version);
  }

  get owner(): Caller {
    return { kind: 'member', homeId: this.home.homeId, id: this.home.ownerId, tokenHash: '' };
  }

  /** Pairs another member or device with the home. */
  async pair(kind: 'device' | 'member', name: string, homeId = this.home.homeId): Promise<Caller> {
    const { code } = await makePairingCode(this.parts, homeId, kind);
    const { id } = await pair(this.parts, { code, kind, name, room: kind === 'device' ? name : '' });
    return { kind, homeId, id, tokenHash: '' };
  }

  /** Registers a candidate with its clip. Returns its id. */
  async report(device: Caller, label: string, given: Partial<Candidate> = {}): Promise<string> {
    const now = new Date(this.clock.nowMs()).toISOString();
    const candidate = makeCandidate(label, this.clip, { startedAt: now, detectedAt: now, ...given });
    await new Registrar(this.parts).register(device, candidate);
    if (candidate.clip) {
      await this.parts.clips.put(clipKey(device.homeId, candidate.id), this.clip, candidate.clip.sha256);
      await clipArrived(this.parts, device.homeId, candidate.id);
    }
    return candidate.id;
  }

  async verdict(candidateId: string, verdict: 'confirmed' | 'rejected', homeId = this.home.homeId): Promise<void> {
    await applyVerdict(this.parts, { homeId, candidateId, verdict, score: verdict === 'confirmed' ? 0.9 : 0.1 });
  }

  /**
   * Advances the time, and runs the sweeper whenever something is due. Meanwhile the sound `sounding` is reported as continuing every 20 s.
   */
  async pass(ms: number, sounding?: { device: Caller; candidateId: string }): Promise<void> {
    const untilMs = this.clock.nowMs() + ms;
    while (this.clock.nowMs() < untilMs) {
      const nowMs = this.clock.nowMs();
      const due = await this.parts.database.queries
        .selectFrom('incidents')
        .select((e) => e.fn.min('nextAtMs').as('atMs'))
        .executeTakeFirst();
      const stepMs = Math.max(1_000, Math.min(20_000, untilMs - nowMs, (due?.atMs ?? untilMs) - nowMs));
      await this.clock.advance(Math.min(stepMs, untilMs - nowMs));
      if (sounding)
        await stillHeard(this.parts, sounding.device, sounding.candidateId, {
          heardAt: new Date(this.clock.nowMs()).toISOString(),
          ended: false,
        });
      await this.sweeper.turn();
    }
  }

  async incidents(homeId = this.home.homeId): Promise<Incident[]> {
    const { queries } = this.parts.database;
    const rows = await queries.selectFrom('incidents').selectAll().where('homeId', '=', homeId).orderBy('id').execute();
    return viewIncidents(queries, homeId, rows);
  }

  /** All notifications in the order of their creation, each as text: the member's name and the step, e.g. "Ann: opened". */
  async outbox(): Promise<string[]> {
    const rows = await this.parts.database.queries
      .selectFrom('notifications')
      .innerJoin('members', 'members.id', 'notifications.memberId')
      .select(['members.name', 'notifications.step', 'notifications.state'])
      .orderBy('notifications.id')
      .execute();
    return rows.map(({ name, step, state }) => `${name}: ${step}${state === 'suppressed' ? ' (suppressed)' : ''}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.parts.database.close();
    await rm(this.dir, { recursive: true, force: true });
  }
}
