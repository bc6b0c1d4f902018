import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { defaultSettings } from '@earshot/shared/settings.ts';
import { FakeClock } from '@earshot/shared/testing/fake-clock.ts';
import { HomeSettingsKeeper } from './home-settings.ts';

let dir: string;
let changes: number;
const said: string[] = [];
const clock = () => new FakeClock(Date.parse('2026-01-10T12:00:00Z'));

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'earshot-settings-'));
  changes = 0;
  said.length = 0;
});
afterEach(() => rmSync(dir, { recursive: true }));

async function open(time = clock()): Promise<HomeSettingsKeeper> {
  const keeper = new HomeSettingsKeeper(
    join(dir, 'settings.json'),
    time,
    (error) => said.push(error.message),
    () => changes++,
  );
  await keeper.start();
  return keeper;
}

describe('HomeSettingsKeeper', () => {
  test('keeps the settings from the app over a reboot', async () => {
    const chosen = { ...defaultSettings('Europe/Berlin'), version: 7, mode: 'away' as const };
    await (await open()).apply(chosen);
    const again = await open();
    expect(again.settings).toEqual(chosen);
    expect(again.mode).toBe('away');
    expect(changes).toBe(1);
  });

  test.each([
    ['a mode that does not exist', { mode: 'party' }],
    ['a time zone that does not exist', { timeZone: 'Mars/Olympus' }],
    ['a level that does not exist', { sounds: { glass_break: { modes: ['home'], level: 'extreme' } } }],
  ])('with %s in the new settings, keeps the old settings and reports the reason', async (_, wrong) => {
    const keeper = await open();
    await keeper.apply({ ...defaultSettings('UTC'), version: 3 });
    await keeper.apply({ ...defaultSettings('UTC'), version: 4, ...wrong });
    expect(keeper.settings.version).toBe(3);
    expect(said.join()).toContain(Object.keys(wrong)[0]);
  });

  test('sets a damaged file aside, reports it, and runs with the default settings', async () => {
    await (await open()).apply({ ...defaultSettings('UTC'), version: 3 });
    writeFileSync(join(dir, 'settings.json'), 'sha256 00\n{}');
    expect((await open()).settings.version).toBe(0);
    expect(said.join()).toContain('settings.json.corrupt');
    expect(readdirSync(dir)).toContain('settings.json.corrupt');
  });

  test('ignores a sound while it is turned off with "not now", listens for it again afterwards, and never ignores smoke', async () => {
    const time = clock();
    const keeper = await open(time);
    const settings = defaultSettings('UTC');
    const notNow = { glass_break: '2026-01-10T13:00:00Z', smoke_alarm: '2026-01-10T13:00:00Z' };
    await keeper.apply({ ...settings, version: 2, notNow });
    expect(keeper.sounds.glass_break?.modes).toEqual([]);
    expect(keeper.sounds.smoke_alarm).toEqual(settings.sounds.smoke_alarm);
    const stop = new AbortController();
    const running = keeper.run(stop.signal);
    await time.advance(30 * 60_000);
    const before = changes;
    await time.advance(31 * 60_000);
    expect(changes).toBe(before + 1);
    expect(keeper.sounds.glass_break).toEqual(settings.sounds.glass_break);
    stop.abort();
    await running;
  });

  test('the schedule changes the mode without a cloud, even when its time came while the power was off', async () => {
    const time = clock();
    const keeper = await open(time);
    const schedule = [{ at: '22:30', days: [0, 1, 2, 3, 4, 5, 6], mode: 'night' as const }];
    await keeper.apply({ ...defaultSettings('UTC'), version: 2, schedule });
    const stop = new AbortController();
    const running = keeper.run(stop.signal);
    await time.advance(10 * 3_600_000);
    expect(keeper.mode).toBe('home');
    await time.advance(31 * 60_000);
    expect(keeper.mode).toBe('night');
    stop.abort();
    await running;

    await keeper.setMode('home');
    const nextDay = new FakeClock(time.nowMs() + 24 * 3_600_000);
    expect((await open(nextDay)).mode).toBe('night');
  });

  test('a mode chosen at home holds until somebody chooses another mode in the app or the schedule changes it', async () => {
    const keeper = await open();
    await keeper.apply({ ...defaultSettings('UTC'), version: 2, mode: 'away' });
    await keeper.setMode('home');
    await keeper.apply({ ...defaultSettings('UTC'), version: 3, mode: 'away', retentionDays: 9 });
    expect(keeper.mode).toBe('home');
    await keeper.apply({ ...defaultSettings('UTC'), version: 4, mode: 'night' });
    expect(keeper.mode).toBe('night');
  });

  test('the test of the alarms ends at the chosen time', async () => {
    const time = clock();
    const keeper = await open(time);
    await keeper.apply({ ...defaultSettings('UTC'), version: 2, testingUntil: '2026-01-10T12:15:00Z' });
    expect(keeper.isTesting).toBe(true);
    await time.advance(15 * 60_000);
    expect(keeper.isTesting).toBe(false);
  });
});
