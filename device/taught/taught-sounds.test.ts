import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readWav } from '@earshot/shared/audio/wav-read.ts';
import { systemClock } from '@earshot/shared/clock.ts';
import { defaultSettings } from '@earshot/shared/settings.ts';
import type { Mode } from '@earshot/shared/labels.ts';
import type { TaughtSoundFile } from '@earshot/shared/contracts/taught-sounds.ts';
import type { EarshotError } from '@earshot/shared/errors.ts';
import { createAgent } from '../agent.ts';
import type { Agent, AgentOptions } from '../agent-types.ts';
import type { AudioSource } from '../audio/source.ts';
import { ScriptedSource } from '../listening/testing/scripted-source.ts';
import { decodeModel, encodeModel, ONNX_INT64, type OnnxModel } from '../network/onnx-proto.ts';
import { writeSyntheticRelease, type SyntheticRelease } from '../releases/testing/synthetic-release.ts';
import { shelve } from '../testing/shelve-release.ts';
import { TestCloud } from '../testing/test-cloud.ts';

const SMOKE = { label: 'smoke_alarm', band: 40 };
const LABEL = 'taught_security_doorbell_0001';
const OTHER = 'taught_upkeep_washer_0002';
/** The centres of the mel bands to which the synthetic heads respond. */
const HZ = { band20: 956, band30: 1_714, band40: 2_820, band50: 4_432 };

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

/** A taught sound's file with a head of the synthetic release, which fits the synthetic trunk. */
function taughtFile(change: Partial<TaughtSoundFile> = {}): File {
  const { label = LABEL } = change;
  const level = { threshold: 0.5, perDay: 0.2, missRate: 0.1 };
  const events = { refractoryS: 30, holdS: 4, burst: 6, refillS: 60 };
  const bytes = Buffer.from(
    JSON.stringify({
      schema: 1,
      label,
      trunkSha256: release.manifest.trunk.sha256,
      levels: { low: level, medium: level, high: level },
      decision: { bias: 0, weights: { [`peak_${label}`]: Math.LN10 }, floor: 0.1, ...events },
      figures: { found: 0.9, mistakesPerDay: 0.2 },
      head: readFileSync(join(release.dir, 'head-smoke_alarm.onnx')).toString('base64'),
      ...change,
    }),
  );
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}

interface File {
  bytes: Buffer;
  sha256: string;
}

function offer(file: File | null, ...others: File[]): void {
  const files = file ? [file, ...others] : [];
  for (const { sha256, bytes } of files) cloud.files.set(sha256, bytes);
  const taught = files.map(({ sha256, bytes }) => ({
    label: (JSON.parse(String(bytes)) as { label: string }).label,
    sha256,
  }));
  cloud.answer = { ...cloud.answer, taught };
}

/** The ONNX file of a synthetic head in base64. It fits the trunk of a synthetic release unless `change` breaks it. */
async function headFile(band: number, change: (model: OnnxModel) => void = () => undefined): Promise<string> {
  const made = await writeSyntheticRelease(join(home, `head-of-band-${band}`), [{ label: 'dog_bark', band }]);
  const model = decodeModel(readFileSync(join(made.dir, 'head-dog_bark.onnx')));
  change(model);
  return Buffer.from(encodeModel(model)).toString('base64');
}

