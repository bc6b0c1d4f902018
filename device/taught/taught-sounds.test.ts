import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readWav } from '@earshot/shared/audio/wav-read.ts';
import { systemClock } from '@earshot/shared/clock.ts';
import type { EarshotError } from '@earshot/shared/errors.ts';
import { createAgent } from '../agent.ts';
import type { Agent } from '../agent-types.ts';
import type { AudioSource } from '../audio/source.ts';
import { ScriptedSource } from '../listening/testing/scripted-source.ts';
import { writeSyntheticRelease, type SyntheticRelease } from '../releases/testing/synthetic-release.ts';
import { TestCloud } from '../testing/test-cloud.ts';

const SMOKE = { label: 'smoke_alarm', band: 40 };
const LABEL = 'taught_security_doorbell_0001';

let home: string;
let cloud: TestCloud;
let release: SyntheticRelease;
let agent: Agent | null;
const problems: EarshotError[] = [];

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'earshot-taught-'));
  cloud = new TestCloud();
  await cloud.start();
  release = await writeSyntheticRelease(join(home, 'built-in'), [SMOKE]);
  agent = null;
  problems.length = 0;
});
afterEach(async () => {
  await agent?.stop();
  await cloud.stop();
  rmSync(home, { recursive: true });
});

/** A file whose head is the synthetic release's own, which fits the synthetic trunk. */
function taughtFile(change: object = {}): { bytes: Buffer; sha256: string } {
  const level = { threshold: 0.5, perDay: 0.2, missRate: 0.1 };
  const events = { refractoryS: 30, holdS: 4, burst: 6, refillS: 60 };
  const bytes = Buffer.from(
    JSON.stringify({
      schema: 1,
      label: LABEL,
      trunkSha256: release.manifest.trunk.sha256,
      levels: { low: level, medium: level, high: level },
      decision: { bias: 0, weights: { [`peak_${LABEL}`]: Math.LN10 }, floor: 0.1, ...events },
      figures: { found: 0.9, mistakesPerDay: 0.2 },
      head: readFileSync(join(release.dir, 'head-smoke_alarm.onnx')).toString('base64'),
      ...change,
    }),
  );
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}

function offer(file: { bytes: Buffer; sha256: string } | null): void {
  if (file) cloud.files.set(file.sha256, file.bytes);
  cloud.answer = { ...cloud.answer, taught: file ? [{ label: LABEL, sha256: file.sha256 }] : [] };
}

async function start(sources: readonly AudioSource[] = []): Promise<Agent> {
  agent = createAgent({
    home,
    releaseDir: release.dir,
    sources,
    cloud: { url: cloud.url, token: cloud.token },
    trustedKeys: release.trustedKeys,
    heartbeatMs: 50,
  });
  agent.events.on('problem', (error) => problems.push(error));
  await agent.start();
  return agent;
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 2_000 && !condition(); i++) await systemClock.sleep(20);
  expect(condition()).toBe(true);
}

describe("a home's taught sounds on the device", () => {
  test('are detected as soon as a heartbeat offers them, and no longer after their deletion', async () => {
    await start();
    const labels = () => agent!.labels();
    expect(labels()).toEqual(['smoke_alarm']);
    offer(taughtFile());
    await until(() => labels().includes(LABEL));
    expect(labels()).toEqual(['smoke_alarm', LABEL]);
    offer(null);
    await until(() => !labels().includes(LABEL));
    expect(problems).toEqual([]);
  });

  test('are stored on disk, so that they are detected after a start without the cloud', async () => {
    offer(taughtFile());
    await start();
    await until(() => agent!.labels().includes(LABEL));
    await agent!.stop();
    await cloud.stop();
    await start();
    expect(agent!.labels()).toContain(LABEL);
  });

  test('reports a damaged file on disk, and still listens for the released sounds', async () => {
    mkdirSync(join(home, 'device', 'taught', 'here'), { recursive: true });
    writeFileSync(join(home, 'device', 'taught', 'here', `${LABEL}.json`), '{"schema":1');
    await start();
    const labels = () => agent!.labels();
    expect(labels()).toEqual(['smoke_alarm']);
    expect(problems.map(({ code }) => code)).toEqual(['TAUGHT_SOUND']);
  });

  test('reports a head that cannot be loaded, and still listens for the released sounds', async () => {
    offer(taughtFile({ head: Buffer.from('no model').toString('base64') }));
    await start();
    await until(() => problems.length > 0);
    expect(problems[0]?.code).toBe('TAUGHT_SOUND');
    expect(agent!.labels()).toEqual(['smoke_alarm']);
  });

  test('a file that differs from the offered one is refused', async () => {
    const [offered, other] = [taughtFile(), taughtFile({ figures: { found: 1, mistakesPerDay: 0 } })];
    offer(offered);
    cloud.files.set(offered.sha256, other.bytes);
    await start();
    await until(() => problems.length > 0);
    expect(problems[0]?.code).toBe('TAUGHT_SOUND');
    expect(agent!.labels()).toEqual(['smoke_alarm']);
  });
});

describe('an example that a member asks for', () => {
  test('is recorded once, from the order on, although every heartbeat repeats the order', async () => {
    const id = '01890000-0000-7000-8000-000000000001';
    const source = new ScriptedSource().play(1);
    await start([source]);
    await until(() => cloud.beats.length > 0);
    cloud.answer = { ...cloud.answer, record: { id, seconds: 2 } };
    const beats = cloud.beats.length;
    await until(() => cloud.beats.length > beats + 3);
    source.play(2, 440).play(2);
    await until(() => cloud.examples.length > 0);
    const [recorded] = readWav(cloud.recordings.get(id) as Buffer).channels;
    expect(recorded?.length).toBe(2 * 16_000);
    expect(recorded?.reduce((most, x) => Math.max(most, x), 0)).toBeCloseTo(0.5, 2);
    const later = cloud.beats.length;
    await until(() => cloud.beats.length > later + 3);
    expect(cloud.examples).toEqual([id]);
  });
});
