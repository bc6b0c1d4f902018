import { describe, expect, test } from '@jest/globals';
import { pause } from '@earshot/shared/lifecycle/pause.ts';
import { FakeClock } from '@earshot/shared/testing/fake-clock.ts';
import type { Agent } from '../agent-types.ts';
import { AgentEmitter } from '../events.ts';
import { DELIVERY_WAIT_MS, deliverRest } from './deliver-rest.ts';

/** An agent whose outbox holds this many alerts; `deliver` removes one. */
function agentWith(records: number, inMemory = 0) {
  const clock = new FakeClock();
  const outbox = { records, inMemory };
  const events = new AgentEmitter();
  const drain = async (signal: AbortSignal) => {
    while (outbox.records > 0) {
      await pause(clock, 20, signal);
      signal.throwIfAborted();
    }
  };
  const agent = { events, drain, status: () => ({ outbox }) } as unknown as Agent;
  const deliver = () => {
    outbox.records--;
    events.emit('delivered', { id: 'a', label: 'smoke_alarm', withClip: true });
  };
  const register = () => void events.emit('registered', { id: 'a', label: 'smoke_alarm', late: false });
  return { agent, clock, register, deliver };
}

/** Advances the clock by `ms` and returns the result, or undefined while it is still waiting. */
async function resultAfter(ms: number, clock: FakeClock, rest: Promise<unknown>): Promise<unknown> {
  let result: unknown;
  void rest.then((value) => (result = value));
  await clock.advance(ms);
  return result;
}

const NEVER = new AbortController().signal;

describe('the wait for the cloud after all recordings have ended', () => {
  test('ends at once when nothing is queued', async () => {
    const { agent, clock } = agentWith(0);
    expect(await deliverRest(agent, clock, NEVER)).toBeNull();
  });

  test('ends after 30 s without a delivery, and says how many alerts are still queued', async () => {
    const { agent, clock } = agentWith(2);
    const rest = deliverRest(agent, clock, NEVER);
    expect(await resultAfter(DELIVERY_WAIT_MS - 1, clock, rest)).toBeUndefined();
    expect(await resultAfter(1, clock, rest)).toMatchObject({
      code: 'UNREACHABLE',
      detail:
        '2 alerts are still queued: for 30 s the cloud accepted no alert. They stay on this disk and are sent at the next start.',
    });
  });

  test('continues while the cloud accepts alerts, and ends without an error when it has all of them', async () => {
    const { agent, clock, deliver } = agentWith(2);
    const rest = deliverRest(agent, clock, NEVER);
    expect(await resultAfter(DELIVERY_WAIT_MS - 1, clock, rest)).toBeUndefined();
    deliver();
    expect(await resultAfter(DELIVERY_WAIT_MS - 1, clock, rest)).toBeUndefined();
    deliver();
    expect(await resultAfter(20, clock, rest)).toBeNull();
  });

  test('continues after the cloud has accepted an alert whose recording is not sent yet', async () => {
    const { agent, clock, register, deliver } = agentWith(1);
    const rest = deliverRest(agent, clock, NEVER);
    expect(await resultAfter(DELIVERY_WAIT_MS - 1, clock, rest)).toBeUndefined();
    register();
    expect(await resultAfter(DELIVERY_WAIT_MS - 1, clock, rest)).toBeUndefined();
    deliver();
    expect(await resultAfter(20, clock, rest)).toBeNull();
  });

  test('ends without an error when a stop is requested', async () => {
    const { agent, clock } = agentWith(1);
    const stopping = new AbortController();
    const rest = deliverRest(agent, clock, stopping.signal);
    stopping.abort();
    expect(await rest).toBeNull();
  });

  test('says which alerts are lost because the disk refused them', async () => {
    const { agent, clock } = agentWith(3, 1);
    const error = await resultAfter(DELIVERY_WAIT_MS, clock, deliverRest(agent, clock, NEVER));
    expect(error).toMatchObject({
      detail: expect.stringContaining(
        'The disk refused 1 alert, so it is lost now; 2 alerts on the disk will be sent at the next start.',
      ),
    });
  });
});
