import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '@earshot/shared/clock.ts';
import { FakeClock } from '@earshot/shared/testing/fake-clock.ts';
import { ServiceManager } from './service-manager.ts';

let dir: string;
const path = process.env.PATH;
/** A replacement for systemd-notify that writes down its arguments. */
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'earshot-notify-'));
  writeFileSync(join(dir, 'systemd-notify'), `#!/bin/sh\necho "$@" >> ${join(dir, 'said')}\n`);
  chmodSync(join(dir, 'systemd-notify'), 0o755);
  process.env.PATH = `${dir}:${path}`;
});
afterEach(() => {
  process.env.PATH = path;
  rmSync(dir, { recursive: true });
});
const said = () =>
  existsSync(join(dir, 'said')) ? readFileSync(join(dir, 'said'), 'utf8').split('\n').slice(0, -1) : [];
const watched = { NOTIFY_SOCKET: '/run/systemd/notify', WATCHDOG_USEC: '60000000' };

describe('ServiceManager', () => {
  test('reports ready, then notifies the watchdog twice per watchdog period until the device hangs', async () => {
    const clock = new FakeClock();
    const manager = new ServiceManager(watched, clock);
    const stop = new AbortController();
    await manager.ready(stop.signal);
    let alive = true;
    const running = manager.run(() => alive, stop.signal);
    for (let i = 0; i < 4; i++) {
      for (let wait = 0; wait < 100 && said().length < i + 2; wait++) await systemClock.sleep(10);
      await clock.advance(30_000);
    }
    alive = false;
    await systemClock.sleep(100);
    const before = said().length;
    await clock.advance(120_000);
    expect(said().slice(0, 5)).toEqual(['--ready --status=listening', ...Array<string>(4).fill('WATCHDOG=1')]);
    expect(said().length).toBeLessThanOrEqual(before + 1);
    stop.abort();
    await running;
  });

  test('sends nothing when systemd provides no notify socket', async () => {
    const manager = new ServiceManager({}, new FakeClock());
    await manager.ready(new AbortController().signal);
    await manager.run(() => true, new AbortController().signal);
    expect(said()).toEqual([]);
  });

  test('ignores a watchdog that is meant for another process', () => {
    expect(new ServiceManager({ ...watched, WATCHDOG_PID: '1' }, new FakeClock()).watchdogMs).toBeNull();
  });
});
