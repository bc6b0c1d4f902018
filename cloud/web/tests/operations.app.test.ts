import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { writeTestRelease } from '../../testing/test-release.ts';
import { violations } from './axe.ts';
import { describeInBrowser } from './describe-in-browser.ts';
import { glassClip } from './sounds.ts';
import type { TestHome } from './test-home.ts';
import { until } from '../../testing/until.ts';

const TOKEN = 'the-token-of-the-people-who-run-it';

describeInBrowser('the operations page, for the people who run the cloud', (app) => {
  let home: TestHome;
  let page: Page;
  let next: string;

  beforeAll(async () => {
    next = await mkdtemp(join(tmpdir(), 'earshot-next-'));
    await writeTestRelease(next, '2026-01-01.2');
    home = await app.open({ env: { EARSHOT_OPERATIONS_TOKEN: TOKEN, EARSHOT_NEXT_RELEASE_DIR: next } });
    await home.beat({ sources: [{ name: 'default', state: 'deaf', reason: 'silence', levelDbfs: null }] });
    await home.report('glass_break', glassClip());
    await home.openIncidentId();
    await home.queries.updateTable('incidents').set({ feedback: 'wrong' }).execute();
    ({ page } = await app.unpairedPhone());
    await page.goto(`${home.url}/operations`);
  }, 60_000);
  afterAll(() => rm(next, { recursive: true, force: true }));

  const signIn = async (token: string) => {
    await page.getByLabel(/^Token/).fill(token);
    await page.getByRole('button', { name: 'Show the fleet' }).click();
  };

  test('asks for the operators’ token and refuses a wrong token', async () => {
    await signIn('not-it');
    await page.getByText('This is not the token of EARSHOT_OPERATIONS_TOKEN.').waitFor();
    expect(await violations(page)).toEqual([]);
  });

  test('is in German in a browser that asks for German', async () => {
    const german = await app.unpairedPhone({ locale: 'de-DE' });
    await german.page.goto(`${home.url}/operations`);
    await german.page.getByLabel(/^Zugangsschlüssel/).fill(TOKEN);
    await german.page.getByRole('button', { name: 'Flotte anzeigen' }).click();
    await german.page.getByText(/1 taub/).waitFor();
    await german.page.getByText('2026-01-01.2: läuft, 1 %').waitFor();
    expect(await violations(german.page)).toEqual([]);
  });

  test('shows devices with a deaf microphone and homes with many false alerts, without names, rooms or recordings', async () => {
    await signIn(TOKEN);
    await page.getByText(/1 deaf/).waitFor();
    const troubled = page.getByRole('region', { name: 'Devices that need attention', exact: true });
    expect(await troubled.innerText()).toContain(home.device.id);
    const worst = page.getByRole('region', { name: 'Homes with the most false alerts', exact: true });
    expect(await worst.innerText()).toContain(home.id);
    const text = await page.locator('main').innerText();
    for (const secret of [home.name, 'Kitchen', 'kitchen-pi']) expect(text).not.toContain(secret);
    expect(await page.locator('audio, a[href*="/v1/clips"]').count()).toBe(0);
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  });

  test('pauses and continues the roll-out of a release, and rolls it back after a confirmation', async () => {
    const state = (name: string) => page.getByText(new RegExp(`2026-01-01.2: ${name}`)).waitFor();
    await state('running, 1 %');
    await page.getByRole('button', { name: 'Pause' }).click();
    await state('paused');
    await page.getByRole('button', { name: 'Continue' }).click();
    await state('running');
    await page.getByRole('button', { name: 'Halt and roll back' }).click();
    await page.getByRole('button', { name: 'No', exact: true }).click();
    await state('running');
    await page.getByRole('button', { name: 'Halt and roll back' }).click();
    await page.getByRole('button', { name: /^All devices return/ }).click();
    await state('halted');
    expect((await home.beat()).release).toMatchObject({ version: '2026-01-01.1', goBack: true });
  });

  test('plays a recording that a member shares, until any member stops sharing it', async () => {
    const section = page.getByRole('region', { name: 'Shared recordings', exact: true });
    expect(await section.innerText()).toContain('None.');
    const { id } = await home.queries
      .selectFrom('incidents')
      .select('id')
      .where('label', '=', 'glass_break')
      .executeTakeFirstOrThrow();
    const anna = await app.phone('Anna');
    await anna.go(`/incidents/${id}`);
    await anna.page.getByRole('button', { name: 'Share this recording with the operators' }).click();
    await anna.page.getByText(/^Anna shared this recording with the people who run this cloud/).waitFor();
    expect(await violations(anna.page)).toEqual([]);

    const ben = await app.phone('Ben');
    await ben.go(`/incidents/${id}`);
    await ben.page.getByText(/^Anna shared this recording/).waitFor();

    await page.reload();
    await section.getByRole('button', { name: /^Listen: glass_break/ }).click();
    await section.locator('audio').waitFor();
    await until('the shared recording plays', () =>
      section.locator('audio').evaluate((audio: HTMLAudioElement) => audio.duration > 0),
    );
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);

    await page.reload();
    await section.getByRole('button', { name: /^Listen: glass_break/ }).waitFor();
    await ben.page.getByRole('button', { name: 'Stop sharing with the operators' }).click();
    await anna.page.getByRole('button', { name: 'Share this recording with the operators' }).waitFor();
    await section.getByRole('button', { name: /^Listen: glass_break/ }).click();
    await page.getByText(/does not exist/).waitFor();
    await page.reload();
    await section.getByText('None.').waitFor();
  });

  test('forgets the token after "Sign out"', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel(/^Token/).waitFor();
    await page.reload();
    await page.getByLabel(/^Token/).waitFor();
  });
});
