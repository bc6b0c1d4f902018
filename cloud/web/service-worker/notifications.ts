import type { NotificationBody } from '@earshot/shared/contracts/home.ts';
import { LANGUAGE_KEY, LAST_SEEN } from '../src/core/last-seen.ts';
import { de } from '../src/words/de.ts';
import { en, type Words } from '../src/words/en.ts';

/** Data that the browser stores with the notification, for `notificationclick`. */
interface Data {
  incidentId: string;
  url: string;
  /** Whether the number on the app's icon counts this alert. */
  loud: boolean;
}

const isMarkedFalse = (step: string): boolean => step.startsWith('marked_false');

/**
 * Whether the notification makes a sound. The test message of a channel does. An alarm test does not, and neither does
 * an update that says that the alarm ended or was false.
 */
function rings({ step, test }: NotificationBody): boolean {
  if (step === 'test') return true;
  return !test && step !== 'all_clear' && step !== 'update:rejected' && !isMarkedFalse(step);
}

/**
 * Every browser that supports Web Push has `actions`, `renotify` and `vibrate`, but TypeScript's library lacks them.
 */
interface FullOptions extends NotificationOptions {
  actions?: { action: string; title: string }[];
  renotify?: boolean;
  vibrate?: number[];
  timestamp?: number;
}

export async function notify(self: ServiceWorkerGlobalScope, body: NotificationBody): Promise<void> {
  const words = await spokenWords(self);
  const safety = body.class === 'safety';
  const over = body.step === 'all_clear' || isMarkedFalse(body.step);
  const ringing = rings(body);
  const options: FullOptions = {
    body: bodyOf(body, words),
    // Each incident has one notification: later messages, such as the verdict, replace the first one.
    tag: body.incidentId,
    renotify: ringing,
    silent: !ringing,
    // The notification stays until a person acts on it.
    requireInteraction: safety && !over && !body.test,
    ...(ringing && safety ? { vibrate: [500, 200, 500, 200, 500, 1500, 500, 200, 500, 200, 500] } : {}),
    icon: '/icon-192.png',
    badge: '/badge-96.png',
    timestamp: Date.parse(body.at),
    actions:
      body.class === 'upkeep' || over
        ? []
        : [
            { action: 'listen', title: words.notification.listen },
            { action: 'acknowledge', title: words.notification.acknowledge },
          ],
    data: { incidentId: body.incidentId, url: pathOf(body.url), loud: ringing } satisfies Data,
  };
  // Cache the alert now, so that its page opens at once when the person taps the notification.
  const fetched = keepIncident(body.incidentId);
  await self.registration.showNotification(titleOf(body, words), options);
  await closeThose(self, body.alsoOver ?? []);
  await fetched;
  await countOnIcon(self);
}

/** Closes the notifications of these incidents. */
async function closeThose(self: ServiceWorkerGlobalScope, incidentIds: readonly string[]): Promise<void> {
  for (const tag of incidentIds) for (const shown of await self.registration.getNotifications({ tag })) shown.close();
}

function bodyOf(body: NotificationBody, words: Words): string {
  if (!words.notification.title || !words.sounds[body.label]) return body.body;
  if (isMarkedFalse(body.step)) return words.notification.markedFalse;
  const notice = words.notices[body.label];
  if (notice) return notice;
  const reason = body.step === 'all_clear' || !body.reason ? undefined : words.reasons.named[body.reason];
  return [reason, words.verdicts[body.verdict]].filter(Boolean).join('. ');
}

/**
 * The title in the phone's language. The rooms are taken from the cloud's English title, e.g. "Smoke alarm · Kitchen",
 * because no other field contains them.
 */
function titleOf(body: NotificationBody, words: Words): string {
  const sound = words.sounds[body.label];
  if (!words.notification.title || !sound) return body.title;
  return words.notification.title(body.step, sound, body.title.split(' · ')[1] ?? '', body.test);
}

export async function onNotificationClick(self: ServiceWorkerGlobalScope, event: NotificationEvent): Promise<void> {
  const { incidentId, url } = event.notification.data as Data;
  event.notification.close();
  if (event.action === 'acknowledge') {
    if (await acknowledge(incidentId)) return countOnIcon(self);
    // The action failed (no connection, or signed out). The page that opens says why and offers the button again.
  }
  await open(self, event.action === 'listen' ? `${url}?listen` : url);
}

async function open(self: ServiceWorkerGlobalScope, path: string): Promise<void> {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const window = windows[0];
  if (!window) {
    await self.clients.openWindow(path);
    return;
  }
  window.postMessage({ go: path });
  // The browser refuses the focus if the tap was too long ago. The window shows the new page anyway.
  await window.focus().catch(() => undefined);
}

async function acknowledge(incidentId: string): Promise<boolean> {
  try {
    const answer = await fetch(`/v1/incidents/${incidentId}/acknowledge`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-earshot-app': '1' },
      body: JSON.stringify({ acknowledged: true }),
    });
    return answer.ok;
  } catch {
    return false;
  }
}

async function keepIncident(incidentId: string): Promise<void> {
  const path = `/v1/incidents/${incidentId}`;
  try {
    const answer = await fetch(path, { signal: AbortSignal.timeout(5000) });
    if (answer.ok) await (await caches.open(LAST_SEEN)).put(path, answer);
  } catch {
    // The fetch failed. The page will fetch the alert itself.
  }
}

async function countOnIcon(self: ServiceWorkerGlobalScope): Promise<void> {
  const shown = await self.registration.getNotifications();
  const { navigator } = self as unknown as { navigator: { setAppBadge?: (count: number) => Promise<void> } };
  await navigator.setAppBadge?.(shown.filter((each) => (each.data as Data | null)?.loud).length);
}

async function spokenWords(self: ServiceWorkerGlobalScope): Promise<Words> {
  const chosen = await (await caches.open(LAST_SEEN)).match(LANGUAGE_KEY);
  const language = chosen ? await chosen.text() : self.navigator.language;
  return language.startsWith('de') ? de : en;
}

/** Keeps only path and query of a URL, so that a notification can open only pages of this app. */
const pathOf = (url: string): string => {
  const { pathname, search } = new URL(url, 'https://app.invalid');
  return pathname + search;
};
