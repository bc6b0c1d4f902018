import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { v7 as uuid } from 'uuid';
import type { Learned } from '@earshot/shared/contracts/lesson.ts';
import { taughtFile } from '../testing/taught-file.ts';
import { TestParts } from '../testing/test-parts.ts';
import { until } from '../testing/until.ts';
import { Teaching } from './teaching.ts';

const MINUTE = 60_000;
const LABEL = 'taught_security_bell_0001';

let home: TestParts;
let stop: AbortController;
let running: Promise<void>[];
/** The trainings that have begun, in this order. */
let trainings: PromiseWithResolvers<Learned>[];
beforeEach(async () => {
  home = await TestParts.open(Date.UTC(2026, 0, 1));
  await home.openRelease();
  [stop, running, trainings] = [new AbortController(), [], []];
});
afterEach(async () => {
  stop.abort();
  for (const { reject } of trainings) reject(new Error('the test is over'));
  await Promise.all(running);
  await home[Symbol.asyncDispose]();
});

/** Starts what each process of the cloud runs. */
function startProcess(): void {
  const teach = (): Promise<Learned> => {
    const training = Promise.withResolvers<Learned>();
    trainings.push(training);
    return training.promise;
  };
  running.push(new Teaching(home.parts, { teach }).run(stop.signal));
}

const trunk = () => home.parts.releases.require().manifest.trunk.sha256;

/** Adds a sound to learn; `taughtFor`: its head was trained for this trunk before. */
async function addSound(taughtFor: string | null = null): Promise<void> {
  const device = await home.pair('device', 'Hall');
  const file = taughtFor && JSON.stringify(taughtFile(LABEL, taughtFor));
  await home.parts.database.queries
    .insertInto('taughtSounds')
    .values({
      id: uuid(),
      homeId: home.home.homeId,
      deviceId: device.id,
      label: LABEL,
      name: 'Bell',
      icon: 'bell',
      class: 'security',
      state: 'learning',
      reason: null,
      file,
      fileSha256: file && createHash('sha256').update(file).digest('hex'),
      trunkSha256: taughtFor,
      figures: null,
      checkFound: null,
      learningUntilMs: 0,
      createdAtMs: home.clock.nowMs(),
    })
    .execute();
}

const state = async () =>
  (await home.parts.database.queries.selectFrom('taughtSounds').select('state').executeTakeFirstOrThrow()).state;

/** Advances the fake time in steps in which the database, which answers in real time, keeps up. */
async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += MINUTE / 4) {
    await home.clock.advance(MINUTE / 4);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe('the training of a taught sound', () => {
  test('that takes twenty minutes on a busy machine is not started again by another process', async () => {
    await addSound();
    startProcess();
    await until('the training begins', async () => trainings.length === 1);
    startProcess();
    await pass(20 * MINUTE);
    expect(trainings).toHaveLength(1);
    trainings[0]!.resolve({ file: JSON.stringify(taughtFile(LABEL, trunk())), checkFound: null });
    await until('the sound is ready', async () => (await state()) === 'ready');
  });

  test('is started again within six minutes when its process was killed', async () => {
    await addSound();
    // As if the process that trains the sound had been killed: its lease ends in five minutes.
    await home.parts.database.queries
      .updateTable('taughtSounds')
      .set({ learningUntilMs: home.clock.nowMs() + 5 * MINUTE })
      .execute();
    startProcess();
    await pass(6 * MINUTE);
    expect(trainings).toHaveLength(1);
  });

  test('that fails is not repeated: the member who waits for it is told', async () => {
    await addSound();
    startProcess();
    await until('the training begins', async () => trainings.length === 1);
    trainings[0]!.reject(new Error('no memory'));
    await until('the sound has failed', async () => (await state()) === 'failed');
    await pass(70 * MINUTE);
    expect(trainings).toHaveLength(1);
  });

  test('that fails for a new trunk network is tried again after an hour', async () => {
    await addSound('0'.repeat(64));
    startProcess();
    await until('the training begins', async () => trainings.length === 1);
    trainings[0]!.reject(new Error('no memory'));
    await pass(55 * MINUTE);
    expect([trainings.length, await state()]).toEqual([1, 'learning']);
    await pass(10 * MINUTE);
    expect(trainings).toHaveLength(2);
  });
});
