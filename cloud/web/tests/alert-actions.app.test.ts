import { beforeAll, expect, test } from '@jest/globals';
import { describeInBrowser } from './describe-in-browser.ts';
import { glassClip } from './sounds.ts';
import type { Phone } from './phone.ts';
import type { TestHome } from './test-home.ts';

describeInBrowser('what can be done about an alert', (app) => {
  let home: TestHome;
  let anna: Phone;
  let siren: 'silent' | 'sounding' = 'silent';

  /** A device with a siren: it obeys the order of its last heartbeat. */
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
    await home.smoke();
    await anna.page.getByRole('heading', { name: 'Smoke alarm' }).waitFor();
  }, 60_000);

  test('the siren asks before it sounds, and stops with one tap', async () => {
    const { page } = anna;
    await page.getByRole('button', { name: 'Sound the siren: Kitchen' }).click();
    await page.getByRole('dialog').getByText('Sound the siren in Kitchen?').waitFor();
    expect(await beat()).toBeNull();
    await page.getByRole('dialog').getByRole('button', { name: 'Sound it' }).click();
    await page.getByText('The siren starts within five seconds.').waitFor();
    expect(await beat()).toBe(true);
    const stop = page.getByRole('button', { name: 'Stop the siren: Kitchen' });
    await stop.click();
    await page.getByText('The siren stops within five seconds.').waitFor();
    expect(await beat()).toBe(false);
    await page.getByRole('button', { name: 'Sound the siren: Kitchen' }).waitFor();
  });

  test('a smoke alarm cannot be turned off for some hours; breaking glass can, and can be turned on again', async () => {
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

  test('nothing broke on the way', () => {
    expect(anna.problems).toEqual([]);
  });
});
