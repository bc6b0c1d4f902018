import { beforeAll, expect, test } from '@jest/globals';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { callApi } from './call-api.ts';
import { describeInBrowser } from './describe-in-browser.ts';
import type { Phone } from './phone.ts';
import type { TestHome } from './test-home.ts';

/** EARSHOT_PICTURES=DIR keeps pictures of every state, on a phone and on a narrow one, to be looked at. */
const PICTURES = process.env.EARSHOT_PICTURES;
if (PICTURES) mkdirSync(PICTURES, { recursive: true });

async function picture({ page }: Phone, name: string): Promise<void> {
  if (!PICTURES) return;
  const usual = page.viewportSize();
  for (const width of [320, 390]) {
    await page.setViewportSize({ width, height: usual?.height ?? 844 });
    await page.waitForTimeout(300);
    await page.screenshot({ path: join(PICTURES, `${name}-${width}.png`) });
  }
}

const DEAF = { name: 'default', state: 'deaf', reason: 'all_zero', levelDbfs: null } as const;

describeInBrowser('the app says what it knows, and no more', (app) => {
  let home: TestHome;
  let anna: Phone;
  let jonas: Phone;

  beforeAll(async () => {
    home = await app.open();
    anna = await app.phone('Anna');
    jonas = await app.phone('Jonas', { locale: 'de-DE' });
  }, 60_000);

  test('a device that never reported is not listening', async () => {
    await anna.page.getByRole('heading', { name: 'Not listening' }).waitFor();
    await anna.page.getByText('No report from Kitchen. Check the power and the network there.').waitFor();
    await picture(anna, 'device-silent');
  });

  test('a home with a deaf microphone is not called quiet', async () => {
    await home.beat({ sources: [DEAF] });
    await anna.page.getByText('The microphone hears nothing: Kitchen.').waitFor();
    await anna.page.getByRole('link', { name: /Kitchen.*Hears nothing: only silence arrives/ }).waitFor();
    expect(await anna.page.getByText('All quiet').count()).toBe(0);
    await picture(anna, 'microphone-deaf');
    await jonas.page.getByRole('heading', { name: 'Hört nicht zu' }).waitFor();
    await picture(jonas, 'microphone-deaf-german');
  });

  test('a quiet home also says that only one of two devices listens', async () => {
    const cellar = await home.addDevice('cellar-pi', 'Cellar');
    await home.keepBeating(cellar);
    await anna.page.getByRole('heading', { name: 'All quiet' }).waitFor();
    await anna.page.getByText('Only 1 of 2 devices is listening.').waitFor();
    await picture(anna, 'one-of-two');
    await home.keepBeating();
    await anna.page.getByText('Only 1 of 2').waitFor({ state: 'detached' });
    await picture(anna, 'quiet');
  });

  test.each(['/settings', '/history', '/settings/people'])('an alarm takes over %s', async (path) => {
    const live = anna.page.waitForResponse((response) => response.url().endsWith('/v1/live'));
    await anna.go(path);
    await anna.page.locator('h1').first().waitFor();
    await live;
    await home.smoke();
    await anna.page.getByRole('heading', { name: 'Smoke alarm' }).waitFor({ timeout: 10_000 });
    expect(new URL(anna.page.url()).pathname).toMatch(/^\/incidents\//);
    // A person who leaves the alarm's page still sees the bar.
    await anna.page.getByRole('button', { name: 'Back' }).click();
    await anna.page.getByRole('link', { name: /Smoke alarm · Kitchen/ }).waitFor();
    await picture(anna, 'alarm-elsewhere');
    await callApi(anna, 'DELETE', `/v1/incidents/${await home.openIncidentId()}`);
    await anna.page.getByRole('link', { name: /Smoke alarm · Kitchen/ }).waitFor({ state: 'detached' });
  });

  test('without internet: unknown, grey, and since when', async () => {
    await anna.go('/');
    await anna.page.getByRole('heading', { name: 'All quiet' }).waitFor();
    await anna.context.setOffline(true);
    await anna.page.getByRole('heading', { name: 'Unknown' }).waitFor();
    await anna.page.getByText(/^Earshot has known nothing about your home since \d\d:\d\d\. /).waitFor();
    expect(await anna.page.getByText(/All quiet|Listening/).count()).toBe(0);
    await picture(anna, 'offline');
    await anna.context.setOffline(false);
    await anna.page.getByRole('heading', { name: 'All quiet' }).waitFor({ timeout: 20_000 });
  });

  test('a removed member sees that they were removed, not "no connection"', async () => {
    const mia = await app.phone('Mia');
    const { items } = await callApi<{ items: { id: string; name: string }[] }>(anna, 'GET', '/v1/members');
    await callApi(anna, 'DELETE', `/v1/members/${items.find(({ name }) => name === 'Mia')!.id}`);
    await mia.page.getByRole('heading', { name: 'You were removed from Birch Street 4' }).waitFor();
    await picture(mia, 'removed');
    await mia.context.close();
  });

  test('after another member deleted the home, every phone says so', async () => {
    await anna.page.getByRole('heading', { name: 'All quiet' }).waitFor();
    const away = await app.phone('Olga');
    await away.page.goto('about:blank');
    const { items } = await callApi<{ items: { id: string; name: string }[] }>(anna, 'GET', '/v1/members');
    await callApi(anna, 'PATCH', `/v1/members/${items.find(({ name }) => name === 'Jonas')!.id}`, { role: 'owner' });
    await callApi(jonas, 'DELETE', '/v1/home', { confirm: 'Birch Street 4' });
    await anna.page.getByRole('heading', { name: 'Birch Street 4 was deleted' }).waitFor();
    await picture(anna, 'home-deleted');
    await anna.page.getByRole('link', { name: 'Join a home' }).click();
    await anna.page.getByLabel('Pairing code').waitFor();
    // A phone that was closed meanwhile shows it when it is opened again.
    await away.go('/');
    await away.page.getByRole('heading', { name: /was deleted/ }).waitFor();
    await away.context.close();
  });

  test('no page had an error', () => {
    expect([...anna.problems, ...jonas.problems]).toEqual([]);
  });

  test('a home whose server does not answer is not called quiet', async () => {
    const code = await app.newHome();
    await anna.go(`/pair?code=${code}`);
    await anna.page.getByLabel('Your name').fill('Anna');
    await anna.page.getByRole('button', { name: 'Join the home' }).click();
    await anna.page.waitForURL('**/start');
    await anna.go('/');
    await anna.page.getByRole('heading', { name: 'Not listening' }).waitFor();
    await anna.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await app.stopCloud();
    await anna.page.getByText(/^The Earshot server does not answer\. Nothing new has arrived since/).waitFor();
    await anna.page.getByRole('heading', { name: 'Unknown' }).waitFor();
    await picture(anna, 'server-down');
    await anna.go('/settings');
    await anna.page.getByText(/^The Earshot server does not answer/).waitFor();
  });
});
