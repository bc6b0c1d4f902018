import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { HttpSink } from '../../testing/http-sink.ts';
import { until } from '../../testing/until.ts';
import { describeInBrowser } from './describe-in-browser.ts';
import { openBrowser, Phone } from './phone.ts';

const EARSHOT = fileURLToPath(new URL('../../../cli/earshot.js', import.meta.url));
const DESKTOP = { viewport: { width: 1280, height: 800 }, isMobile: false, hasTouch: false };
const TWO_MINUTES_MS = 120_000;

interface Message {
  title: string;
  actions?: { label: string; url: string; method?: string }[];
}

const VIEWS: [string, BrowserContextOptions, Record<string, RegExp>][] = [
  [
    'English, on a phone',
    {},
    { way: /Use the ntfy app/, ring: /Ring it now/, yes: /Yes, it rang/, acknowledged: /acknowledged at/ },
  ],
  [
    'German, on a desktop',
    { ...DESKTOP, locale: 'de-DE' },
    { way: /^$/, ring: /Jetzt klingeln lassen/, yes: /Ja, es hat geklingelt/, acknowledged: /gesehen/ },
  ],
];

describeInBrowser('the first minutes, from an empty folder', () => {
  // Accepts what ntfy accepts (JSON with a topic) and stores it, like a subscribed phone.
  const ntfy = new HttpSink();
  let browser: Browser;
  const folders: string[] = [];
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    ntfy.answer = (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    await ntfy.start();
    browser = await openBrowser();
  }, 60_000);
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await browser.close();
    await ntfy.stop();
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  });

  const start = async (): Promise<string> => {
    const port = await freePort();
    const folder = await mkdtemp(join(tmpdir(), 'earshot-first-'));
    folders.push(folder);
    const url = `http://127.0.0.1:${port}`;
    const child = spawn(process.execPath, [EARSHOT, 'start', '--json', '--port', String(port)], {
      env: { ...process.env, EARSHOT_HOME: folder, EARSHOT_NTFY_URL: ntfy.url, EARSHOT_PUBLIC_URL: url },
    });
    children.push(child);
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    await until('it has started', () => out.includes('"pairingCode"'), 60_000);
    return `${url}/pair?code=${/"pairingCode":"(\w+)"/.exec(out)![1]}`;
  };

  test.each(VIEWS)(
    '%s: name, room, a phone that rings, an alarm, acknowledged from the notification, in two minutes',
    async (_name, options, words) => {
      const startedMs = Date.now();
      ntfy.received.length = 0;
      const messages = () => ntfy.received.map(({ body }) => JSON.parse(body) as Message);
      const address = await start();
      const phone = await Phone.open(browser, new URL(address).origin, options);
      const { page } = phone;
      await page.goto(address);
      await page.locator('input[autocomplete=given-name]').fill('Anna');
      await page.locator('.welcome-form button[type=submit]').click();
      const steps = [
        [/What is your home called|Wie heißt dein Zuhause/, 'Birch Street 4'],
        [/Where does it listen|Wo hört es zu/, 'Kitchen'],
      ] as const;
      for (const [heading, value] of steps) {
        await page.getByRole('heading', { name: heading }).waitFor();
        await page.locator('.start input').fill(value);
        await page.locator('.start button[type=submit]').click();
      }
      if (!('isMobile' in options)) await page.getByRole('button', { name: words.way! }).click();
      await page.getByRole('button', { name: words.ring! }).click();
      await until('the phone rings', () => messages().length > 0);
      await page.getByRole('button', { name: words.yes! }).click();
      await page.getByRole('heading', { name: /Your phone rings|Dein Telefon klingelt/ }).waitFor();

      await until('the alarm arrives', () => messages().some(({ actions }) => actions?.length === 2), 90_000);
      const alarm = messages().find(({ actions }) => actions?.length === 2)!;
      expect(alarm.title).toBe('Smoke alarm · Kitchen');
      // The open app shows it by itself.
      await page.locator('.alert h1').waitFor();
      const acknowledge = alarm.actions!.find(({ label }) => label === 'Acknowledge')!;
      expect((await fetch(acknowledge.url, { method: 'POST' })).status).toBe(204);
      await page.getByText(words.acknowledged!).first().waitFor();
      expect(Date.now() - startedMs).toBeLessThan(TWO_MINUTES_MS);
      expect(phone.problems).toEqual([]);
      await phone.context.close();
      // Otherwise the alarm would also alert the next test's phone.
      for (const child of children) child.kill('SIGKILL');
    },
    180_000,
  );
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