async function start(sources: readonly AudioSource[] = [], options: Partial<AgentOptions> = {}): Promise<Agent> {
  agent = createAgent({
    home,
    releaseDir: release.dir,
    sources,
    cloud: { url: cloud.url, token: cloud.token },
    trustedKeys: release.trustedKeys,
    heartbeatMs: 50,
    ...options,
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
  test('are detected as soon as a heartbeat offers them, and no longer detected after their deletion', async () => {
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

  test.each([
    ['is made for a trunk of another width', (model: OnnxModel) => void (model.graph.initializer[0]!.dims = [7, 1])],
    [
      'fails only when it is called',
      (model: OnnxModel) => {
        // The head reshapes its input to a fixed number of steps, which no call has.
        const shape = { name: 'shape', dims: [3], dataType: ONNX_INT64, int64Data: [1, 3, 1] };
        model.graph.initializer.push(shape);
        model.graph.node.at(-1)!.input = ['fixed'];
        const fixed = { ...model.graph.node[0]!, name: 'fixed', opType: 'Reshape', input: ['logit', 'shape'] };
        model.graph.node.splice(-1, 0, { ...fixed, output: ['fixed'], attribute: [] });
      },
    ],
    ['gives a score that is not a number', (model: OnnxModel) => void (model.graph.initializer[1]!.floatData = [NaN])],
  ])(
    'a head that %s is left out: the device continues to listen and uses its other taught sound',
    async (_, change) => {
      const bad = taughtFile({ head: await headFile(20, change) });
      const good = taughtFile({ label: OTHER, head: await headFile(20) });
      const source = new ScriptedSource().play(1);
      await start([source]);
      offer(bad, good);
      await until(() => agent!.labels().includes(OTHER));
      expect(agent!.labels()).toEqual(['smoke_alarm', OTHER]);
      source.play(3).play(3, HZ.band20).play(3).play(3, HZ.band40).play(3);
      await until(() => cloud.registered.length >= 2);
      expect(cloud.registered.map(({ label }) => label)).toEqual([OTHER, 'smoke_alarm']);
      expect(agent!.health()[0]?.state).not.toBe('failed');
      expect(problems.map(({ code, message }) => [code, message.includes(LABEL)])).toEqual([['TAUGHT_SOUND', true]]);
    },
  );

  test('a sound that cannot be fetched does not delay another sound, and is used as soon as it can be fetched', async () => {
    const [missing, good] = [taughtFile(), taughtFile({ label: OTHER })];
    offer(missing, good);
    cloud.files.delete(missing.sha256);
    await start();
    await until(() => agent!.labels().includes(OTHER));
    expect(agent!.labels()).toEqual(['smoke_alarm', OTHER]);
    expect(problems.map(({ code }) => code)).toEqual(['NOT_FOUND']);
    cloud.files.set(missing.sha256, missing.bytes);
    await until(() => agent!.labels().includes(LABEL));
  });

  test('while the new head of a sound cannot be fetched, its older head stays in use', async () => {
    offer(taughtFile());
    await start();
    await until(() => agent!.labels().includes(LABEL));
    const newer = taughtFile({ figures: { found: 1, mistakesPerDay: 0 } });
    offer(newer);
    cloud.files.delete(newer.sha256);
    await until(() => problems.length > 0);
    expect(agent!.labels()).toEqual(['smoke_alarm', LABEL]);
  });

  test('when the release cannot be read at first, a taught sound is loaded later', async () => {
    await start();
    const trunk = join(release.dir, 'trunk.onnx');
    const bytes = readFileSync(trunk);
    writeFileSync(trunk, '');
    offer(taughtFile());
    await until(() => problems.length > 0);
    expect(agent!.labels()).toEqual(['smoke_alarm']);
    writeFileSync(trunk, bytes);
    await until(() => agent!.labels().includes(LABEL));
  });

  test('a taught sound is used although the disk refuses to store it', async () => {
    mkdirSync(join(home, 'device', 'taught'), { recursive: true });
    writeFileSync(join(home, 'device', 'taught', 'cloud'), 'a file where the folder should be');
    await start();
    offer(taughtFile());
    await until(() => agent!.labels().includes(LABEL));
    expect(problems.length).toBeGreaterThan(0);
  });

  test('a taught sound is used during the trial of a new release, by the network of the new release', async () => {
    const dir = join(home, 'newer');
    const newer = await writeSyntheticRelease(dir, [SMOKE, { label: 'dog_bark', band: 20 }], '2026-01-02.1');
    await start([], { trustedKeys: [...release.trustedKeys, ...newer.trustedKeys], releaseTrialMs: 600_000 });
    await shelve(cloud, dir, '2026-01-02.1');
    await until(() => agent!.status().releaseState.message?.includes('on trial') ?? false);
    offer(taughtFile());
    await until(() => agent!.labels().includes(LABEL));
    expect(agent!.status().release).toBe('2026-01-02.1');
    expect(agent!.labels()).toEqual(['smoke_alarm', 'dog_bark', LABEL]);
    offer(null);
    await until(() => !agent!.labels().includes(LABEL));
  });

  test('settings that come before the head apply to it, and so do those that come after it', async () => {
    const settingsFor = (version: number, modes: Mode[]) => ({
      ...defaultSettings('UTC'),
      version,
      sounds: { [LABEL]: { modes, level: 'medium' as const } },
    });
    const source = new ScriptedSource().play(1);
    await start([source]);
    cloud.answer = { ...cloud.answer, settings: settingsFor(1, []) };
    await until(() => agent!.status().settingsVersion === 1);
    offer(taughtFile({ head: await headFile(20) }));
    await until(() => agent!.labels().includes(LABEL));
    source.play(3).play(3, HZ.band20).play(8);
    await until(() => agent!.recentSound()[0]!.end >= 15 * 16_000);
    expect(cloud.registered).toEqual([]);
    cloud.answer = { ...cloud.answer, settings: settingsFor(2, ['home']) };
    await until(() => agent!.status().settingsVersion === 2);
    source.play(3, HZ.band20).play(3);
    await until(() => cloud.registered.length > 0);
    expect(cloud.registered.map(({ label }) => label)).toEqual([LABEL]);
  });

  test('after many changes of the list and a new release while sound is playing, every head detects its sound', async () => {
    const dir = join(home, 'newer');
    const newer = await writeSyntheticRelease(dir, [SMOKE, { label: 'glass_break', band: 50 }], '2026-01-02.1');
    const source = new ScriptedSource();
    await start([source], { trustedKeys: [...release.trustedKeys, ...newer.trustedKeys], mode: 'away' });
    const [bell, washer] = [
      taughtFile({ head: await headFile(20) }),
      taughtFile({ label: OTHER, head: await headFile(30) }),
    ];
    const broken = taughtFile({ label: OTHER, head: Buffer.from('no model').toString('base64') });
    for (const files of [[bell], [], [bell, washer], [broken], [washer], [], [broken, bell], [bell]]) {
      offer(files[0] ?? null, ...files.slice(1));
      if (files.length === 2) await shelve(cloud, dir, '2026-01-02.1');
      const beats = cloud.beats.length;
      source.play(2);
      await until(() => cloud.beats.length > beats + 2);
    }
    offer(bell, washer);
    await until(() => agent!.status().release === '2026-01-02.1' && agent!.labels().length === 4);
    source.play(3);
    for (const hz of [HZ.band20, HZ.band30, HZ.band40, HZ.band50]) source.play(3, hz).play(3);
    await until(() => cloud.registered.length >= 4);
    expect(cloud.registered.map(({ label }) => label)).toEqual([LABEL, OTHER, 'smoke_alarm', 'glass_break']);
  });

  test('a file that differs from the offered file is refused', async () => {
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
  test('is recorded once, from the moment the request arrives, although every heartbeat repeats the request', async () => {
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

  test('is sent with all its samples when the microphone delivers only digital silence', async () => {
    const id = '01890000-0000-7000-8000-000000000002';
    const [source, other] = [new ScriptedSource(), new ScriptedSource('second mic')];
    await start([source, other]);
    cloud.answer = { ...cloud.answer, record: { id, seconds: 2 } };
    const beats = cloud.beats.length;
    await until(() => cloud.beats.length > beats + 3);
    const samples = new Float32Array(3 * 16_000);
    source.push({ samples, atSample: 0, gapBefore: 0 });
    await until(() => cloud.examples.length > 0);
    expect(readWav(cloud.recordings.get(id) as Buffer).channels[0]?.length).toBe(2 * 16_000);
  });
});
