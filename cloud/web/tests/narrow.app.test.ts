import { beforeAll, expect, test } from '@jest/globals';
import type { Locator } from 'playwright-core';
import { describeInBrowser } from './describe-in-browser.ts';
import type { Phone } from './phone.ts';
import type { TestHome } from './test-home.ts';

const NARROW = { viewport: { width: 320, height: 568 } };

/** Scrolls to the element; returns whether a tap on its middle reaches it, so that nothing covers it. */
async function isFree(target: Locator): Promise<boolean> {
  await target.scrollIntoViewIfNeeded();
  return target.evaluate((node) => {
    const box = node.getBoundingClientRect();
    const hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    return hit !== null && (node === hit || node.contains(hit));
  });
}

describeInBrowser('the app on a phone that is 320 px wide', (app) => {
  let home: TestHome;
  let anna: Phone;

  beforeAll(async () => {
    home = await app.open();
    await home.keepBeating();
    anna = await app.phone('Anna', NARROW);
  }, 60_000);

  test('the mode buttons and the tab bar cover less than a quarter of the home page', async () => {
    await anna.page.getByRole('heading', { name: 'All quiet' }).waitFor();
    const kept = await anna.page.evaluate(() => {
      scrollTo(0, 0);
      const bars = [...document.querySelectorAll('.mode-bar, .tabs')].filter((bar) =>
        ['sticky', 'fixed'].includes(getComputedStyle(bar).position),
      );
      return bars.reduce((sum, bar) => sum + bar.getBoundingClientRect().height, 0) / innerHeight;
    });
    expect(kept).toBeLessThan(0.25);
    expect(await isFree(anna.page.getByRole('link', { name: /Kitchen/ }))).toBe(true);
  });

  test('an alert’s buttons do not cover its recording', async () => {
    home.keepSounding(await home.smoke());
    await anna.page.getByRole('heading', { name: 'Smoke alarm' }).waitFor();
    const actions = await anna.page.locator('.alert-actions').boundingBox();
    expect(actions!.height).toBeLessThan(568 / 4);
    expect(await isFree(anna.page.getByRole('button', { name: 'Listen', exact: true }))).toBe(true);
    const save = await anna.page.getByRole('button', { name: 'Save' }).boundingBox();
    expect(save!.x + save!.width).toBeLessThanOrEqual(NARROW.viewport.width);
    expect(await isFree(anna.page.getByRole('button', { name: 'Listen live: Kitchen' }))).toBe(true);
    expect(await isFree(anna.page.getByRole('link', { name: 'Call 112' }))).toBe(true);
    expect(await isFree(anna.page.getByRole('button', { name: /Acknowledge/ }))).toBe(true);
  });
});
