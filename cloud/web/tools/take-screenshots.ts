/**
 * Takes the screenshots in docs/screenshots: `node cloud/web/tools/take-screenshots.ts [OUT]`. They show every page, on
 * phone and desktop, dark and light, with a real cloud, a home with a history and a real alarm. With `OUT` they are
 * written there, so that you can look at them before you replace the committed ones.
 */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readWav } from '@earshot/shared/audio/wav-read.ts';
import { writeWav } from '@earshot/shared/audio/wav-write.ts';
import type { Candidate } from '@earshot/shared/contracts/candidate.ts';
import type { DropInSegmentAnswer } from '@earshot/shared/contracts/drop-in.ts';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { ensureBuilt } from '../tests/built-app.ts';
import { PAGES } from '../tests/pages.ts';
import { openBrowser, Phone } from '../tests/phone.ts';
import { startLivedInHome } from './lived-in-home.ts';
import { NO_CADENCE } from '@earshot/shared/cadence/rhythm-reader.ts';
import { coClip, glassClip, smokeClip, T4 } from '../tests/sounds.ts';
import { why, type TestHome } from '../tests/test-home.ts';

const OUT = process.argv[2] ?? join(import.meta.dirname, '../../../docs/screenshots');

const DESKTOP = { viewport: { width: 1280, height: 800 }, isMobile: false, hasTouch: false } as const;
const VIEWS: [name: string, options: BrowserContextOptions][] = [
  ['phone-dark', { colorScheme: 'dark' }],
  ['phone-light', { colorScheme: 'light' }],
  ['desktop-dark', { ...DESKTOP, colorScheme: 'dark' }],
  ['desktop-light', { ...DESKTOP, colorScheme: 'light' }],
];

async function take(page: Page, name: string): Promise<void> {
  await page.locator('[aria-busy=true]').waitFor({ state: 'detached' });
  await page.waitForLoadState('networkidle', { timeout: 1_500 }).catch(() => undefined); // The live stream never ends, so the network never becomes idle.
  // The recording's picture comes last; a canvas without a drawing is 150 px high.
  await page.waitForFunction(() => document.querySelector('canvas')?.height !== 150);
  await page.waitForTimeout(300);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (wide > 0) process.stdout.write(`${name}: ${wide} px are cut off at the side\n`);
  await writeFile(join(OUT, `${name}.jpg`), await page.screenshot({ type: 'jpeg', quality: 62 }));
}

type Session = NonNullable<BrowserContextOptions['storageState']>;

/** Opens the app for the same person once in each view: phone and desktop, dark and light. */
async function openViews(browser: Browser, home: TestHome, storageState: Session): Promise<[string, Phone][]> {
  const opened: [string, Phone][] = [];
  for (const [name, options] of VIEWS) {
    const phone = await Phone.open(browser, home.url, { ...options, storageState, reducedMotion: 'reduce' });
    await phone.context.grantPermissions(['notifications'], { origin: home.url });
    opened.push([name, phone]);
  }
  return opened;
}

async function quietPages(views: [string, Phone][], home: TestHome, pastIncident: string): Promise<void> {
  const all = PAGES(pastIncident, home.device.id).filter(({ name }) => name !== 'alert-gone');
  const pages = all.map((page) => (page.name === 'alert' ? { ...page, name: 'alert-past' } : page));
  for (const [view, phone] of views) {
    for (const { name, path } of pages) {
      await phone.go(path);
      await phone.page.locator('h1').first().waitFor({ state: 'attached' });
      if (name === 'pairing') await phone.page.getByRole('button', { name: 'Create a new code' }).click();
      await take(phone.page, `${name}-${view}`);
    }
  }
}

async function alarm(
  views: [string, Phone][],
  home: TestHome,
  name: string,
  report: () => Promise<Candidate>,
  whileOpen: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  for (const [, phone] of views) await phone.go('/settings');
  home.keepSounding(await report());
  const id = await home.openIncidentId();
  for (const [view, phone] of views) {
    await phone.go(`/incidents/${id}`);
    await take(phone.page, `${name}-${view}`);
    if (name !== 'alert-smoke') continue;
    await phone.page.getByRole('button', { name: 'Back' }).click();
    await take(phone.page, `home-alarm-${view}`);
  }
  await whileOpen();
  const { page } = views[0]![1];
  await page.goto(`${home.url}/incidents/${id}`);
  await page.getByRole('button', { name: /Acknowledge/ }).click();
  await page.getByText(/acknowledged at/).waitFor();
  await page.evaluate(
    (path) => fetch(path, { method: 'DELETE', headers: { 'x-earshot-app': '1' } }),
    `/v1/incidents/${id}`,
  );
}

