import { beforeAll, expect, test } from '@jest/globals';
import { describeInBrowser } from './describe-in-browser.ts';
import type { Phone } from './phone.ts';
import type { TestHome } from './test-home.ts';

describeInBrowser('an alarm, from the quiet home to the deleted alert', (app) => {
  let home: TestHome;
  let anna: Phone;
  let jonas: Phone;

  beforeAll(async () => {
    home = await app.open();
    await home.keepBeating();
    anna = await app.phone('Anna');
    jonas = await app.phone('Jonas');
  }, 60_000);

  test('the page of a quiet home says that it is quiet and which devices listen', async () => {
    await anna.page.getByRole('heading', { name: 'All quiet' }).waitFor();
    await anna.page.getByRole('link', { name: /Kitchen.*Listening/ }).waitFor();
  });

  test('an alarm opens its page on every open phone, with the sound, the room, the mode, the certainty and the reason', async () => {
    await home.smoke({ mode: 'away' });
    for (const { page } of [anna, jonas]) {
      await page.getByRole('heading', { name: 'Smoke alarm' }).waitFor({ timeout: 5_000 });
      expect(new URL(page.url()).pathname).toMatch(/^\/incidents\/[0-9a-f-]{36}$/);
      await page.getByText('Kitchen', { exact: true }).first().waitFor();
      await page.getByText('Birch Street 4 · kitchen-pi · Mode: Away').waitFor();
      await page.getByText('Verified').waitFor();
      await page.getByText('Three beeps of about half a second at 3.1 kHz, and again.').waitFor();
      await page.getByText('99% sure').waitFor();
    }
  });

  test('the page of the alarm shows a large button for the emergency call, without scrolling', async () => {
    const call = anna.page.getByRole('link', { name: 'Call 112' });
    expect(await call.getAttribute('href')).toBe('tel:112');
    const box = await call.boundingBox();
    expect(box!.height).toBeGreaterThanOrEqual(44);
    // The button must be visible without scrolling, in the lower half of the screen.
    expect(box!.y).toBeGreaterThan(844 / 2);
    expect(box!.y + box!.height).toBeLessThanOrEqual(844);
  });

  test('the recording plays, and the app draws its picture', async () => {
    const { page } = anna;
    await page.getByRole('button', { name: 'Listen', exact: true }).click();
    const heard = await page.waitForFunction(() => {
      const audio = document.querySelector('audio');
      return audio && audio.currentTime > 0.3 && !audio.error && { durationS: audio.duration, paused: audio.paused };
    });
    expect(await heard.jsonValue()).toEqual({ durationS: 10, paused: false });
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Listen', exact: true }).waitFor();

    const picture = page.getByRole('img', { name: /10.0 seconds.*from second 1.6 to 9.4/ });
    const lit = await picture.evaluate((node) => {
      const canvas = node as HTMLCanvasElement;
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      return data.filter((value, at) => at % 4 === 3 && value > 200).length / (canvas.width * canvas.height);
    });
    // The picture must contain tones and a waveform, and must be neither empty nor filled.
    expect(lit).toBeGreaterThan(0.02);
    expect(lit).toBeLessThan(0.6);
  });

  test('an acknowledgement on one phone is shown on the other within 2 s', async () => {
    await anna.page.getByRole('button', { name: /Acknowledge/ }).click();
    const startedMs = Date.now();
    await jonas.page.getByText(/Anna acknowledged at/).waitFor({ timeout: 5_000 });
    expect(Date.now() - startedMs).toBeLessThan(2_000);
    await anna.page.getByText(/Anna acknowledged at/).waitFor();
    await anna.page.getByRole('button', { name: 'Undo' }).click();
    await jonas.page.getByRole('button', { name: /Acknowledge/ }).waitFor({ timeout: 2_000 });
    await jonas.page.getByRole('button', { name: /Acknowledge/ }).click();
    await anna.page.getByText(/Jonas acknowledged at/).waitFor({ timeout: 2_000 });
  });

  test('an alert that is marked as false on one phone is shown as a false alert on the other', async () => {
    await anna.page.getByRole('button', { name: 'No, false alert' }).click();
    await jonas.page.getByText('Anna said: false alert.').waitFor({ timeout: 2_000 });
  });

  test('deleting an alert on one phone deletes its recording and removes it from the history of the other phone', async () => {
    await jonas.page.getByRole('button', { name: 'Back' }).click();
    await jonas.page.getByRole('link', { name: 'History' }).click();
    await jonas.page.getByRole('link', { name: /Smoke alarm.*False alert/ }).waitFor();
    const incidentId = new URL(anna.page.url()).pathname.split('/')[2]!;
    const candidateId = await anna.page.evaluate(async (id) => {
      const incident = (await (await fetch(`/v1/incidents/${id}`)).json()) as { evidence: { candidateId: string }[] };
      return incident.evidence[0]!.candidateId;
    }, incidentId);
    const link = await anna.page.evaluate(
      async ([id, candidate]) =>
        ((await (await fetch(`/v1/incidents/${id}/clips/${candidate}`)).json()) as { url: string }).url,
      [incidentId, candidateId],
    );

    await anna.page.getByRole('button', { name: 'Delete this alert and its recording' }).click();
    await anna.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await anna.page.getByText('The alert and its recording are deleted.').waitFor();
    await jonas.page.getByText('Nothing here yet').waitFor({ timeout: 2_000 });
    expect((await fetch(new URL(link, home.url))).status).toBe(404);
    await anna.go(`/incidents/${incidentId}`);
    await anna.page.getByRole('heading', { name: 'This alert does not exist' }).waitFor();
  });

  test('a changed sensitivity reaches the device with its next heartbeat', async () => {
    const before = await home.beat();
    expect(before.settings?.sounds.glass_break?.level).toBe('medium');
    await anna.go('/settings/sounds');
    const glass = anna.page.getByRole('region', { name: 'Breaking glass' });
    await glass.getByText(/About one false alert in 100 days\./).waitFor();
    const saved = anna.page.waitForResponse((response) => response.request().method() === 'PATCH' && response.ok());
    await glass.getByRole('radio', { name: 'High' }).check({ force: true });
    await saved;
    await glass.getByText(/About one false alert in 10 days\./).waitFor();
    const version = before.settings!.version;
    const after = await home.beat({ settingsVersion: version });
    expect(after.settings?.sounds.glass_break?.level).toBe('high');
    expect(after.settings?.version).toBeGreaterThan(version);
    const taken = await home.beat({ settingsVersion: after.settings!.version });
    expect(taken.settings).toBeNull();
  });

  test('one tap changes the mode on every phone', async () => {
    await anna.go('/');
    await jonas.go('/');
    await anna.page.getByRole('radio', { name: 'Away' }).check({ force: true });
    await jonas.page.waitForFunction(
      () => document.querySelector<HTMLInputElement>('input[value=away]')?.checked === true,
      null,
      { timeout: 2_000 },
    );
  });

  test('no page had an error or a violation of the Content-Security-Policy', () => {
    expect([...anna.problems, ...jonas.problems]).toEqual([]);
  });
});
