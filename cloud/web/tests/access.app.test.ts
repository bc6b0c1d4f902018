import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { violations } from './axe.ts';
import { describeInBrowser } from './describe-in-browser.ts';
import { PAGES } from './pages.ts';
import type { Phone } from './phone.ts';
import { tabThrough, tooSmall } from './reachability.ts';
import { NO_CADENCE } from '@earshot/shared/cadence/rhythm-reader.ts';
import { glassClip } from './sounds.ts';
import { type TestHome, why } from './test-home.ts';

const DESKTOP = {
  viewport: { width: 1280, height: 800 },
  isMobile: false,
  hasTouch: false,
  colorScheme: 'light',
} as const;

const VIEWS = [
  ['a phone with dark colours and English texts', {}, 'Hear your home'],
  ['a desktop with light colours and German texts', { ...DESKTOP, locale: 'de-DE' }, 'Hör dein Zuhause'],
] as const;

async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor({ state: 'attached' });
  await page.locator('[aria-busy=true]').waitFor({ state: 'detached' });
  await page.waitForLoadState('load');
  // Wait for the end of all animations except endless ones, such as the dot of an alarm that still sounds.
  await page.waitForFunction(() =>
    document.getAnimations().every(({ effect }) => effect?.getComputedTiming().iterations === Infinity),
  );
}

describeInBrowser('the accessibility of the app', (app) => {
  let home: TestHome;
  let incidentId: string;

  beforeAll(async () => {
    home = await app.open();
    await home.beat({ hears: [{ label: 'dog_bark', score: 0.2 }] });
    const glass = { why: why('glass_break', NO_CADENCE, 'a bright crash') };
    await home.report('glass_break', glassClip(), glass);
    home.keepSounding(await home.smoke());
    incidentId = await home.openIncidentId();
  }, 120_000);

  describe.each(VIEWS)('on %s', (_view, options, welcome) => {
    let phone: Phone;
    let page: Page;

    beforeAll(async () => {
      phone = await app.phone('Anna', options);
      page = phone.page;
    }, 60_000);

    afterAll(() => phone.context.close());

    test.each(PAGES('INCIDENT', 'DEVICE'))(
      'the page "$name" passes the axe checks, shows the keyboard focus, has controls at least 44 px high, and cuts off nothing',
      async ({ path }) => {
        await phone.go(path.replace('INCIDENT', incidentId).replace('DEVICE', home.device.id));
        await settled(page);
        expect(await violations(page)).toEqual([]);
        expect(await tabThrough(page)).toEqual({ missed: [], unseen: [] });
        expect(await tooSmall(page)).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      },
      60_000,
    );

    test('the welcome page of a new phone passes the axe checks and shows the keyboard focus', async () => {
      const stranger = await app.unpairedPhone(options);
      await stranger.go('/');
      await stranger.page.getByRole('heading', { name: welcome }).waitFor();
      await settled(stranger.page);
      expect(await violations(stranger.page)).toEqual([]);
      expect(await tabThrough(stranger.page)).toEqual({ missed: [], unseen: [] });
      await stranger.context.close();
    });
  });

  describe('by keyboard alone', () => {
    let anna: Phone;
    let page: Page;

    beforeAll(async () => {
      anna = await app.phone('Anna', DESKTOP);
      page = anna.page;
      await page.waitForURL(/\/incidents\//, { timeout: 20_000 });
      await page.getByRole('heading', { name: 'Smoke alarm' }).waitFor();
    }, 60_000);

    afterAll(() => anna.context.close());

    /** Presses Tab until the element with this name has the focus. */
    const tabTo = async (name: RegExp) => {
      for (let press = 0; press < 80; press++) {
        await page.keyboard.press('Tab');
        const has = await page.evaluate(
          () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '',
        );
        if (name.test(has)) return;
      }
      throw new Error(`80 presses of the Tab key did not reach ${name}`);
    };

    test('an alert can be acknowledged, and the acknowledgement undone, by keyboard', async () => {
      await tabTo(/^Acknowledge/);
      await page.keyboard.press('Enter');
      await page.getByText(/Anna acknowledged at/).waitFor();
      await tabTo(/^Undo/);
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: /Acknowledge/ }).waitFor();
    });

    test('a recording can be played, and its position changed, by keyboard', async () => {
      await tabTo(/^Position/);
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      expect(await page.evaluate(() => document.querySelector('audio')?.currentTime)).toBeCloseTo(0.2, 1);
      await tabTo(/^Listen/);
      await page.keyboard.press('Space');
      await page.waitForFunction(() => (document.querySelector('audio')?.currentTime ?? 0) > 0.5);
      await page.keyboard.press('Space');
    });

    test('an alert can be marked as right by keyboard', async () => {
      await tabTo(/^Yes, it was/);
      await page.keyboard.press('Enter');
      await page.getByText('Anna said: the alert was right.').waitFor();
    });

    test('Escape closes a dialog, and the focus returns to the button that opened it', async () => {
      await tabTo(/^Delete this alert/);
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Delete this alert');
    });

    test('the mode can be changed with the arrow keys', async () => {
      await anna.go('/settings/schedule');
      await page.locator('input[name=mode]:checked').focus();
      await page.keyboard.press('ArrowRight');
      await page.waitForFunction(
        () => document.querySelector<HTMLInputElement>('input[name=mode]:checked')?.value === 'away',
      );
    });

    test('several alerts can be selected in the history and deleted by keyboard', async () => {
      await anna.go('/history');
      await page
        .getByRole('link', { name: /Smoke alarm/ })
        .first()
        .waitFor();
      await tabTo(/^Select$/);
      await page.keyboard.press('Enter');
      await tabTo(/^Select Breaking glass/);
      await page.keyboard.press('Space');
      await tabTo(/^Select Smoke alarm/);
      await page.keyboard.press('Space');
      await tabTo(/^Delete 2 alerts/);
      await page.keyboard.press('Enter');
      await page.locator('dialog[open]').waitFor();
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.getByText('2 alerts and their recordings are deleted.').waitFor();
      await page.getByText('Nothing here yet').waitFor();
    });
  });
});

describeInBrowser('the page of a new alert', (app) => {
  test('opens by itself, is announced to screen readers, focuses its heading, and has no animation if the person prefers reduced motion', async () => {
    const home = await app.open();
    await home.beat();
    const phone = await app.phone('Jonas', { reducedMotion: 'reduce' });
    await phone.page.getByText('The last 99 days').waitFor();
    await home.smoke();
    await phone.page.getByRole('alert').filter({ hasText: 'Smoke alarm, now. Kitchen.' }).waitFor();
    await phone.page.waitForFunction(() => document.activeElement?.textContent === 'Smoke alarm');
    expect(await phone.page.title()).toBe('Smoke alarm · Earshot');
    await phone.page.getByText('still sounding').waitFor();
    expect(await phone.page.evaluate(() => document.getAnimations().length)).toBe(0);
  }, 60_000);
});
