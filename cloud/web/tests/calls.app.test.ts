import { beforeAll, expect, test } from '@jest/globals';
import { describeInBrowser } from './describe-in-browser.ts';
import type { Phone } from './phone.ts';

describeInBrowser('the emergency number', (app) => {
  let anna: Phone;
  beforeAll(async () => {
    await app.open();
    anna = await app.phone('Anna');
    await anna.go('/settings/calls');
  }, 60_000);

  test.each([
    ['abc', false],
    ['call 112', false],
    ['+', false],
    ['112', true],
    ['+44 (20) 7946-0000', true],
  ])('%j can be saved: %s', async (number, canBeSaved) => {
    const field = anna.page.getByLabel('Emergency number');
    await field.fill(number);
    expect(await field.evaluate((input) => (input as HTMLInputElement).checkValidity())).toBe(canBeSaved);
  });
});
