import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Incident } from '@earshot/shared/contracts/home.ts';
import type { IgnoredSound, SilencedSound } from '@earshot/shared/contracts/ignored-sounds.ts';
import { testVerifierOnnx } from '../../testing/test-verifier-onnx.ts';
import { ClipVerifier } from '../../verifier/clip-verifier.ts';
import { DEVICE_FRONT_END } from '@earshot/shared/features/front-end.ts';
import { KNOWN_LABELS } from '@earshot/shared/labels.ts';
import { callApi } from './call-api.ts';
import { describeInBrowser } from './describe-in-browser.ts';
import { eventually } from './eventually.ts';
import type { Phone } from './phone.ts';
import { NO_CADENCE } from '@earshot/shared/cadence/rhythm-reader.ts';
import { glassClip, smokeClip } from './sounds.ts';
import { type TestHome, why } from './test-home.ts';

/** A verifier that runs a real ONNX file in a worker thread. Clips with the same timbre get similar embeddings. */
const verifier = new ClipVerifier({
  model: { frontEnd: DEVICE_FRONT_END, clipS: 10, labels: [...KNOWN_LABELS] },
  bytes: testVerifierOnnx({ embeddings: true }),
  threads: 1,
});

describeInBrowser('sounds of alerts that a member marked as false', (app) => {
  let home: TestHome;
  let anna: Phone;
  /** The sounds that the simulated device reports as ignored by itself. */
  let silenced: SilencedSound[] = [];

  /** Reports breaking glass as the kitchen's device does, after the previous sound has ended; returns its incident. */
  const hear = async (clip: Uint8Array): Promise<Incident> => {
    await home.endSounds();
    const { id } = await home.report('glass_break', clip, { why: why('glass_break', NO_CADENCE, 'a bright crash') });
    const incidents = async () => (await callApi<{ items: Incident[] }>(anna, 'GET', '/v1/incidents')).items;
    const mine = (items: Incident[]) =>
      items.find(({ evidence }) => evidence.some(({ candidateId }) => candidateId === id));
    const items = await eventually(incidents, (all) => mine(all)?.evidence[0]?.verdict !== 'pending', 20_000);
    return mine(items)!;
  };

  beforeAll(async () => {
    await verifier.start();
    home = await app.open({ scorer: verifier });
    await home.keepBeating(home.device, () => ({ silenced }));
    anna = await app.phone('Anna');
  }, 60_000);
  afterAll(() => verifier.stop());

  test('right after a member marks an alert as false, its page says that similar sounds in that room are ignored', async () => {
    const { page } = anna;
    const { id, verdict } = await hear(glassClip());
    expect(verdict).toBe('confirmed');
    await anna.go(`/incidents/${id}`);
    await page.getByRole('button', { name: 'No, false alert' }).click();
    await page.getByText('Sounds like this are ignored in this room: Kitchen.').waitFor();
  });

  test('when such a sound occurs again, it alerts nobody and is shown as ignored', async () => {
    const { page } = anna;
    const again = await hear(glassClip());
    expect(again).toMatchObject({ verdict: 'rejected', ignored: true, notified: 0 });
    await anna.go('/');
    await page.locator('nav.tabs').waitFor();
    expect(await page.locator(`a[href="/incidents/${again.id}"]`).count()).toBe(0);
    await anna.go('/history');
    await page
      .getByText(/· Ignored/)
      .first()
      .waitFor();
    await anna.go(`/incidents/${again.id}`);
    await page.getByText('Nobody was alerted: this sounds like an alert that you marked as a false alert.').waitFor();
  });

  test('a different sound still causes an alert', async () => {
    expect(await hear(smokeClip())).toMatchObject({ verdict: 'confirmed', ignored: false });
  });

  test('the list of ignored sounds says how often the device itself ignored the sound', async () => {
    const { page } = anna;
    const { items } = await callApi<{ items: IgnoredSound[] }>(anna, 'GET', '/v1/ignored-sounds');
    silenced = [{ id: items[0]!.id, week: 12, lastAt: new Date().toISOString() }];
    await home.beat({ silenced });
    await anna.go('/settings/ignored');
    await page.getByText(/the device itself ignored it 12 times in the last 7 days/).waitFor();
  });

  test('a sound that the device itself ignores is not listed as "no longer ignored" if its recording is missing after an update', async () => {
    const { page } = anna;
    const outdate = (is: boolean) =>
      home.queries
        .updateTable('clips')
        .set({ state: is ? 'missing' : 'stored' })
        .execute();
    const { embeddedBy } = await home.queries
      .selectFrom('ignoredSounds')
      .select('embeddedBy')
      .executeTakeFirstOrThrow();
    await home.queries
      .updateTable('ignoredSounds')
      .set({ embeddedBy: 'f'.repeat(64) })
      .execute();
    await outdate(true);
    await anna.go('/settings/ignored');
    await page.getByText(/the device itself ignored it 12 times in the last 7 days/).waitFor();
    expect(await page.getByText(/no longer ignored/).count()).toBe(0);
    await home.queries.updateTable('ignoredSounds').set({ embeddedBy }).execute();
    await outdate(false);
  });

  test('the list plays the recording of an ignored sound; removed from the list, the sound causes alerts again', async () => {
    const { page } = anna;
    await anna.go('/settings/ignored');
    await page.getByText('Sounds like this are ignored in this room: Kitchen.').waitFor();
    await page.getByText(/ignored once/).waitFor();
    await page.getByRole('button', { name: 'Listen to Breaking glass, Kitchen' }).waitFor();
    await page.getByRole('button', { name: 'Alert again for: Breaking glass, Kitchen' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('Nothing is ignored').waitFor();
    expect(await hear(glassClip())).toMatchObject({ verdict: 'confirmed', ignored: false });
  });

  test('no page had an error or a violation of the Content-Security-Policy', () => {
    expect(anna.problems).toEqual([]);
  });
});
