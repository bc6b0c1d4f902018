import { beforeAll, expect, test } from '@jest/globals';
import { callApi } from './call-api.ts';
import { describeInBrowser } from './describe-in-browser.ts';
import { eventually } from './eventually.ts';
import type { Phone } from './phone.ts';
import type { TestHome } from './test-home.ts';
import type { Incident } from '@earshot/shared/contracts/home.ts';

describeInBrowser('a sound that the second check ruled out', (app) => {
  let home: TestHome;
  let anna: Phone;

  beforeAll(async () => {
    home = await app.open({
      scorer: { score: async ({ evidence }) => ({ scores: { [evidence.label]: 0.1 }, embedding: null }) },
    });
    await home.keepBeating();
    anna = await app.phone('Anna');
    await home.smoke();
    const newest = async () => (await callApi<{ items: Incident[] }>(anna, 'GET', '/v1/incidents')).items[0];
    const incident = await eventually(newest, (one) => one?.verdict === 'rejected', 20_000);
    await anna.go(`/incidents/${incident!.id}`);
  }, 120_000);

  test('has a page that says what the device suspected, that nobody was alerted, and nothing about certainty', async () => {
    const { page } = anna;
    await page.getByText('The device suspected a smoke alarm, but the second check ruled it out.').waitFor();
    await page.getByText('Nobody was alerted.').waitFor();
    await page.getByText('not sure enough').waitFor();
    expect(await page.getByText(/takes it for|Was this alert right/).count()).toBe(0);
  });

  test('can be answered: the button looks pressed at once, and then the answer is shown', async () => {
    const { page } = anna;
    await page.getByRole('heading', { name: 'Was it really this sound: Smoke alarm?' }).waitFor();
    await page.route('**/feedback', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      await route.continue();
    });
    const button = page.getByRole('button', { name: 'No, it was not' });
    await button.click();
    expect(await button.getAttribute('aria-pressed')).toBe('true');
    await page.getByText('One moment').waitFor();
    await page.getByText('Anna said: no, it was not.').waitFor();
    expect(await page.getByText(/still cause alerts/).count()).toBe(0);
  });

  test('is no alert on the home page', async () => {
    await anna.go('/');
    await anna.page.getByText('No alert so far. Earshot is listening.').waitFor();
    expect(anna.problems).toEqual([]);
  });
});
