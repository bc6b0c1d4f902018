import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '@earshot/shared/clock.ts';
import { FakeClock } from '@earshot/shared/testing/fake-clock.ts';
import { AgentEmitter } from '../events.ts';
import { makeRecord } from '../testing/candidates.ts';
import { Hook } from './hook.ts';
import { Siren, type SirenOptions } from './siren.ts';

let dir: string;
let events: AgentEmitter;
let stop: AbortController;
let running: Promise<void>;
const problems: string[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'earshot-actions-'));
  events = new AgentEmitter();
  problems.length = 0;
  events.on('problem', (error) => problems.push(error.message));
  stop = new AbortController();
});
afterEach(async () => {
  stop.abort();
  await running;
  rmSync(dir, { recursive: true });
});

const out = () => join(dir, 'out');
const lines = () => (existsSync(out()) ? readFileSync(out(), 'utf8').split('\n').slice(0, -1) : []);
function hear(label: string, more: { again?: boolean; test?: boolean } = {}): string {
  const { candidate, clip } = makeRecord(label);
  events.emit('candidate', {
    candidate: {
      ...candidate,
      test: more.test ?? false,
      embedding: { trunkSha256: 'a'.repeat(64), values: 'AACAPw==' },
    },
    clip,
    atS: 1.5,
    detectedS: 1.5,
    again: more.again ?? false,
  });
  return candidate.id;
}
async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 300 && !condition(); i++) await systemClock.sleep(10);
  expect(condition()).toBe(true);
}

describe('Hook', () => {
  const hook = (command: string) => void (running = new Hook(command, events).run(stop.signal));

  test('gets every event as one line of JSON on its stdin', async () => {
    hook(`cat >> ${out()}`);
    const id = hear('glass_break');
    events.emit('heard', { id, label: 'glass_break', source: 'mic', ended: true });
    await until(() => lines().length === 2);
    const received = lines().map((line) => JSON.parse(line) as { event: string });
    const candidate = received.find(({ event }) => event === 'candidate');
    // The hook does not get the candidate's embedding: only the cloud does.
    expect(candidate).not.toHaveProperty('embedding');
    expect(candidate).toMatchObject({
      id,
      label: 'glass_break',
      atS: 1.5,
      why: { text: expect.stringContaining('three beeps') },
    });
    expect(received.find(({ event }) => event === 'ended')).toMatchObject({ id });
  });

  test('a hook that fails is reported with its stderr, and still gets the next event', async () => {
    hook(`cat >> ${out()}; echo no such lamp >&2; exit 3`);
    hear('glass_break');
    await until(() => problems.length === 1);
    expect(problems[0]).toContain('status 3: no such lamp');
    hear('smoke_alarm');
    await until(() => lines().length === 2);
  });

  test('a hook that hangs is ended when the device stops', async () => {
    hook('sleep 100');
    hear('glass_break');
    await systemClock.sleep(50);
    const before = performance.now();
    stop.abort();
    await running;
    expect(performance.now() - before).toBeLessThan(1_000);
  });
});

