import { beforeAll, expect, test } from '@jest/globals';
import { describeInBrowser } from './describe-in-browser.ts';
import type { Phone } from './phone.ts';
import type { TestHome } from './test-home.ts';

const source = (levelDbfs: number) => ({ name: 'default', state: 'healthy' as const, reason: null, levelDbfs });

describeInBrowser('the page that guides a test of the alarms', (app) => {
  let home: TestHome;
  let anna: Phone;
  beforeAll(async () => {
    home = await app.open();
    await home.beat({ sources: [source(-52)] });
    anna = await app.phone('Anna');
    await anna.go('/settings/test');
  }, 60_000);

  test('the page says what to do, shows the result, and ends the test with a button', async () => {
    const { page } = anna;
    await page.getByText('Not tested yet.').waitFor();
    await page.getByRole('button', { name: 'Test in: Kitchen' }).click();
    await page.getByText(/^Press and hold the alarm’s test button/).waitFor();
    await page.getByText('Listening for the alarm.').waitFor();
    const { settings } = await home.beat({ sources: [source(-52)] });
    const leftMs = Date.parse(settings?.testingUntil ?? '') - Date.now();
    expect(leftMs).toBeGreaterThan(9 * 60_000);

    await home.beat({ sources: [source(-20)] });
    const nowMs = Date.now();
    const at = (ms: number) => new Date(nowMs + ms).toISOString();
    await home.smoke({ startedAt: at(-7_000), detectedAt: at(0) });
    await page.getByText(/Smoke alarm: heard after 7 s, 28 dB louder than the room, reported in \d+\.\d s\./).waitFor();
    // An alarm test must not open the page of an alert.
    expect(new URL(page.url()).pathname).toBe('/settings/test');

    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByText(/Smoke alarm: heard after 7 s/).waitFor();
    await page.reload();
    await page.getByText(/Smoke alarm: heard after 7 s/).waitFor();
    await page.getByText('Smoke alarm, Kitchen: heard by 1 of 1 device').waitFor();
    expect((await home.beat()).settings?.testingUntil).toBeNull();
  });

  test('the monthly reminder can be switched on and off', async () => {
    const box = anna.page.getByRole('checkbox', { name: /Remind me every month/ });
    expect(await box.isChecked()).toBe(false);
    const saved = anna.page.waitForResponse((response) => response.request().method() === 'PATCH' && response.ok());
    await box.check();
    await saved;
    expect((await home.beat()).settings?.testReminder).toBe(true);
  });

  test('no page had an error or a violation of the Content-Security-Policy', () => {
    expect(anna.problems).toEqual([]);
  });
});