/** Takes the screenshots of listening live. The device sends the sound of a room with a smoke alarm. */
async function listening(views: [string, Phone][], home: TestHome): Promise<void> {
  const { device } = home;
  const id = await home.openIncidentId();
  const room = readWav(smokeClip()).channels[0]!;
  for (const [view, { page, url }] of views) {
    await page.goto(`${url}/incidents/${id}`);
    await page.getByRole('button', { name: /^Listen live/ }).click();
    await page.getByRole('button', { name: 'Keep listening' }).waitFor();
    for (let second = 2; second < 5; second++) {
      const bytes = writeWav(room.slice(second * 16_000, (second + 1) * 16_000));
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const segment = { sha256, bytes: bytes.length };
      const { upload } = await device.call<DropInSegmentAnswer>('POST', '/v1/drop-in-segments', segment);
      if (upload) await device.upload(upload, bytes);
    }
    await page.getByText(/^You hear this room now/).waitFor();
    // Take the picture in the middle of a beep.
    await page.waitForFunction(() => Number(document.querySelector('.live .meter')?.ariaValueNow) > -40);
    await take(page, `live-${view}`);
    await page.getByRole('button', { name: 'Stop listening' }).click();
  }
}

/** The README's picture, in a higher resolution so that it is sharp on every screen. */
async function readmePicture(browser: Browser, home: TestHome, storageState: Session): Promise<void> {
  const phone = await Phone.open(browser, home.url, { storageState, deviceScaleFactor: 2, reducedMotion: 'reduce' });
  await phone.go(`/incidents/${await home.openIncidentId()}`);
  await phone.page.getByRole('heading', { name: 'Smoke alarm' }).waitFor();
  await take(phone.page, 'alert-phone');
  await phone.context.close();
}

async function strangers(browser: Browser, home: TestHome): Promise<void> {
  for (const [view, options] of VIEWS) {
    const phone = await Phone.open(browser, home.url, options);
    await phone.go('/pair?code=K7M2P9XD');
    await phone.page.getByRole('heading', { name: 'Hear your home' }).waitFor();
    await take(phone.page, `welcome-${view}`);
    await phone.context.close();
  }
}

async function german(browser: Browser, home: TestHome, storageState: Session): Promise<void> {
  const phone = await Phone.open(browser, home.url, { colorScheme: 'dark', reducedMotion: 'reduce', storageState });
  await phone.go('/settings');
  await phone.page.evaluate(() => localStorage.setItem('language', 'de'));
  await phone.go('/settings');
  await take(phone.page, 'settings-german-phone-dark');
  await phone.go(`/incidents/${await home.openIncidentId()}`);
  await take(phone.page, 'alert-german-phone-dark');
  await phone.context.close();
}

await mkdir(OUT, { recursive: true });
ensureBuilt();
const browser = await openBrowser();
const { home, beat, session } = await startLivedInHome(browser);
// The devices keep sending heartbeats while the pictures are taken.
const beating = setInterval(() => void beat().catch(() => undefined), 5_000);
const views = await openViews(browser, home, session);
await strangers(browser, home);
await alarm(
  views,
  home,
  'alert-smoke',
  () => home.smoke(),
  async () => {
    await readmePicture(browser, home, session);
    await german(browser, home, session);
    await listening(views, home);
  },
);
const glass = { why: why('glass_break', NO_CADENCE, 'a bright crash, then falling pieces') };
await alarm(views, home, 'alert-glass', () => home.report('glass_break', glassClip(), glass));
await alarm(views, home, 'alert-co', () => home.report('co_alarm', coClip(), { why: why('co_alarm', T4) }));
await quietPages(views, home, await home.incidentIdOf('smoke_alarm'));
clearInterval(beating);
await browser.close();
await home[Symbol.asyncDispose]();
