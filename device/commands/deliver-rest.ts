import type { Clock } from '@earshot/shared/clock.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { pause } from '@earshot/shared/lifecycle/pause.ts';
import { counted } from '@earshot/shared/wording.ts';
import type { Agent } from '../agent-types.ts';

/**
 * After its recordings have ended, the device gives up when the cloud has accepted no alert for this long. The first
 * five retries of a failed delivery fall into this time (back-off.ts), so a cloud that restarts is still reached.
 */
export const DELIVERY_WAIT_MS = 30_000;

/**
 * Waits until the cloud has every alert. Returns null then, or when the signal aborts; otherwise an error that says how
 * many alerts are still queued.
 */
export async function deliverRest(
  agent: Pick<Agent, 'events' | 'drain' | 'status'>,
  clock: Clock,
  signal: AbortSignal,
  waitMs = DELIVERY_WAIT_MS,
): Promise<EarshotError | null> {
  let progressAtMs = clock.monotonicMs();
  const onProgress = (): void => void (progressAtMs = clock.monotonicMs());
  // The cloud accepts an alert first, and its recording afterwards.
  agent.events.on('registered', onProgress);
  agent.events.on('delivered', onProgress);
  const over = new AbortController();
  const stop = AbortSignal.any([signal, over.signal]);
  const untilNoProgress = async () => {
    for (;;) {
      const leftMs = progressAtMs + waitMs - clock.monotonicMs();
      if (leftMs <= 0 || stop.aborted) return;
      await pause(clock, leftMs, stop);
    }
  };
  await Promise.race([agent.drain(stop).catch(() => undefined), untilNoProgress()]);
  over.abort();
  const { records, inMemory = 0 } = agent.status().outbox;
  return signal.aborted || records === 0 ? null : stillQueued(records, inMemory, waitMs);
}

function stillQueued(records: number, inMemory: number, waitMs: number): EarshotError {
  const queued = `${counted(records, 'alert')} ${records === 1 ? 'is' : 'are'} still queued: for ${waitMs / 1000} s the cloud accepted no alert.`;
  const kept = counted(records - inMemory, 'alert');
  const fate =
    inMemory === 0
      ? `${records === 1 ? 'It stays on this disk and is' : 'They stay on this disk and are'} sent at the next start.`
      : `The disk refused ${counted(inMemory, 'alert')}, so ${inMemory === 1 ? 'it is' : 'they are'} lost now; ${kept} on the disk will be sent at the next start.`;
  return new EarshotError('UNREACHABLE', `${queued} ${fate}`);
}
