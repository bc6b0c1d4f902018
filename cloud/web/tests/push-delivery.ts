import type { CDPSession, Page, Worker } from 'playwright-core';

interface Registration {
  registrationId: string;
  scopeURL: string;
}

/**
 * Simulates the last step of a push: DevTools hands the decrypted message to the service worker, which runs its real
 * handler.
 */
export class PushDelivery {
  private readonly session: CDPSession;
  private readonly registration: Registration;

  private constructor(session: CDPSession, registration: Registration) {
    this.session = session;
    this.registration = registration;
  }

  static async to(page: Page): Promise<PushDelivery> {
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    const session = await page.context().newCDPSession(page);
    const registered = new Promise<Registration>((resolve) => {
      session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
        if (registrations[0]) resolve(registrations[0]);
      });
    });
    await session.send('ServiceWorker.enable');
    return new PushDelivery(session, await registered);
  }

  async deliver(body: unknown): Promise<void> {
    const { registrationId, scopeURL } = this.registration;
    await this.session.send('ServiceWorker.deliverPushMessage', {
      origin: new URL(scopeURL).origin,
      registrationId,
      data: JSON.stringify(body),
    });
  }
}

export interface Shown {
  title: string;
  body: string;
  tag: string;
  actions: string[];
  requireInteraction: boolean;
  silent: boolean | null;
}

export const shownNotifications = (page: Page): Promise<Shown[]> =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    return (await registration.getNotifications()).map((shown) => ({
      title: shown.title,
      body: shown.body,
      tag: shown.tag,
      actions: (shown as Notification & { actions: { action: string }[] }).actions.map(({ action }) => action),
      requireInteraction: shown.requireInteraction,
      silent: shown.silent,
    }));
  });

/**
 * No tool can tap a notification in a headless browser, so this calls the worker's real handler with the real
 * notification.
 */
export const tapNotification = (worker: Worker, action: string): Promise<void> =>
  worker.evaluate(async (chosen) => {
    const scope = globalThis as unknown as {
      registration: ServiceWorkerRegistration;
      dispatchEvent(event: Event): boolean;
      NotificationEvent: new (type: string, init: object) => Event;
    };
    const [notification] = await scope.registration.getNotifications();
    scope.dispatchEvent(new scope.NotificationEvent('notificationclick', { notification, action: chosen }));
  }, action);
