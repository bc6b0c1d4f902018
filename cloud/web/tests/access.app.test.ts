import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { ensureBuilt } from './built-app.ts';
import { describeInBrowser } from './describe-in-browser.ts';
import { PAGES } from './pages.ts';
import { openBrowser, Phone } from './phone.ts';
import { tabThrough, tooSmall } from './reachability.ts';
import { startSeededHome, type SeededHome } from './seeded-home.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const DESKTOP = {
  viewport: { width: 1280, height: 800 },
  isMobile: false,
  hasTouch: false,
  colorScheme: 'light',
} as const;

const VIEWS = [
  ['a phone, dark', {}],
  ['a desktop, light', DESKTOP],
] as const;

/** Evaluated by DevTools, which the page's Content-Security-Policy does not concern. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations: found } = await page.evaluate(() =>
    (window as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  return found.map(
    ({ id, help, nodes }) =>
      `${id}: ${help} (${nodes
        .map(({ html }) => html)
        .join(' ')
        .slice(0, 300)})`,
  );
}

async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor({ state: 'attached' });
  await page.locator('[aria-busy=true]').waitFor({ state: 'detached' });
  await page.waitForLoadState('load');
  await page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .map(({ effect, finished }) => (effect?.getComputedTiming().iterations === Infinity ? null : finished)),
    ).then(() => undefined),
  );
}

describeInBrowser('the app for everybody', () => {
  let browser: Browser;

  beforeAll(async () => {
    ensureBuilt();
    browser = await openBrowser();
  });

  afterAll(() => browser.close());

  describe.each(VIEWS)('on %s', (_view, options) => {
    let seeded: SeededHome;
    let page: Page;
    let incidentId: string;

    beforeAll(async () => {
      seeded = await startSeededHome(browser, options);
      page = seeded.phone.page;
      await seeded.home.smoke();
      await page.waitForURL(/\/incidents\//, { timeout: 20_000 });
      incidentId = new URL(page.url()).pathname.split('/')[2]!;
    }, 120_000);

    afterAll(() => seeded[Symbol.asyncDispose]());

    test.each(PAGES('INCIDENT', 'DEVICE'))(
      '$name: no axe violation, all by keyboard with a visible focus, targets of 44 px, nothing cut',
      async ({ path }) => {
        await seeded.phone.go(path.replace('INCIDENT', incidentId).replace('DEVICE', seeded.home.device.id));
        await settled(page);
        expect(await violations(page)).toEqual([]);
        expect(await tabThrough(page)).toEqual({ missed: [], unseen: [] });
        expect(await tooSmall(page)).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      },
      60_000,
    );

    test('the first page of a phone, too', async () => {
      const stranger = await Phone.open(browser, seeded.home.url, options);
      await stranger.go('/');
      await stranger.page.getByRole('heading', { name: 'Hear your home' }).waitFor();
      await settled(stranger.page);
      expect(await violations(stranger.page)).toEqual([]);
      expect(await tabThrough(stranger.page)).toEqual({ missed: [], unseen: [] });
      await stranger.context.close();
    });
  });

  describe('by keyboard alone', () => {
    let seeded: SeededHome;
    let page: Page;

    beforeAll(async () => {
      seeded = await startSeededHome(browser, DESKTOP);
      page = seeded.phone.page;
      await seeded.home.smoke();
      await page.waitForURL(/\/incidents\//, { timeout: 20_000 });
    }, 120_000);

    afterAll(() => seeded[Symbol.asyncDispose]());

    /** Tab until it has the focus, as a person would. */
    const tabTo = async (name: RegExp) => {
      for (let press = 0; press < 80; press++) {
        await page.keyboard.press('Tab');
        const has = await page.evaluate(
          () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '',
        );
        if (name.test(has)) return;
      }
      throw new Error(`the Tab key never came to ${name}`);
    };

    test('arriving at an alert, a screen reader is at its heading and hears what it is', async () => {
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Smoke alarm');
      expect(await page.title()).toBe('Smoke alarm · Earshot');
      await page.getByRole('alert').filter({ hasText: 'Smoke alarm, now. Kitchen.' }).waitFor();
    });

    test('acknowledge, and take it back', async () => {
      await tabTo(/^Acknowledge/);
      await page.keyboard.press('Enter');
      await page.getByText(/Anna acknowledged at/).waitFor();
      await tabTo(/^Undo/);
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: /Acknowledge/ }).waitFor();
    });

    test('listen, and go to a place in the recording', async () => {
      await tabTo(/^Position/);
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      expect(await page.evaluate(() => document.querySelector('audio')?.currentTime)).toBeCloseTo(0.2, 1);
      await tabTo(/^Listen/);
      await page.keyboard.press('Space');
      await page.waitForFunction(() => (document.querySelector('audio')?.currentTime ?? 0) > 0.5);
      await page.keyboard.press('Space');
    });

    test('say that it was right', async () => {
      await tabTo(/^Yes, it was/);
      await page.keyboard.press('Enter');
      await page.getByText('Anna said: it was right.').waitFor();
    });

    test('a question is left by Escape, and the focus comes back', async () => {
      await tabTo(/^Delete this alert/);
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Delete this alert');
    });

    test('change the mode by arrow', async () => {
      await seeded.phone.go('/');
      await page.locator('input[name=mode]:checked').focus();
      await page.keyboard.press('ArrowRight');
      await page.waitForFunction(
        () => document.querySelector<HTMLInputElement>('input[name=mode]:checked')?.value === 'away',
      );
    });

    test('choose several in the history and delete them', async () => {
      await seeded.phone.go('/history');
      await page
        .getByRole('link', { name: /Smoke alarm/ })
        .first()
        .waitFor();
      await tabTo(/^Select$/);
      await page.keyboard.press('Enter');
      await tabTo(/^Select Breaking glass/);
      await page.keyboard.press('Space');
      await tabTo(/^Select Breaking glass/);
      await page.keyboard.press('Space');
      await tabTo(/^Delete 2 alerts/);
      await page.keyboard.press('Enter');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.getByText('2 alerts deleted, with their sounds.').waitFor();
      expect(await page.getByRole('link', { name: /Breaking glass/ }).count()).toBe(0);
    });
  });

  test('without motion for those who do not want it', async () => {
    const seeded = await startSeededHome(browser, { reducedMotion: 'reduce' });
    await seeded.home.smoke();
    await seeded.phone.page.waitForURL(/\/incidents\//);
    await seeded.phone.page.getByText('still sounding').waitFor();
    expect(await seeded.phone.page.evaluate(() => document.getAnimations().length)).toBe(0);
    await seeded[Symbol.asyncDispose]();
  }, 60_000);
});
