import type { ChannelRequest, ChannelView } from '@earshot/shared/contracts/home.ts';
import { call } from './api.ts';

export async function registerWorker(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  try {
    await navigator.serviceWorker.register('/service-worker.js', { type: 'classic', updateViaCache: 'none' });
  } catch {
    // Without HTTPS, service workers are not available: the app works, but not offline and without push. The hint about
    // push says so.
  }
}

export type PushState = 'unsupported' | 'denied' | 'ask' | 'on';

export async function pushState(): Promise<PushState> {
  if (!('serviceWorker' in navigator) || !('PushManager' in globalThis) || !('Notification' in globalThis))
    return 'unsupported';
  if (Notification.permission === 'denied') return 'denied';
  const registration = await navigator.serviceWorker.getRegistration();
  if (!registration) return 'unsupported';
  return (await registration.pushManager.getSubscription()) ? 'on' : 'ask';
}

/**
 * Asks the person for permission, then the browser's push service for a subscription, then registers it with the cloud.
 * Must be called while a tap is handled, because browsers require that.
 */
export async function allowPush(vapidPublicKey: string): Promise<{ state: PushState; channel: ChannelView | null }> {
  if ((await Notification.requestPermission()) !== 'granted') return { state: await pushState(), channel: null };
  const registration = await navigator.serviceWorker.ready;
  const subscription = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: bytesOf(vapidPublicKey),
  });
  const request = channelOf(subscription.toJSON(), navigator.userAgent);
  return { state: 'on', channel: await call<ChannelView>('POST', '/v1/channels', request) };
}

export async function unsubscribePush(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration();
  await (await registration?.pushManager.getSubscription())?.unsubscribe();
}

function channelOf(subscription: PushSubscriptionJSON, userAgent: string): ChannelRequest {
  return {
    kind: 'webpush',
    endpoint: subscription.endpoint ?? '',
    keys: { p256dh: subscription.keys?.p256dh ?? '', auth: subscription.keys?.auth ?? '' },
    userAgent: userAgent.slice(0, 300),
  };
}

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64url.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
}
