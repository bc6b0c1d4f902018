import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from '@jest/globals';
import { describeInBrowser } from './describe-in-browser.ts';
import { glassClip, T3 } from './sounds.ts';
import type { Phone } from './phone.ts';
import { type TestHome, why } from './test-home.ts';

const REASONS = [
  { evidence: 'rhythm_t3', value: 3.1, share: 0.52 },
  { evidence: 'score_smoke_alarm', value: 2, share: 0.3 },
  { evidence: 'level', value: 3.1, share: 0.12 },
  { evidence: 'quiet', value: 0.1, share: 0.06 },
];

describeInBrowser('the actions on the page of an alert', (app) => {
  let home: TestHome;
  let anna: Phone;
  let siren: 'silent' | 'sounding' = 'silent';

  /**
   * Simulates a device with a siren: fetches the order with a heartbeat, and reports that the siren obeys. Returns
   * whether the order was to sound; null without an order.
   */
  const beat = async () => {
    const { siren: order } = await home.beat({ siren });
    if (!order) return null;
    siren = order.on ? 'sounding' : 'silent';
    await home.beat({ siren });
    return order.on;
  };

  beforeAll(async () => {
    home = await app.open();
    await home.beat({ siren });
    anna = await app.phone('Anna');
    await home.smoke({ why: { ...why('smoke_alarm', T3), reasons: REASONS } });
    await anna.page.getByRole('heading', { name: 'Smoke alarm' }).waitFor();
  }, 60_000);

  test('the alert shows the three measurements that contributed most to the decision, the most important first', async () => {
    const { page } = anna;
    await page.getByRole('heading', { name: 'Decisive measurements' }).waitFor();
    expect(await page.locator('.reasons dt').allTextContents()).toEqual([
      'Sounds in the rhythm of a smoke alarm',
      'The device’s sound recognition says: Smoke alarm',
      '31 dB louder than the room',
    ]);
    expect(await page.locator('.reasons dd').first().textContent()).toContain('Share in the decision: 52%');
  });

  test('the siren sounds only after a confirmation, and stops with one tap', async () => {
    const { page } = anna;
    await page.getByRole('button', { name: 'Sound the siren: Kitchen' }).click();
    await page.getByRole('dialog').getByText('Sound the siren in Kitchen?').waitFor();
    expect(await beat()).toBeNull();
    await page.getByRole('dialog').getByRole('button', { name: 'Sound the siren' }).click();
    await page.getByText('The siren starts within five seconds.').waitFor();
    expect(await beat()).toBe(true);
    const stop = page.getByRole('button', { name: 'Stop the siren: Kitchen' });
    await stop.click();
    await page.getByText('The siren stops within five seconds.').waitFor();
    expect(await beat()).toBe(false);
    await page.getByRole('button', { name: 'Sound the siren: Kitchen' }).waitFor();
  });

  test('the recording can be saved as a file, or shared if the browser supports sharing files', async () => {
    const { page } = anna;
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save' }).click();
    const download = await saving;
    expect(download.suggestedFilename()).toMatch(/^smoke_alarm-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.wav$/);
    expect(readFileSync(await download.path()).toString('latin1', 0, 4)).toBe('RIFF');

    await anna.context.addInitScript(() => {
      const shared: { name: string; size: number }[] = [];
      Object.assign(globalThis, { shared });
      navigator.canShare = () => true;
      navigator.share = async (data) =>
        void shared.push(...(data?.files ?? []).map(({ name, size }) => ({ name, size })));
    });
    await page.reload();
    await page.getByRole('button', { name: 'Share', exact: true }).click();
    const shared = await page.evaluate(
      () => (globalThis as unknown as { shared: { name: string; size: number }[] }).shared,
    );
    expect(shared).toEqual([{ name: download.suggestedFilename(), size: readFileSync(await download.path()).length }]);
  });

  test('alerts for breaking glass can be paused for some hours and resumed; alerts for a smoke alarm cannot be paused', async () => {
    const { page } = anna;
    expect(await page.getByText(/^Not now/).count()).toBe(0);
    await page.getByRole('button', { name: /Acknowledge/ }).click();
    await page.getByText(/Anna acknowledged at/).waitFor();
    await home.report('glass_break', glassClip());
    await page.getByRole('heading', { name: 'Breaking glass' }).waitFor();
    await page.getByRole('heading', { name: 'Not now: no alerts for this sound' }).waitFor();
    await page.getByRole('button', { name: 'For 1 hour' }).click();
    await page.getByText(/^Breaking glass: no alerts until/).waitFor();
    const { settings } = await home.beat({ siren });
    const leftMs = Date.parse(settings?.notNow.glass_break ?? '') - Date.now();
    expect(leftMs / 60_000).toBeGreaterThan(58);
    expect(leftMs / 60_000).toBeLessThanOrEqual(60);

    await anna.go('/');
    await page.getByText(/^Breaking glass: no alerts until/).waitFor();
    const saved = page.waitForResponse((response) => response.request().method() === 'PATCH' && response.ok());
    await page.getByRole('button', { name: 'Alert me again' }).click();
    await saved;
    expect((await home.beat({ siren })).settings?.notNow).toEqual({});
  });

  test('no page had an error or a violation of the Content-Security-Policy', () => {
    expect(anna.problems).toEqual([]);
  });
});
