import { beforeAll, expect, test } from '@jest/globals';
import type { HomeSettings } from '@earshot/shared/contracts/settings.ts';
import { makeSample } from '@earshot/shared/testing/samples.ts';
import { v7 as uuid } from 'uuid';
import { callApi } from './call-api.ts';
import { describeInBrowser } from './describe-in-browser.ts';
import { eventually } from './eventually.ts';
import type { Phone } from './phone.ts';
import { glassClip } from './sounds.ts';
import type { TestHome } from './test-home.ts';

describeInBrowser('the home’s own alerts help to choose a sensitivity', (app) => {
  let home: TestHome;
  let anna: Phone;
  const settings = () => callApi<HomeSettings>(anna, 'GET', '/v1/settings');

  beforeAll(async () => {
    home = await app.open({
      // The thresholds of the test release are 0.5 at medium and 0.7 at low, so a score of 0.6 alerts only at medium.
      scorer: { score: async ({ evidence }) => ({ scores: { [evidence.label]: 0.6 }, embedding: null }) },
    });
    await home.keepBeating();
    anna = await app.phone('Anna');
    for (let n = 0; n < 3; n++) {
      await home.report('glass_break', glassClip());
      await home.openIncidentId();
      await home.queries
        .updateTable('incidents')
        .set({ feedback: 'wrong', state: 'cleared', activeKey: null, nextAtMs: null })
        .execute();
    }
  }, 60_000);

  test('the app suggests a lower sensitivity and says why; "Not now" changes nothing', async () => {
    const { page } = anna;
    await anna.go('/');
    const hint = page.getByRole('region', { name: /^Fewer false alerts: Breaking glass/ });
    await hint.waitFor();
    const text = await hint.innerText();
    expect(text).toContain('Kitchen raised 3 false alerts');
    expect(text).toContain('With the sensitivity “Low” there would have been 0 false alerts.');
    expect(text).toContain('You marked no alert as right');
    await hint.getByRole('button', { name: 'Not now' }).click();
    await hint.waitFor({ state: 'detached' });
    expect((await settings()).sounds.glass_break?.level).toBe('medium');
  });

  test('the suggestion lowers the sensitivity after a tap on "Yes"', async () => {
    const { page } = anna;
    await callApi(anna, 'PATCH', '/v1/settings', { hunchesNotNow: {} });
    await anna.go('/history');
    await anna.go('/');
    await page.getByRole('button', { name: 'Yes: Low instead of Medium' }).click();
    await eventually(settings, ({ sounds }) => sounds.glass_break?.level === 'low');
    await page.getByRole('region', { name: /^Fewer false alerts/ }).waitFor({ state: 'detached' });
  });

  test('nearly recognised sounds are sent only after the opt-in; then members can play, judge and delete them', async () => {
    const { page } = anna;
    await anna.go('/settings/samples');
    const optIn = page.getByRole('switch', { name: /Send a few nearly recognised sounds/ });
    expect(await optIn.isChecked()).toBe(false);
    await optIn.check();
    await eventually(settings, ({ samples }) => samples);
    const [id, clip] = [uuid(), glassClip()];
    const sample = makeSample('glass_break', clip, { level: 'high' });
    const { upload } = await home.device.call<{ upload: Parameters<typeof home.device.upload>[0] }>(
      'PUT',
      `/v1/samples/${id}`,
      sample,
    );
    await home.device.upload(upload, clip);
    await home.device.call('POST', `/v1/samples/${id}/stored`);
    const read = () => home.queries.selectFrom('samples').selectAll().where('id', '=', id).executeTakeFirst();
    await eventually(read, (row) => row?.verdict === 'confirmed', 20_000);
    await anna.go('/');
    await anna.go('/settings/samples');
    await page.getByText('Was it: Breaking glass?').waitFor();
    await page.getByRole('button', { name: /^Listen to Breaking glass, Kitchen/ }).waitFor();
    await page.getByRole('button', { name: /^No: Breaking glass/ }).click();
    await eventually(read, (row) => row?.feedback === 'wrong');
    await page.getByRole('button', { name: /^Delete: Breaking glass/ }).click();
    await page.getByText('Nothing to judge').waitFor();
    expect(anna.problems).toEqual([]);
  });
});
