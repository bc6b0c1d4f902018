import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Heartbeat, HeartbeatAnswer } from '@earshot/shared/contracts/device.ts';
import type { DeviceView } from '@earshot/shared/contracts/home.ts';
import { makeHeartbeat } from '@earshot/shared/testing/heartbeats.ts';
import { TestParts } from '../testing/test-parts.ts';
import { takeHeartbeat, viewDevices } from './devices.ts';
import { orderSiren } from './siren-orders.ts';
import type { Caller } from './tokens.ts';

describe('a siren that is ordered from a phone', () => {
  let home: TestParts;
  let box: Caller;
  beforeEach(async () => {
    home = await TestParts.open();
    box = await home.pair('device', 'Hall');
  });
  afterEach(() => home[Symbol.asyncDispose]());

  const beat = (siren?: Heartbeat['siren']): Promise<HeartbeatAnswer> =>
    takeHeartbeat(home.parts, box, makeHeartbeat(siren === undefined ? {} : { siren }));
  const order = (on: boolean): Promise<DeviceView> => orderSiren(home.parts, home.owner, box.id, on);
  const view = async () => (await viewDevices(home.parts.database.queries, box.homeId, home.clock.nowMs()))[0];

  test("for a minute, every heartbeat's answer contains the order to sound the siren, always with the same id", async () => {
    expect((await beat('silent')).siren).toBeNull();
    await order(true);
    const first = (await beat('silent')).siren;
    expect(first).toMatchObject({ on: true, seconds: 60 });
    expect((await beat('sounding')).siren).toEqual(first);
    expect((await view())?.siren).toBe('sounding');
    await home.clock.advance(61_000);
    expect((await beat('silent')).siren).toBeNull();
    expect((await view())?.siren).toBe('silent');
  });

  test('an order to stop the siren replaces the order to sound it', async () => {
    await beat('silent');
    await order(true);
    const { siren: on } = await beat('silent');
    await order(false);
    const { siren: off } = await beat('sounding');
    expect(off).toMatchObject({ on: false });
    expect(off?.id).not.toBe(on?.id);
  });

  test.each([
    ['has no siren', () => beat('none')],
    ['runs a version that does not support sirens', () => beat()],
    ['is offline', async () => void (await beat('silent'), await home.clock.advance(60_000))],
  ])('an order for the siren is refused when the device %s', async (_, prepare) => {
    await prepare();
    await expect(order(true)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('a device of another home is not found', async () => {
    await beat('silent');
    const stranger = { ...home.owner, homeId: '01900000-0000-7000-8000-000000000000' };
    await expect(orderSiren(home.parts, stranger, box.id, true)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