describe('Siren', () => {
  let online = false;
  const clock = new FakeClock();
  const siren = (more: Partial<SirenOptions> = {}) => {
    const options: SirenOptions = {
      when: 'offline',
      labels: ['smoke_alarm'],
      command: `echo $EARSHOT_LABEL >> ${out()}; sleep 100`,
      sound: '',
      player: '',
      seconds: 60,
      ...more,
    };
    running = new Siren(options, events, clock, () => online).run(stop.signal);
  };
  beforeEach(() => void (online = false));

  test('starts as soon as an alarm is detected while the cloud cannot be reached, and stops after the configured time', async () => {
    siren();
    hear('smoke_alarm');
    await until(() => lines().length === 1);
    expect(lines()).toEqual(['smoke_alarm']);
    await clock.advance(60_000);
    await systemClock.sleep(100);
    hear('smoke_alarm');
    await until(() => lines().length === 2);
  });

  test('does not start again for a continuing alarm, because the detected sound may be the siren itself', async () => {
    siren({ command: `echo now >> ${out()}` });
    hear('smoke_alarm');
    await until(() => lines().length === 1);
    await systemClock.sleep(50);
    hear('smoke_alarm', { again: true });
    await systemClock.sleep(100);
    expect(lines()).toHaveLength(1);
  });

  test.each([
    ['the cloud can be reached', () => void (online = true), {}, {}],
    ['the alarms are being tested', () => undefined, {}, { test: true }],
    ['the siren is switched off', () => undefined, { when: 'never' as const }, {}],
    ['the siren is not configured for this label', () => undefined, { labels: ['co_alarm'] }, {}],
  ])('stays silent when %s', async (_, prepare, options, event) => {
    prepare();
    siren(options);
    hear('smoke_alarm', event);
    await systemClock.sleep(100);
    expect(lines()).toEqual([]);
  });

  test('sounds once when the connection is lost during an alarm', async () => {
    online = true;
    siren({ command: `echo now >> ${out()}` });
    const first = hear('smoke_alarm');
    await clock.advance(20_000);
    expect(lines()).toEqual([]);
    hear('smoke_alarm', { again: true });
    online = false;
    await clock.advance(2_000);
    await until(() => lines().length === 1);
    await systemClock.sleep(50);
    events.emit('heard', { id: first, label: 'smoke_alarm', source: 'test', ended: false });
    await clock.advance(60_000);
    await systemClock.sleep(50);
    expect(lines()).toHaveLength(1);
  });

  test('stays silent when the alarm ended before the connection was lost', async () => {
    online = true;
    siren();
    const id = hear('smoke_alarm');
    await clock.advance(5_000);
    events.emit('heard', { id, label: 'smoke_alarm', source: 'test', ended: true });
    online = false;
    await clock.advance(60_000);
    await systemClock.sleep(50);
    expect(lines()).toEqual([]);
  });

  test('can be started and stopped by a member, even when `siren = never`', async () => {
    online = true;
    const states: boolean[] = [];
    events.on('siren', ({ sounding }) => states.push(sounding));
    siren({
      when: 'never',
      command: `echo began >> ${out()}; trap 'echo ended >> ${out()}; exit' TERM; sleep 100 & wait`,
    });
    events.emit('sirenOrder', { id: 'on', on: true, seconds: 60 });
    await until(() => lines().length === 1);
    // The next heartbeat repeats the order to start, which must not start the siren a second time.
    events.emit('sirenOrder', { id: 'on', on: true, seconds: 60 });
    events.emit('sirenOrder', { id: 'off', on: false, seconds: 60 });
    await until(() => states.length === 3);
    expect(lines()).toEqual(['began', 'ended']);
    expect(states).toEqual([false, true, false]);
    expect(problems).toEqual([]);
  });

  test('can be stopped by a member after the device started it, and the continuing alarm does not start it again', async () => {
    siren();
    hear('smoke_alarm');
    await until(() => lines().length === 1);
    events.emit('sirenOrder', { id: 'off', on: false, seconds: 60 });
    await systemClock.sleep(100);
    hear('smoke_alarm', { again: true });
    await clock.advance(5_000);
    await systemClock.sleep(50);
    expect(lines()).toHaveLength(1);
  });

  test('is not started again by a new alarm while it sounds, because the detected sound may be the siren itself', async () => {
    siren({ labels: ['smoke_alarm', 'co_alarm'] });
    hear('smoke_alarm');
    await until(() => lines().length === 1);
    hear('co_alarm');
    await clock.advance(70_000);
    await systemClock.sleep(50);
    await clock.advance(5_000);
    expect(lines()).toEqual(['smoke_alarm']);
  });

  test('plays a sound file again and again when no command is configured', async () => {
    writeFileSync(join(dir, 'player'), `#!/bin/sh\necho "$1" >> ${out()}\n`);
    chmodSync(join(dir, 'player'), 0o755);
    siren({ command: '', sound: 'siren.wav', player: join(dir, 'player') });
    hear('smoke_alarm');
    await until(() => lines().length >= 3);
    expect(lines()[0]).toBe('siren.wav');
  });
});
