import type { Clock } from '@earshot/shared/clock.ts';
import { pause } from '@earshot/shared/lifecycle/pause.ts';

/**
 * Even slow push services answer within this time. After it, the next channel is tried as well, while the first attempt continues.
 */
const ALONE_MS = 3_000;
/** When the first channel hangs, further channels start at this interval: the twentieth starts 12 s after the first. */
const STAGGER_MS = 500;

/**
 * Tries channels in their order until one delivers. The next channel starts when the previous attempt failed or did not answer in time. A
 * hanging attempt continues meanwhile, so that time-outs do not add up. When a channel has delivered, the other attempts are aborted.
 * Returns null when no channel delivered.
 */
export async function firstDelivered<Channel>(
  channels: readonly Channel[],
  clock: Clock,
  attempt: (channel: Channel, signal: AbortSignal) => Promise<boolean>,
): Promise<Channel | null> {
  const delivered = new AbortController();
  let winner: Channel | null = null;
  const attempts: Promise<void>[] = [];
  for (const [at, channel] of channels.entries()) {
    if (delivered.signal.aborted) break;
    const one = attempt(channel, delivered.signal).then((isDelivered) => {
      if (!isDelivered || winner !== null) return;
      winner = channel;
      delivered.abort();
    });
    attempts.push(one);
    const ended = new AbortController();
    const waiting = AbortSignal.any([delivered.signal, ended.signal]);
    await Promise.race([one, pause(clock, at === 0 ? ALONE_MS : STAGGER_MS, waiting)]);
    ended.abort();
  }
  await Promise.all(attempts);
  return winner;
}
