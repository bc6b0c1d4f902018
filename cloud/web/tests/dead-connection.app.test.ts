import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { LIVE_BEAT_MS } from '@earshot/shared/contracts/live-beat.ts';
import { describeInBrowser } from './describe-in-browser.ts';
import type { Phone } from './phone.ts';
import { Router } from './router.ts';
import type { TestHome } from './test-home.ts';

describeInBrowser('a connection that is open but dead', (app) => {
  let home: TestHome;
  let router: Router;
  let anna: Phone;

  beforeAll(async () => {
    home = await app.open();
    await home.keepBeating();
    router = await Router.to(home.url);
    anna = await app.phone('Anna');
    await anna.page.clock.install();
    await anna.page.goto(router.url);
    await anna.page.getByRole('heading', { name: 'All quiet' }).waitFor();
  }, 60_000);
  afterAll(() => router[Symbol.asyncDispose]());

  test('is no longer called quiet after 40 s, and the page finds a connection that works', async () => {
    // A real browser delivers the beats to the page. By then the page's first requests are answered, so the browser
    // keeps their connections for later requests.
    await anna.page.evaluate(async () => {
      const source = new EventSource('/v1/live');
      await new Promise((resolve) => source.addEventListener('beat', resolve));
      source.close();
    });
    router.loseConnections();
    await anna.page.clock.pauseAt(Date.now() + 2.7 * LIVE_BEAT_MS);
    await anna.page.getByRole('heading', { name: 'Unknown' }).waitFor();
    expect(await anna.page.getByText(/All quiet|Listening/).count()).toBe(0);
    await anna.page.clock.resume();
    // The browser uses dead connections of its pool first. The app gives each of them up after 10 s.
    await anna.page.getByRole('heading', { name: 'All quiet' }).waitFor({ timeout: 60_000 });
  });
});
