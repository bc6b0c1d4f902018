import { beforeAll, expect, test } from '@jest/globals';
import { describeInBrowser } from './describe-in-browser.ts';

const FIRST_WORDS = { 'en-GB': 'Hear your home', 'de-DE': 'Hör dein Zuhause', 'fr-FR': 'Hear your home' } as const;

describeInBrowser('the language of the app', (app) => {
  beforeAll(async () => {
    await app.open();
  }, 60_000);

  test.each(Object.entries(FIRST_WORDS))(
    'the app starts without an error in a browser that asks for the language %s',
    async (locale, heading) => {
      const phone = await app.unpairedPhone({ locale });
      await phone.go('/');
      await phone.page.getByRole('heading', { name: heading }).waitFor({ timeout: 10_000 });
      expect(phone.problems).toEqual([]);
      await phone.context.close();
    },
  );

  test('after a reload the app starts in the language that the person chose', async () => {
    const phone = await app.phone('Anna');
    await phone.go('/settings/phone');
    await phone.page.getByRole('radio', { name: 'Deutsch' }).check({ force: true });
    await phone.page.getByRole('heading', { name: 'Dieses' }).waitFor();
    await phone.page.reload();
    await phone.page.getByRole('heading', { name: 'Dieses' }).waitFor({ timeout: 10_000 });
    await phone.context.close();
  });
});
