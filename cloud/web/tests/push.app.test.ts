import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Worker } from 'playwright-core';
import { describeInBrowser } from './describe-in-browser.ts';
import { eventually } from './eventually.ts';
import type { Phone } from './phone.ts';
import { PushDelivery, shownNotifications, tapNotification } from './push-delivery.ts';
import { PushService, type Delivered } from './push-service.ts';
import type { TestHome } from './test-home.ts';

describeInBrowser('Web Push, from the device to the notification', (app) => {
  let service: PushService;
  let home: TestHome;
  let anna: Phone;
  let worker: Worker;
  let delivery: PushDelivery;
  let opened: Delivered;

  beforeAll(async () => {
    service = await PushService.start();
    home = await app.open({ pushCa: service.certificate });
    anna = await app.unpairedPhone();
    await anna.context.grantPermissions(['notifications'], { origin: home.url });
    await anna.context.addInitScript(answerSubscribeWith, service.subscription());
    await anna.pairAs(home, 'Anna');
    delivery = await PushDelivery.to(anna.page);
    worker = anna.context.serviceWorkers()[0] ?? (await anna.context.waitForEvent('serviceworker'));
  }, 60_000);

  afterAll(() => service[Symbol.asyncDispose]());

  test('the app says why it wants to send notifications, and asks the browser for permission only after a tap', async () => {
    const { page } = anna;
    await anna.go('/settings/channels');
    await page.getByText(/Otherwise you only see alerts while Earshot is open\./).waitFor();
    await page.getByRole('button', { name: 'Allow alerts' }).click();
    await page.getByText('Alerts are allowed on this phone.').waitFor();
    await page.getByRole('button', { name: /Send me a test/ }).click();
    const { body } = await service.next();
    expect(body.title).toBe('Test from Earshot');
    await page.getByText('The test was sent. It should arrive in a moment.').waitFor();
  });

  test('the push message of an alarm is encrypted and urgent, and names the sound, the room and the rhythm without numbers', async () => {
    await home.smoke();
    opened = await service.next();
    expect(opened.headers).toMatchObject({ urgency: 'high', 'content-encoding': 'aes128gcm' });
    expect(opened.headers.authorization).toMatch(/^vapid t=/);
    expect(opened.body.title).toBe('Smoke alarm · Kitchen');
    expect(opened.body.body).toMatch(/: Sounds in the rhythm of a smoke alarm\. \D*$/);
  });

  test('the service worker shows a pushed alarm with the buttons listen and acknowledge, until somebody acts', async () => {
    await delivery.deliver(opened.body);
    expect(
      await eventually(
        () => shownNotifications(anna.page),
        (shown) => shown.length > 0,
      ),
    ).toEqual([
      {
        title: 'Smoke alarm · Kitchen',
        body: opened.body.body,
        tag: opened.body.incidentId,
        actions: ['listen', 'acknowledge'],
        requireInteraction: true,
        silent: false,
      },
    ]);
  });

  test('an update of an incident replaces its notification instead of adding a second one', async () => {
    const titled = (start: string) =>
      eventually(
        () => shownNotifications(anna.page),
        ([shown]) => shown?.title.startsWith(start) ?? false,
      );
    await delivery.deliver({ ...opened.body, step: 'all_clear', title: 'All clear: Smoke alarm · Kitchen' });
    expect(await titled('All clear')).toMatchObject([{ silent: true, requireInteraction: false, actions: [] }]);
    await delivery.deliver(opened.body);
    expect(await titled('Smoke')).toHaveLength(1);
  });

  test('the all-clear of one alert closes the notification of another alert that is over, and of no other', async () => {
    const [hall, attic] = ['01890000-0000-7000-8000-000000000001', '01890000-0000-7000-8000-000000000002'];
    for (const incidentId of [hall, attic]) await delivery.deliver({ ...opened.body, incidentId });
    const tags = async () => (await shownNotifications(anna.page)).map(({ tag }) => tag).sort();
    expect(await eventually(tags, (now) => now.length === 3)).toEqual([hall, attic, opened.body.incidentId].sort());
    await delivery.deliver({ ...opened.body, step: 'all_clear', alsoOver: [hall] });
    expect(await eventually(tags, (now) => now.length < 3)).toEqual([attic, opened.body.incidentId].sort());
    await delivery.deliver({ ...opened.body, alsoOver: [attic] });
    expect(await eventually(tags, (now) => now.length < 2)).toEqual([opened.body.incidentId]);
  });

  test('the button "listen" of a notification opens the incident and plays its recording', async () => {
    await tapNotification(worker, 'listen');
    await anna.page.waitForURL(`${home.url}/incidents/${opened.body.incidentId}?listen`);
    await anna.page.waitForFunction(() => (document.querySelector('audio')?.currentTime ?? 0) > 0.1);
    expect(await shownNotifications(anna.page)).toEqual([]);
  });

  test('the app shows a pushed alert from its cache within one second, before the network answers', async () => {
    await anna.page.close();
    const page = await anna.context.newPage();
    // The API answers late, as over a weak mobile connection. The app's files and the incident are already in the
    // phone's cache.
    await worker.evaluate(answerApiAfter, 5_000);
    await page.goto(`${home.url}/incidents/${opened.body.incidentId}`, { waitUntil: 'commit' });
    await page.getByRole('heading', { name: 'Smoke alarm' }).waitFor();
    const paintedMs = await page.evaluate(() => performance.now());
    expect(paintedMs).toBeLessThan(1_000);
    await worker.evaluate(answerApiAfter, 0);
  });

  test('the button "acknowledge" of a notification acknowledges the alert without opening the app', async () => {
    const page = anna.context.pages()[0]!;
    await page.goto(`${home.url}/settings`);
    await (await PushDelivery.to(page)).deliver(opened.body);
    await eventually(
      () => shownNotifications(page),
      (shown) => shown.length === 1,
    );
    await tapNotification(worker, 'acknowledge');
    await eventually(
      () => shownNotifications(page),
      (shown) => shown.length === 0,
    );
    const by = () =>
      page.evaluate(async (id) => {
        const incident = (await (await fetch(`/v1/incidents/${id}`)).json()) as { acknowledged: { by: string } | null };
        return incident.acknowledged?.by;
      }, opened.body.incidentId);
    await eventually(by, (name) => name === 'Anna');
    expect(new URL(page.url()).pathname).toBe('/settings');
  });

  test('a phone set to German gets notifications in German', async () => {
    const page = anna.context.pages()[0]!;
    await page.goto(`${home.url}/settings/phone`);
    await page.getByRole('radio', { name: 'Deutsch' }).check({ force: true });
    await page.getByRole('heading', { name: 'Dieses Telefon' }).waitFor();
    await (await PushDelivery.to(page)).deliver({ ...opened.body, step: 'repeat:1' });
    expect(
      await eventually(
        () => shownNotifications(page),
        (shown) => shown.length > 0,
      ),
    ).toMatchObject([
      {
        title: 'Noch offen: Rauchmelder · Kitchen',
        body: expect.stringMatching(/^Klänge im Rhythmus eines Rauchmelders\. /),
      },
    ]);
    const incidentId = '01890000-0000-7000-8000-000000000003';
    const silent = { incidentId, label: 'device_silent', step: 'upkeep', class: 'upkeep' as const, reason: null };
    await (await PushDelivery.to(page)).deliver({ ...opened.body, ...silent });
    const shown = await eventually(
      () => shownNotifications(page),
      (all) => all.length > 1,
    );
    expect(shown.find(({ tag }) => tag === incidentId)?.body).toMatch(/^Dieses Gerät .*Prüfe/);
  });
});

/** Runs in the service worker: delays all calls of the app to the API, which pass through the service worker. */
function answerApiAfter(delayMs: number): void {
  const scope = globalThis as unknown as { fetch: typeof fetch; quickFetch?: typeof fetch };
  const quick = (scope.quickFetch ??= scope.fetch.bind(globalThis));
  scope.fetch = async (...request) => {
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    return quick(...request);
  };
}

/**
 * Runs in the page: makes `pushManager.subscribe` return the test's subscription. A real browser would get a
 * subscription from its vendor's push service.
 */
function answerSubscribeWith(made: { endpoint: string; keys: Record<string, string> }): void {
  if (!('PushManager' in window)) return;
  const subscription = {
    ...made,
    toJSON: () => made,
    unsubscribe: () => Promise.resolve(true),
  } as unknown as PushSubscription;
  let current: PushSubscription | null = null;
  PushManager.prototype.subscribe = () => Promise.resolve((current = subscription));
  PushManager.prototype.getSubscription = () => Promise.resolve(current);
}
