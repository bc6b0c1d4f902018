import type { LiveEvent } from '@earshot/shared/contracts/home.ts';

const TYPES: LiveEvent['type'][] = ['incident', 'incident_deleted', 'device', 'settings', 'members'];
/**
 * The first retry comes after 0.5 s, because most interruptions are short. The wait grows to at most 15 s, so that an
 * open page is soon up to date again.
 */
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 15_000;

export interface LiveHandlers {
  onEvent: (event: LiveEvent) => void;
  /** Called each time the stream is connected, so that the app can load the changes that it missed before. */
  onOpen: () => void;
  onLost: () => void;
}

/**
 * Follows the live stream. EventSource retries after a network failure by itself, but it gives up after an HTTP error
 * (e.g. a proxy's 502) and does not notice that the phone has just woken up. This function reconnects in both cases.
 */
export function followLive(handlers: LiveHandlers, signal: AbortSignal): void {
  let source: EventSource | undefined;
  let retryMs = FIRST_RETRY_MS;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const connect = () => {
    clearTimeout(timer);
    source?.close();
    source = new EventSource('/v1/live');
    source.onopen = () => {
      retryMs = FIRST_RETRY_MS;
      handlers.onOpen();
    };
    source.onerror = () => {
      handlers.onLost();
      source?.close();
      timer = setTimeout(connect, retryMs);
      retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
    };
    for (const type of TYPES) {
      source.addEventListener(type, (event) =>
        handlers.onEvent(JSON.parse((event as MessageEvent<string>).data) as LiveEvent),
      );
    }
  };

  const wake = () => {
    if (document.visibilityState === 'visible' && source?.readyState !== EventSource.OPEN) connect();
  };
  document.addEventListener('visibilitychange', wake, { signal });
  addEventListener('online', connect, { signal });
  addEventListener('offline', handlers.onLost, { signal });
  signal.addEventListener('abort', () => {
    clearTimeout(timer);
    source?.close();
  });
  connect();
}
