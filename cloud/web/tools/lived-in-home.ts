import type { Incident } from '@earshot/shared/contracts/home.ts';
import type { Browser, BrowserContext } from 'playwright-core';
import type { ScoresClips } from '../../verifier/scores-clips.ts';
import { callApi } from '../tests/call-api.ts';
import { eventually } from '../tests/eventually.ts';
import { Phone } from '../tests/phone.ts';
import { ShiftedClock } from './shifted-clock.ts';
import { NO_CADENCE } from '@earshot/shared/cadence/rhythm-reader.ts';
import { coClip, glassClip, smokeClip, T3, T4 } from '../tests/sounds.ts';
import { TestHome, why } from '../tests/test-home.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** A verifier that confirms candidates with a high score. */
const believingTheSure: ScoresClips = {
  score: async ({ evidence }) => {
    const score = Math.max(0, ...Object.values(evidence.why.scores));
    return { scores: { [evidence.label]: score > 0.5 ? 0.985 : 0.03 }, embedding: null };
  },
};

interface Past {
  daysAgo: number;
  label: string;
  clip: () => Uint8Array;
  reason: ReturnType<typeof why>;
  then: { path: string; body: unknown }[];
  test?: true;
}

const crash = 'a bright crash, then falling pieces';
const acknowledged = { path: 'acknowledge', body: { acknowledged: true } };
const chirp = { ...T3, pattern: 'chirp', onS: 0.08, offS: 0, periodS: 40, beeps: 2, groups: 2 } as const;
const unsure = { ...why('glass_break', NO_CADENCE, crash), scores: { glass_break: 0.41 } };

const PAST: Past[] = [
  {
    daysAgo: 71,
    label: 'glass_break',
    clip: glassClip,
    reason: why('glass_break', NO_CADENCE, crash),
    then: [acknowledged],
  },
  { daysAgo: 64, label: 'co_alarm', clip: coClip, reason: why('co_alarm', T4), then: [], test: true },
  {
    daysAgo: 44,
    label: 'low_battery_chirp',
    clip: smokeClip,
    reason: why('low_battery_chirp', chirp),
    then: [acknowledged],
  },
  { daysAgo: 27, label: 'glass_break', clip: glassClip, reason: unsure, then: [] },
  {
    daysAgo: 26,
    label: 'glass_break',
    clip: glassClip,
    reason: why('glass_break', NO_CADENCE, crash),
    then: [acknowledged, { path: 'feedback', body: { verdict: 'wrong' } }],
  },
  {
    daysAgo: 12.3,
    label: 'smoke_alarm',
    clip: smokeClip,
    reason: why('smoke_alarm', T3),
    then: [acknowledged, { path: 'feedback', body: { verdict: 'right' } }],
  },
];

const HEARS = [
  { label: 'dog_bark', score: 0.23 },
  { label: 'door', score: 0.11 },
  { label: 'smoke_alarm', score: 0.04 },
  { label: 'glass_break', score: 0.02 },
];

type Session = Awaited<ReturnType<BrowserContext['storageState']>>;

export interface LivedInHome {
  home: TestHome;
  /** Sends one heartbeat for each device. Real devices send a heartbeat every five seconds. */
  beat: () => Promise<void>;
  /** The session of the member Anna, for use in several browsers. */
  session: Session;
}

/**
 * A home with a history of eighty days: alarms, a test and a false alert, two people, three devices and a schedule.
 */
export async function startLivedInHome(browser: Browser): Promise<LivedInHome> {
  const clock = new ShiftedClock();
  clock.setBack(80 * DAY_MS);
  const home = await TestHome.start({ clock, scorer: believingTheSure });
  const anna = await Phone.paired(browser, home, 'Anna');
  for (const event of PAST) await live(home, anna, clock, event);
  clock.setBack(0);

  await Phone.paired(browser, home, 'Jonas').then(({ context }) => context.close());
  const hall = await home.addDevice('hall-pi', 'Hallway');
  const cellar = await home.addDevice('cellar-pi', 'Cellar');
  const settingsVersion = 2;
  const beat = async () => {
    await home.beat({ hears: HEARS, settingsVersion });
    await home.beat(
      { sources: [{ name: 'default', state: 'healthy', reason: null, levelDbfs: -38 }], settingsVersion },
      hall,
    );
    await home.beat(
      { sources: [{ name: 'default', state: 'recovering', reason: 'clipped', levelDbfs: -9 }], settingsVersion },
      cellar,
    );
  };
  await beat();
  await callApi(anna, 'PATCH', '/v1/settings', {
    schedule: [
      { at: '22:30', days: [0, 1, 2, 3, 4, 5, 6], mode: 'night' },
      { at: '06:30', days: [1, 2, 3, 4, 5], mode: 'home' },
      { at: '08:15', days: [1, 2, 3, 4, 5], mode: 'away' },
    ],
    mode: 'home',
    contact: { name: 'Jonas', phone: '+49 30 901820' },
    quietHours: { from: '22:00', to: '07:00' },
  });
  await callApi(anna, 'POST', '/v1/channels', { kind: 'ntfy', url: 'https://ntfy.example.org/birch-street' });
  await callApi(anna, 'POST', '/v1/channels', {
    kind: 'webhook',
    url: 'https://example.org/earshot',
    secret: 'for a picture',
  });
  const session = await anna.context.storageState();
  await anna.context.close();
  return { home, beat, session };
}

/**
 * Creates an incident on a past day: sets the clock back, reports the sound, adds the members' actions and waits until
 * the incident has ended.
 */
async function live(home: TestHome, phone: Phone, clock: ShiftedClock, event: Past): Promise<void> {
  clock.setBack(event.daysAgo * DAY_MS);
  const at = new Date(clock.nowMs()).toISOString();
  const score = Math.max(...Object.values(event.reason.scores));
  await home.report(event.label, event.clip(), {
    why: event.reason,
    score,
    startedAt: at,
    detectedAt: at,
    test: event.test ?? false,
  });
  const newest = async () => (await callApi<{ items: Incident[] }>(phone, 'GET', '/v1/incidents?limit=1')).items[0];
  const judged = await eventually(
    newest,
    (incident) => incident?.startedAt === at && incident.verdict !== 'pending',
    20_000,
  );
  for (const { path, body } of event.then) await callApi(phone, 'POST', `/v1/incidents/${judged!.id}/${path}`, body);
  clock.setBack(event.daysAgo * DAY_MS - (event.label === 'low_battery_chirp' ? 1.1 * DAY_MS : 3 * MINUTE_MS));
  await eventually(newest, (incident) => incident?.state === 'cleared', 20_000);
}
