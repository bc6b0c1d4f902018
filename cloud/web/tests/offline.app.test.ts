import { beforeAll, expect, test } from '@jest/globals';
import { callApi } from './call-api.ts';
import { describeInBrowser } from './describe-in-browser.ts';
import type { Phone } from './phone.ts';
import type { TestHome } from './test-home.ts';

describeInBrowser('the app without a connection', (app) => {
  let home: TestHome;
  let anna: Phone;

  beforeAll(async () => {
    home = await app.open();
    await home.keepBeating();
    anna = await app.phone('Anna');
    await anna.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    // Visit again: the service worker was not active during the first visit, and saves only answers that pass through
    // it.
    await anna.go('/');
    await anna.page.getByRole('heading', { name: 'All quiet' }).waitFor();
  }, 60_000);

  test('pages open offline, and the home page says since when its state is unknown, instead of "All quiet"', async () => {
    await anna.context.setOffline(true);
    await anna.go('/');
    await anna.page.getByRole('heading', { name: 'Unknown' }).waitFor();
    await anna.page
      .getByText(/^There is no internet connection here\. Nothing new has arrived since \d\d:\d\d\.$/)
      .waitFor();
    await anna.page.getByRole('link', { name: /Kitchen.*Not known at the moment/ }).waitFor();
    expect(await anna.page.getByText(/All quiet|Listening|siren/).count()).toBe(0);
    await anna.go('/settings/privacy');
    await anna.page.getByText('Your home is not recorded.').waitFor();
    await anna.go('/history');
    await anna.page.getByText('There is no internet connection here.', { exact: true }).waitFor();
    await anna.page.getByRole('button', { name: 'Try again' }).waitFor();
  });

  test('a change of the mode fails offline with a message, and the mode stays the same', async () => {
    await anna.go('/');
    await anna.page.getByRole('radio', { name: 'Night' }).click({ force: true });
    await anna.page.getByRole('alert').filter({ hasText: 'There is no internet connection here.' }).waitFor();
    await anna.page.waitForFunction(
      () => document.querySelector<HTMLInputElement>('input[value=home]')?.checked === true,
    );
  });

  test('back online, the app shows an alarm without a reload', async () => {
    await anna.context.setOffline(false);
    await home.smoke();
    // The app reconnects after at most 15 s, but on a busy machine this test once took more than 40 s.
    await anna.page.getByRole('heading', { name: 'Smoke alarm' }).waitFor({ timeout: 100_000 });
    expect(await anna.page.locator('.offline').count()).toBe(0);
  }, 120_000);

  test('an alert that was deleted while the phone was offline is not shown from the phone’s cache', async () => {
    await anna.go('/');
    await anna.page.getByRole('heading', { name: 'Smoke alarm' }).waitFor();
    await anna.page.goto('about:blank');
    const jonas = await app.phone('Jonas');
    await callApi(jonas, 'DELETE', `/v1/incidents/${await home.openIncidentId()}`);
    await anna.go('/');
    await anna.page.getByRole('heading', { name: 'All quiet' }).waitFor();
    expect(new URL(anna.page.url()).pathname).toBe('/');
  });

  test('the app can be installed: it has a manifest, icons and a service worker that answers', async () => {
    const session = await anna.context.newCDPSession(anna.page);
    const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
    // Ignore one error: a test browser is always a private window, in which no app can be installed.
    expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito')).toEqual([]);
    const { errors, data } = await session.send('Page.getAppManifest');
    expect(errors).toEqual([]);
    const manifest = JSON.parse(data ?? '{}') as {
      icons: { src: string }[];
      shortcuts: { name: string; url: string }[];
      screenshots: { src: string; sizes: string; form_factor: string }[];
    };
    expect(manifest).toMatchObject({ name: 'Earshot', display: 'standalone', start_url: '/' });
    for (const { src, sizes } of manifest.screenshots) {
      const size = await anna.page.evaluate(async (url) => {
        const { width, height } = await createImageBitmap(await (await fetch(url)).blob());
        return `${width}x${height}`;
      }, src);
      expect([src, size]).toEqual([src, sizes]);
    }
    expect(new Set(manifest.screenshots.map((each) => each.form_factor))).toEqual(new Set(['narrow', 'wide']));
    for (const { name, url } of manifest.shortcuts) {
      await anna.go(url);
      await anna.page.getByRole('heading', { name, level: 1 }).waitFor();
    }
  });
});
