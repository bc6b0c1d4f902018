import type { Candidate } from '@earshot/shared/contracts/candidate.ts';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { Phone } from './phone.ts';
import { coClip, glassClip, NO_PATTERN, smokeClip, T3, T4 } from './sounds.ts';
import { TestHome, why } from './test-home.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

export interface SeededHome extends AsyncDisposable {
  home: TestHome;
  phone: Phone;
}

/** A home that has lived: devices in three rooms (one of them deaf), a past of a few weeks, a schedule, two people. All by the API. */
export async function startSeededHome(browser: Browser, options: BrowserContextOptions = {}): Promise<SeededHome> {
  const home = await TestHome.start();
  const phone = await Phone.paired(browser, home, 'Anna', options);
  await (await Phone.paired(browser, home, 'Jonas')).context.close();
  const hall = await home.addDevice('hall-pi', 'Hallway');
  const cellar = await home.addDevice('cellar-pi', 'Cellar');
  await home.beat({ sources: [{ name: 'default', state: 'healthy', reason: null, levelDbfs: -38 }] }, hall);
  await home.beat({ sources: [{ name: 'default', state: 'recovering', reason: 'muted', levelDbfs: -79 }] }, cellar);
  await home.beat({
    hears: [
      { label: 'smoke_alarm', score: 0.04 },
      { label: 'dog_bark', score: 0.23 },
      { label: 'door', score: 0.11 },
      { label: 'glass_break', score: 0.02 },
    ],
  });
  await change(phone, 'PATCH', '/v1/settings', {
    schedule: [
      { at: '22:30', days: [0, 1, 2, 3, 4, 5, 6], mode: 'night' },
      { at: '06:30', days: [1, 2, 3, 4, 5], mode: 'home' },
      { at: '08:15', days: [1, 2, 3, 4, 5], mode: 'away' },
    ],
    contact: { name: 'Jonas', phone: '+49 30 901820' },
    quietHours: { from: '22:00', to: '07:00' },
  });
  await change(phone, 'POST', '/v1/channels', { kind: 'ntfy', url: 'https://ntfy.example.org/birch-street' });
  await change(phone, 'POST', '/v1/channels', {
    kind: 'webhook',
    url: 'https://example.org/earshot',
    secret: 'not a real secret',
  });

  const now = Date.now();
  await home.report('smoke_alarm', smokeClip(), {
    ...past(now - 12 * DAY_MS - 5 * HOUR_MS),
    why: why('smoke_alarm', T3),
    score: 0.94,
  });
  await home.report('glass_break', glassClip(), {
    ...past(now - 31 * DAY_MS),
    why: why('glass_break', NO_PATTERN, 'a bright crash, then falling pieces'),
    score: 0.88,
  });
  await home.report('co_alarm', coClip(), {
    ...past(now - 44 * DAY_MS),
    why: why('co_alarm', T4),
    score: 0.91,
    test: true,
  });
  await home.report('glass_break', glassClip(), {
    ...past(now - 71 * DAY_MS),
    why: why('glass_break', NO_PATTERN, 'a bright crash, then falling pieces'),
    score: 0.79,
  });
  return { home, phone, [Symbol.asyncDispose]: () => home[Symbol.asyncDispose]() };
}

/** The device was offline then: the candidate is delivered late, with its own time. */
export function past(atMs: number): Pick<Candidate, 'startedAt' | 'detectedAt' | 'late'> {
  return { startedAt: new Date(atMs).toISOString(), detectedAt: new Date(atMs + 6_000).toISOString(), late: true };
}

/** As the app itself would. */
export async function change(phone: Phone, method: string, path: string, body?: unknown): Promise<void> {
  const status = await phone.page.evaluate(
    async ([verb, address, json]) =>
      (
        await fetch(address!, {
          method: verb!,
          headers: { 'x-earshot-app': '1', ...(json === undefined ? {} : { 'content-type': 'application/json' }) },
          ...(json === undefined ? {} : { body: json }),
        })
      ).status,
    [method, path, body === undefined ? undefined : JSON.stringify(body)] as const,
  );
  if (status >= 300) throw new Error(`${method} ${path}: ${status}`);
}
