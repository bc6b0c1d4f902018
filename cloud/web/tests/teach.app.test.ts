import { beforeAll, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { writeWav } from '@earshot/shared/audio/wav-write.ts';
import type { Learned } from '@earshot/shared/contracts/lesson.ts';
import type { TaughtSound } from '@earshot/shared/contracts/teaching.ts';
import { doorbell, recordingOf } from '@earshot/shared/testing/doorbell.ts';
import { whiteNoise } from '@earshot/shared/testing/noise.ts';
import type { Lesson, Teacher } from '../../taught-sounds/teaching.ts';
import { taughtFile } from '../../testing/taught-file.ts';
import type { TestClient } from '../../testing/test-client.ts';
import { callApi } from './call-api.ts';
import { describeInBrowser } from './describe-in-browser.ts';
import { eventually } from './eventually.ts';
import type { Phone } from './phone.ts';
import type { TestHome } from './test-home.ts';

/** The time limit of a test step: far more than a step takes, even on a busy machine. */
const PATIENCE_MS = 120_000;

/**
 * A teacher that finishes when the test calls `go.resolve()`. It trains nothing; `models/teaching/teach.app.test.ts`
 * trains a real head.
 */
class PatientTeacher implements Teacher {
  readonly go = Promise.withResolvers<void>();
  trunkSha256 = '';

  async teach({ label, check }: Lesson): Promise<Learned> {
    await this.go.promise;
    return { file: JSON.stringify(taughtFile(label, this.trunkSha256)), checkFound: check && true };
  }
}

describeInBrowser('the page for teaching a sound', (app) => {
  const teacher = new PatientTeacher();
  let home: TestHome;
  let anna: Phone;

  beforeAll(async () => {
    home = await app.open({ teacher });
    teacher.trunkSha256 = home.trunkSha256;
    await home.keepBeating();
    // Block the service worker: this test delays answers with `page.route`, which does not see the service worker's
    // requests.
    anna = await app.phone('Anna', { serviceWorkers: 'block' });
    anna.page.setDefaultTimeout(PATIENCE_MS);
  }, PATIENCE_MS);

  const sound = async () => (await callApi<{ items: TaughtSound[] }>(anna, 'GET', '/v1/taught-sounds')).items[0];

  /**
   * Taps the button as a member and sends a heartbeat, with which the device gets the order. Returns the id of the
   * example.
   */
  const order = async (button: string): Promise<string> => {
    await anna.page.getByRole('button', { name: button }).click();
    const ordered = async () =>
      (await sound())?.examples.find(({ state }) => state === 'waiting' || state === 'recording')?.id;
    const id = await eventually(ordered, (one) => one !== undefined, PATIENCE_MS);
    await home.beat();
    return id!;
  };
  const deliver = async (id: string, samples: Float32Array): Promise<void> => {
    const bytes = writeWav(samples);
    const path = `/v1/taught-examples/${id}`;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const { upload } = await home.device.call<{ upload: Parameters<TestClient['upload']>[0] }>('PUT', path, {
      sha256,
      bytes: bytes.length,
    });
    await home.device.upload(upload, bytes);
    await home.device.call('POST', `${path}/stored`, {});
  };
  const listen = (name: string) => anna.page.getByRole('button', { name: `Listen to ${name}`, exact: true }).waitFor();

  test(
    'teaching begins with a name, an icon and a device, and the page says how to record',
    async () => {
      const { page } = anna;
      await anna.go('/settings/teach');
      await page.getByText('No sounds taught yet').waitFor();
      await page.getByLabel('Name').fill('Front door');
      await page.getByRole('radio', { name: 'Door', exact: true }).check({ force: true });
      await page.getByRole('button', { name: 'Begin' }).click();
      await page.getByRole('heading', { name: 'Front door' }).waitFor();
      await page.getByText('0 of 5 examples').waitFor();
      await page.getByText(/The device in Kitchen then records 6 seconds/).waitFor();
      expect(await sound()).toMatchObject({ icon: 'door', class: 'security', deviceId: home.device.id });
    },
    PATIENCE_MS,
  );

  test(
    'over a slow connection, the page still says when to make the sound and that it was found in the recording',
    async () => {
      const { page } = anna;
      await page.route('**/v1/taught-sounds/*', async (route) => {
        await new Promise((resolve) => setTimeout(resolve, 1_500));
        await route.continue().catch(() => undefined); // The request fails if the page has aborted it for a newer one.
      });
      const id = await order('Record an example');
      await page.getByText('Make the sound now. The device records 6 seconds.').waitFor();
      await deliver(id, recordingOf(doorbell(), 1));
      await listen('Example 1');
      await page.getByText('1 of 5 examples').waitFor();
      await page.unroute('**/v1/taught-sounds/*');
    },
    PATIENCE_MS,
  );

  test(
    'a recording in which no sound is louder than the room is marked, the page says what to do, and it can be removed',
    async () => {
      const { page } = anna;
      await deliver(await order('Record an example'), whiteNoise(6 * 16_000, 0.01, 1));
      await page.getByText('no sound is louder than the room').waitFor();
      await page.getByText(/make it closer to the device and record again.*check the microphone/).waitFor();
      await page.getByRole('button', { name: 'Remove Example 2' }).click();
      await page.getByText('no sound is louder than the room').waitFor({ state: 'detached' });
      expect(await page.getByText(/check the microphone/).count()).toBe(0);
      expect((await sound())?.examples).toHaveLength(1);
    },
    PATIENCE_MS,
  );

  test(
    'after five examples the sixth recording is a check, and the sound can be learned',
    async () => {
      const { page } = anna;
      for (let n = 2; n <= 5; n++) {
        await deliver(await order('Record an example'), recordingOf(doorbell(), n));
        await listen(`Example ${n}`);
      }
      await page.getByText('Make the sound once more as a check').waitFor();
      await deliver(await order('Record a check'), recordingOf(doorbell(), 6));
      await listen('Check');
      expect(await page.getByRole('button', { name: /^Record/ }).count()).toBe(0);
      await page.getByRole('button', { name: 'Learn the sound' }).click();
      await page.getByText(/^Learning/).waitFor();
      teacher.go.resolve();
      await page
        .getByText('Ready: recognises about 9 of 10 such sounds, with about one false alert in 5 days.')
        .waitFor();
      await page.getByText('The check recording was recognised.').waitFor();
    },
    PATIENCE_MS,
  );

  test(
    'recording with an offline device shows an error that names the device and says what to do',
    async () => {
      const { page } = anna;
      const lake = await home.addDevice('lake-pi', 'Lake house');
      const body = { name: 'Kettle', icon: 'box', class: 'upkeep', deviceId: lake.id };
      const { id } = await callApi<TaughtSound>(anna, 'POST', '/v1/taught-sounds', body);
      await anna.go(`/settings/teach/${id}`);
      await page.getByRole('button', { name: 'Record an example' }).click();
      await page
        .getByText('The device cannot record now. lake-pi is offline. Check that the device is online')
        .waitFor();
      await callApi(anna, 'DELETE', `/v1/taught-sounds/${id}`);
    },
    PATIENCE_MS,
  );

  test(
    'a taught sound is listed on the page Sounds until it is deleted',
    async () => {
      const { page } = anna;
      await anna.go('/settings/sounds');
      await page.getByRole('checkbox', { name: 'Front door: Night' }).waitFor({ state: 'attached' });
      await anna.go('/settings/teach');
      await page.getByRole('link', { name: /Front door/ }).click();
      await page.getByRole('button', { name: 'Delete this sound' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
      await page.getByText('No sounds taught yet').waitFor();
      expect(await sound()).toBeUndefined();
      expect(anna.problems).toEqual([]);
    },
    PATIENCE_MS,
  );
});
