import { beforeAll, expect, test } from '@jest/globals';
import { TestClient } from '../../testing/test-client.ts';
import { describeInBrowser } from './describe-in-browser.ts';
import type { Phone } from './phone.ts';
import type { TestHome } from './test-home.ts';

describeInBrowser('pairing further phones and devices', (app) => {
  let home: TestHome;
  let anna: Phone;

  beforeAll(async () => {
    home = await app.open();
    await home.beat();
    anna = await app.phone('Anna');
  }, 60_000);

  test('a phone that opens the address of the QR code joins the home', async () => {
    await anna.go('/settings/pair');
    const answered = anna.page.waitForResponse((response) => response.url().endsWith('/v1/pairing-codes'));
    await anna.page.getByRole('button', { name: 'Create a new code' }).click();
    const { url, code } = (await (await answered).json()) as { url: string; code: string };
    const modules = await anna.page
      .getByRole('img', { name: 'QR code that opens the pairing page' })
      .locator('path')
      .count();
    expect(modules).toBeGreaterThan(0);
    await anna.page.getByText(`${code.slice(0, 4)} ${code.slice(4)}`).waitFor();

    const jonas = await app.unpairedPhone();
    await jonas.page.goto(url);
    await jonas.page.getByLabel('Your name').fill('Jonas');
    await jonas.page.getByRole('button', { name: 'Join the home' }).click();
    await jonas.page.getByText('Welcome to Birch Street 4.').waitFor();
    await anna.go('/settings/people');
    await anna.page.getByText('Jonas').waitFor();
    await jonas.context.close();
  });

  test('a pairing code works only once, and a code that is too short is refused with an explanation', async () => {
    const code = await home.phoneCode();
    const first = await app.unpairedPhone();
    const second = await app.unpairedPhone();
    for (const { page, go } of [first, second].map((phone) => ({
      page: phone.page,
      go: () => phone.go(`/pair?code=${code}`),
    }))) {
      await go();
      await page.getByLabel('Your name').fill('Mia');
      await page.getByRole('button', { name: 'Join the home' }).click();
    }
    await second.page.getByText('The pairing code is wrong, used or too old.').waitFor();
    await second.page.getByLabel('Pairing code').fill('abc');
    await second.page.getByRole('button', { name: 'Join the home' }).click();
    await second.page.getByText('The code has 8 letters and digits.').waitFor();
    await first.context.close();
    await second.context.close();
  });

  test('a device pairs with the shown command, appears in the list of devices, and can be removed', async () => {
    await anna.go('/settings/pair?kind=device');
    await anna.page.getByRole('button', { name: 'Create a new code' }).click();
    const command = (await anna.page.locator('.command').textContent())!;
    const [, code, address] = /^npx earshot device pair (\w{8}) --cloud (\S+)$/.exec(command)!;
    const device = await TestClient.pair(address!, code!, 'device', 'cellar-pi', 'Cellar');
    await anna.go('/settings/devices');
    await home.keepBeating(device);
    await anna.page.getByRole('link', { name: /Cellar.*Listening/ }).click();
    await anna.page.getByRole('button', { name: 'Remove this device' }).click();
    await anna.page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await anna.page.getByText('The device is removed.').waitFor();
    expect((await device.fetch('POST', '/v1/heartbeat', {})).status).toBe(401);
  });

  test('the page of a device shows the current score of an alarm, so that a person can find the best place for the device', async () => {
    await anna.go(`/devices/${home.device.id}`);
    await anna.page.getByText('No sound that Earshot knows.').waitFor();
    // Repeats the heartbeat, because the page does not show a heartbeat that arrives before its live stream is open.
    const beatUntilShown = async (score: number, shown: string): Promise<void> => {
      for (let tries = 0; tries < 20; tries++) {
        await home.beat({ hears: [{ label: 'smoke_alarm', score }] });
        if (
          await anna.page
            .getByText(shown)
            .waitFor({ timeout: 1_000 })
            .then(
              () => true,
              () => false,
            )
        )
          return;
      }
      throw new Error(`the page did not show "${shown}" after 20 heartbeats`);
    };
    await beatUntilShown(0.87, '87%');
    // The app does not name a sound whose score is this low, because such scores occur in silence too.
    await beatUntilShown(0.31, 'No sound that Earshot knows.');
  });

  test('a member can rename the home', async () => {
    await anna.go('/settings/people');
    await anna.page.getByLabel('The home’s name').fill('Lake house');
    await anna.page.getByRole('button', { name: 'Save' }).last().click();
    await anna.page.getByText('Saved').waitFor();
    await anna.go('/');
    await anna.page.getByText('Lake house').waitFor();
  });

  test('"Delete everything" works only after the home’s name was typed; then the home’s device is refused', async () => {
    await anna.go('/settings/privacy');
    await anna.page.getByRole('button', { name: 'Delete everything' }).click();
    const dialog = anna.page.getByRole('dialog');
    expect(await dialog.getByRole('button', { name: 'Delete everything' }).isDisabled()).toBe(true);
    await dialog.getByRole('textbox').fill('Lake house');
    await dialog.getByRole('button', { name: 'Delete everything' }).click();
    await anna.page.getByRole('heading', { name: 'Hear your home' }).waitFor();
    expect((await home.device.fetch('POST', '/v1/heartbeat', {})).status).toBe(401);
  });
});
