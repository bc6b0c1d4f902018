/// <reference lib="webworker" />
import type { NotificationBody } from '@earshot/shared/contracts/home.ts';
import { notify, onNotificationClick } from './notifications.ts';
import { answerFromShell, answerKeeping, keepShell, tidyShells } from './shell.ts';
import { keepsLastSeen } from '../src/core/last-seen.ts';

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: { url: string; revision: string | null }[] };

// vite-plugin-pwa replaces `self.__WB_MANIFEST` with the list of the built files.
const SHELL_FILES = self.__WB_MANIFEST;

self.addEventListener('install', (event) => event.waitUntil(keepShell(SHELL_FILES).then(() => self.skipWaiting())));

self.addEventListener('activate', (event) => event.waitUntil(tidyShells(SHELL_FILES).then(() => self.clients.claim())));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (keepsLastSeen(url.pathname)) return event.respondWith(answerKeeping(request));
  // All other requests to the API go straight to the network, so clips and the live stream are never stored on the
  // phone.
  if (/^\/(v1|docs|metrics|healthz|readyz)(\/|$)/.test(url.pathname)) return;
  event.respondWith(answerFromShell(request, SHELL_FILES));
});

self.addEventListener('push', (event) => {
  if (event.data) event.waitUntil(notify(self, event.data.json() as NotificationBody));
});

self.addEventListener('notificationclick', (event) => event.waitUntil(onNotificationClick(self, event)));

// The browser's push service may replace a subscription at any time; without this handler the phone would get no more
// alerts.
self.addEventListener('pushsubscriptionchange', (event) => {
  event.waitUntil(resubscribe(event.oldSubscription));
});

async function resubscribe(old: PushSubscription | null): Promise<void> {
  const options = old?.options ?? { userVisibleOnly: true };
  const { endpoint, keys } = (await self.registration.pushManager.subscribe(options)).toJSON();
  await fetch('/v1/channels', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-earshot-app': '1' },
    body: JSON.stringify({ kind: 'webpush', endpoint, keys, userAgent: self.navigator.userAgent.slice(0, 300) }),
  });
}
