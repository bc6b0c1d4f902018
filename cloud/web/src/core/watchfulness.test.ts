import { expect, test } from '@jest/globals';
import type { DeviceView } from '@earshot/shared/contracts/home.ts';
import { type Knowledge, watchfulness } from './watchfulness.ts';

const device = (online: boolean, ...states: ('healthy' | 'deaf' | 'recovering' | 'failed')[]): DeviceView =>
  ({
    online,
    sources: states.map((state) => ({ name: 'default', state, reason: null, levelDbfs: -50 })),
  }) as DeviceView;

const known = (devices: DeviceView[], change: Partial<Knowledge> = {}): Knowledge => ({
  home: { devices },
  live: true,
  remembered: false,
  asOf: 1_000,
  hasNetwork: true,
  ...change,
});
const well = device(true, 'healthy');

test('a home counts as listening while at least one microphone works', () => {
  const silent = device(false, 'healthy');
  expect(watchfulness(known([well, silent]))).toEqual({ kind: 'listening', devices: 2, missing: [silent] });
});

test.each([
  ['no device is paired', [], 'no-device'],
  ['every device is silent', [device(false, 'healthy')], 'silent'],
  ['every microphone is deaf', [device(true, 'deaf', 'failed'), device(false, 'healthy')], 'deaf'],
  ['the recording that a device played has ended', [device(true)], 'no-microphone'],
  ['one device plays nothing and another one is deaf', [device(true), device(true, 'deaf')], 'deaf'],
] as const)('a home does not count as listening when %s', (_name, devices, why) => {
  expect(watchfulness(known([...devices]))).toMatchObject({ kind: 'nobody', why });
});

test('without a connection the state of a home is unknown, whatever the last known state was', () => {
  expect(watchfulness(known([well], { live: false }))).toEqual({ kind: 'unknown', sinceMs: 1_000, why: 'no-server' });
  expect(watchfulness(known([well], { live: false, hasNetwork: false }))).toMatchObject({ why: 'no-internet' });
});

test('a saved copy of a home is not called quiet before the cloud has answered', () => {
  expect(watchfulness(known([well], { live: null, remembered: true }))).toEqual({ kind: 'checking' });
});
