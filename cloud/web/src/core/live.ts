import type { LiveEvent } from '@earshot/shared/contracts/home.ts';
import { LIVE_BEAT_MS } from '@earshot/shared/contracts/live-beat.ts';

const TYPES: LiveEvent['type'][] = ['incident', 'incident_deleted', 'device', 'settings', 'members', 'beat'];
/**
 * The first retry comes after 0.5 s, because most interruptions are short. The wait grows to at most 15 s, so that an
 * open page is soon up to date again.
 */
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 15_000;
/** An attempt to connect gets as much time as a call of the API: long enough for a bad mobile network. */
const CONNECT_MS = 10_000;
/** One beat may be lost and the next one late. After a longer silence the connection counts as lost. */
const SILENCE_MS = 2.5 * LIVE_BEAT_MS;
/** Timers stand still while a computer sleeps. So an open page checks this often, by the clock, whether it is late. */
const CHECK_MS = 5_000;

export interface LiveHandlers {
  /** Called with every event, also with the beats. The connection counts as lost if the promise rejects. */
  onEvent: (event: LiveEvent) => void | Promise<void>;
  /** Called each time the stream is connected: loads the changes that the app missed before. */
  load: () => Promise<void>;
  /** Called when the stream is connected and `load` has succeeded. If `load` fails, the connection counts as lost. */
  onLive: () => void;
  /** Called each time the connection or an attempt to connect is lost. */
  onLost: () => void;
}

/**
 * Follows the live stream until the signal aborts. EventSource retries after a network failure by itself, but it gives
 * up after an HTTP error (e.g. a proxy's 502). It does not notice that a connection is dead (e.g. after the phone has
 * slept or changed its network, until TCP gives up after a quarter of an hour) or that an attempt hangs. This function
 * reconnects in all these cases. It never has more than one source.
 */
export function followLive(handlers: LiveHandlers, signal: AbortSignal): void {
  // The random id lets the cloud replace this page's old stream, which may seem alive there.
  const address = `/v1/live?page=${Math.random().toString(36).slice(2)}`;
  let source: EventSource | undefined;
  let retryMs = FIRST_RETRY_MS;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** What happens next unless something arrives, and when, by the clock. */
  let next: () => void = () => undefined;
  let nextAtMs = Infinity;

  const plan = (waitMs: number, action: () => void) => {
    clearTimeout(timer);
    next = action;
    nextAtMs = Date.now() + waitMs;
    timer = setTimeout(action, waitMs);
  };
  const isLate = () => Date.now() >= nextAtMs;

  const connect = () => {
    source?.close();
    const mine = (source = new EventSource(address));
    plan(CONNECT_MS, lose);
    const loseIfCurrent = () => {
      if (source === mine) lose();
    };
    mine.onopen = () => {
      plan(SILENCE_MS, lose);
      handlers.load().then(() => {
        if (source !== mine) return;
        retryMs = FIRST_RETRY_MS;
        handlers.onLive();
      }, loseIfCurrent);
    };
    mine.onerror = lose;
    for (const type of TYPES) {
      mine.addEventListener(type, (message) => {
        // A page that has slept may first get what arrived before it slept. That does not show that the connection
        // still works.
        if (isLate()) return lose();
        plan(SILENCE_MS, lose);
        const event = JSON.parse((message as MessageEvent<string>).data) as LiveEvent;
        handlers.onEvent(event)?.catch(loseIfCurrent);
      });
    }
  };

  const lose = () => {
    source?.close();
    source = undefined;
    plan(retryMs, connect);
    retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
    handlers.onLost();
  };

  const connectNow = () => {
    // Until the new stream is open, no event arrives. So the page must not show the home as known, not even briefly.
    if (source && (source.readyState === EventSource.OPEN || isLate())) handlers.onLost();
    retryMs = FIRST_RETRY_MS;
    connect();
  };
  const wake = () => {
    if (document.visibilityState !== 'visible') return;
    if (source?.readyState !== EventSource.OPEN || isLate()) connectNow();
  };
  document.addEventListener('visibilitychange', wake, { signal });
  addEventListener('online', connectNow, { signal });
  addEventListener('offline', lose, { signal });
  const check = setInterval(() => {
    if (isLate()) next();
  }, CHECK_MS);
  signal.addEventListener('abort', () => {
    clearTimeout(timer);
    clearInterval(check);
    source?.close();
    source = undefined;
  });
  connect();
}
