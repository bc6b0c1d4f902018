import { describe, expect, test } from '@jest/globals';
import { FakeClock } from '@earshot/shared/testing/fake-clock.ts';
import { makeHeartbeat } from '@earshot/shared/testing/heartbeats.ts';
import { seededRandom } from '@earshot/shared/testing/noise.ts';
import { AgentEmitter } from '../events.ts';
import { Outbox } from '../outbox/outbox.ts';
import { makeRecord } from '../testing/candidates.ts';
import { MemoryFolder } from './testing/memory-folder.ts';
import { type Line, ROUND_TRIP_MS, SimulatedCloud } from './testing/simulated-cloud.ts';
import { Uplink } from './uplink.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const LABELS = ['smoke_alarm', 'glass_break', 'low_battery_chirp'];
const FAULTS: Line[] = ['noName', 'refused', 'hangs', 'losesAnswers'];
/**
 * How long delivery may take after an outage. During an outage up to 30 s pass between two heartbeats, and up to 30
 * deliveries may be waiting.
 */
const NOTICED_WITHIN_MS = 35_000;
/**
 * The same after requests that hang: it includes the time-out of a request (20 s) that began just before the connection
 * came back.
 */
const NOTICED_AFTER_HANGING_MS = NOTICED_WITHIN_MS + 20_000;

/** The device's real uplink and outbox, in fake time. */
class Home {
  readonly clock = new FakeClock();
  readonly cloud = new SimulatedCloud(this.clock);
  readonly outbox = new Outbox('', (error) => this.problems.push(error.message), undefined, new MemoryFolder());
  readonly problems: string[] = [];
  readonly delivered: string[] = [];
  readonly put = new Map<string, { atMs: number; label: string }>();
  private readonly events = new AgentEmitter();
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  async start(): Promise<void> {
    await this.outbox.start();
    this.events.on('delivered', ({ id }) => this.delivered.push(id));
    const { clock, cloud: client, outbox, events } = this;
    const uplink = new Uplink({
      client,
      outbox,
      events,
      clock,
      describe: () => makeHeartbeat(),
      answered: async () => undefined,
    });
    this.running = uplink.run(this.stopping.signal);
  }

  async hear(label: string): Promise<string> {
    const { candidate, clip } = makeRecord(label, { atMs: this.clock.nowMs() });
    this.put.set(candidate.id, { atMs: this.clock.monotonicMs(), label });
    await this.outbox.put({ candidate, clip });
    this.events.emit('candidate', { candidate, clip, atS: 0, detectedS: 0, again: false });
    return candidate.id;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.clock.advance(MINUTE_MS);
    await this.running;
  }

  /**
   * Checks that each candidate and its clip arrived, that each was reported as delivered once, and that nothing is
   * left.
   */
  expectAllOnce(): void {
    expect([...this.delivered].sort()).toEqual([...this.put.keys()].sort());
    expect([...this.cloud.registered.keys()].sort()).toEqual([...this.put.keys()].sort());
    for (const id of this.put.keys())
      expect(Buffer.from(this.cloud.clips.get(id) ?? [])).toEqual(Buffer.alloc(1_000, id));
    expect(this.outbox.stats().records).toBe(0);
    expect(this.problems).toEqual([]);
  }
}

describe('a line to the cloud that fails', () => {
  test.each(FAULTS)(
    '"%s" for three hours: every candidate is delivered once, within a minute of the end of the outage',
    async (line) => {
      const home = new Home();
      await home.start();
      await home.clock.advance(MINUTE_MS);
      home.cloud.line = line;
      for (let minute = 0; minute < 180; minute++) {
        if (minute % 20 === 0) await home.hear(LABELS[(minute / 20) % LABELS.length] ?? '');
        if (minute === 60) home.cloud.requests = 0;
        await home.clock.advance(MINUTE_MS);
      }
      // More requests than are expected in two hours: a heartbeat every half minute, both lanes, and one try for each
      // new alarm.
      expect(home.cloud.requests).toBeLessThan(900);
      home.cloud.line = 'up';
      await home.clock.advance(NOTICED_AFTER_HANGING_MS);
      home.expectAllOnce();
      await home.stop();
    },
  );

  test.each([1, 2, 3])(
    '(seed %i) a line fails and recovers for six hours: every candidate is delivered once, within a minute of a working line',
    async (seed) => {
      const random = seededRandom(seed);
      const home = new Home();
      await home.start();
      const overdue: string[] = [];
      const untilMs = home.clock.monotonicMs() + 6 * HOUR_MS;
      while (home.clock.monotonicMs() < untilMs) {
        home.cloud.line = random() < 0.5 ? 'up' : (FAULTS[Math.floor(random() * FAULTS.length)] ?? 'refused');
        // The outages last from seconds to half an hour, evenly distributed on a logarithmic scale.
        const lastsMs = 2_000 * 900 ** random();
        const fromMs = home.clock.monotonicMs();
        if (random() < 0.5) await home.hear(LABELS[Math.floor(random() * LABELS.length)] ?? '');
        await home.clock.advance(lastsMs);
        if (home.cloud.line !== 'up' || lastsMs < NOTICED_AFTER_HANGING_MS) continue;
        for (const [id, { atMs }] of home.put)
          if (atMs <= fromMs && !home.delivered.includes(id)) overdue.push(`${id} after ${lastsMs} ms`);
      }
      home.cloud.line = 'up';
      await home.clock.advance(NOTICED_AFTER_HANGING_MS);
      expect(home.put.size).toBeGreaterThan(20);
      expect(overdue).toEqual([]);
      home.expectAllOnce();
      const waitedMs = (id: string, atMs: number) => atMs - ROUND_TRIP_MS - (home.put.get(id)?.atMs ?? NaN);
      for (const [id, { atMs, late }] of home.cloud.registered)
        expect({ id, late }).toEqual({ id, late: waitedMs(id, atMs) > 30_000 });
      await home.stop();
    },
  );

  test('a smoke candidate is tried at once during an outage, however long the current back-off is', async () => {
    const home = new Home();
    await home.start();
    home.cloud.line = 'refused';
    await home.hear('glass_break');
    await home.clock.advance(HOUR_MS);
    // The connection is back, but the device has not noticed yet.
    home.cloud.line = 'up';
    const id = await home.hear('smoke_alarm');
    await home.clock.advance(1_000);
    expect(home.cloud.registered.get(id)).toMatchObject({ late: false });
    await home.clock.advance(NOTICED_WITHIN_MS);
    home.expectAllOnce();
    await home.stop();
  });
});
