import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { LIVE_BEAT_MS } from '@earshot/shared/contracts/live-beat.ts';
import { followLive } from './live.ts';

/** Stands in for the browser's EventSource. The test decides when it opens, fails and gets events. */
class FakeSource extends EventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSED = 2;
  static all: FakeSource[] = [];
  readyState = FakeSource.CONNECTING;
  onopen?: () => void;
  onerror?: () => void;
  readonly url: string;

  constructor(url: string) {
    super();
    this.url = url;
    FakeSource.all.push(this);
  }

  open() {
    this.readyState = FakeSource.OPEN;
    this.onopen?.();
  }

  receive(type: string) {
    this.dispatchEvent(new MessageEvent(type, { data: JSON.stringify({ type }) }));
  }

  close() {
    this.readyState = FakeSource.CLOSED;
  }
}

const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
let browser: EventTarget;
let stop: AbortController;
/** What the app was told, in order. */
let told: string[];
let load: () => Promise<void>;

beforeEach(() => {
  jest.useFakeTimers();
  // A new one for each test: Node may keep a listener whose signal was aborted, if the target has several listeners.
  browser = new EventTarget();
  Object.assign(globalThis, {
    EventSource: FakeSource,
    document: page,
    addEventListener: browser.addEventListener.bind(browser),
  });
  FakeSource.all = [];
  told = [];
  load = () => Promise.resolve();
  stop = new AbortController();
  followLive(
    {
      load: () => load(),
      onLive: () => told.push('live'),
      onEvent: ({ type }) => void told.push(type),
      onLost: () => told.push('lost'),
    },
    stop.signal,
  );
});
afterEach(() => {
  stop.abort();
  expect(jest.getTimerCount()).toBe(0);
  expect(alive()).toEqual([]);
  jest.useRealTimers();
});

const newest = () => FakeSource.all.at(-1)!;
const alive = () => FakeSource.all.filter(({ readyState }) => readyState !== FakeSource.CLOSED);
const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);
const open = async () => {
  newest().open();
  await pass(0);
};
/** The clock goes on, but no timer runs. */
const sleep = (ms: number) => jest.setSystemTime(Date.now() + ms);
const show = () => page.dispatchEvent(new Event('visibilitychange'));

test('an open connection on which nothing arrives for more than two beats is lost and replaced', async () => {
  await open();
  await pass(2 * LIVE_BEAT_MS);
  expect(told).toEqual(['live']);
  await pass(LIVE_BEAT_MS);
  expect(told).toEqual(['live', 'lost']);
  expect(FakeSource.all).toHaveLength(2);
  expect(alive()).toEqual([newest()]);
  await open();
  expect(told).toEqual(['live', 'lost', 'live']);
});

test.each(['beat', 'device'])('a connection that delivers an event "%s" now and then is not lost', async (type) => {
  await open();
  for (let beats = 0; beats < 20; beats++) {
    await pass(2 * LIVE_BEAT_MS);
    newest().receive(type);
  }
  expect(told).not.toContain('lost');
  expect(told.filter((each) => each === type)).toHaveLength(20);
  expect(FakeSource.all).toHaveLength(1);
});

test('an attempt to connect that neither succeeds nor fails is given up, and the waits before the next attempts grow', async () => {
  await pass(9_000);
  expect(told).toEqual([]);
  await pass(1_000);
  expect(told).toEqual(['lost']);
  expect(alive()).toEqual([]);
  await pass(500);
  expect(FakeSource.all).toHaveLength(2);
  await pass(10_000 + 999);
  expect(FakeSource.all).toHaveLength(2);
  await pass(1);
  expect(FakeSource.all).toHaveLength(3);
  for (let attempt = 0; attempt < 20; attempt++) await pass(25_000);
  expect(alive().length).toBeLessThanOrEqual(1);
  await pass(25_000);
  expect(FakeSource.all.length).toBeGreaterThan(20);
});

test('after a failed attempt there is one new attempt, not two', async () => {
  newest().onerror?.();
  expect(told).toEqual(['lost']);
  await pass(500);
  expect(FakeSource.all).toHaveLength(2);
  await open();
  expect(alive()).toEqual([newest()]);
});

test('a phone that wakes after a long sleep counts the connection as lost before anything else, and connects at once', async () => {
  await open();
  sleep(600_000);
  show();
  expect(told).toEqual(['live', 'lost']);
  expect(FakeSource.all).toHaveLength(2);
  expect(alive()).toEqual([newest()]);
});

test('an event that arrived before the phone slept does not count as a sign of life after it woke', async () => {
  await open();
  sleep(600_000);
  newest().receive('beat');
  expect(told).toEqual(['live', 'lost']);
  await pass(500);
  expect(FakeSource.all).toHaveLength(2);
});

test('a computer that slept with the page visible counts the connection as lost within 5 s after it woke', async () => {
  await open();
  sleep(600_000);
  await pass(5_000);
  expect(told).toEqual(['live', 'lost']);
});

test('a page that becomes visible again soon keeps its connection', async () => {
  await open();
  sleep(LIVE_BEAT_MS);
  show();
  expect(FakeSource.all).toHaveLength(1);
  expect(told).toEqual(['live']);
});

test.each([
  ['the network returns', () => browser.dispatchEvent(new Event('online'))],
  ['the page becomes visible', show],
])('when %s, the app connects at once, and the waits begin anew', async (_, happen) => {
  for (let attempt = 0; attempt < 6; attempt++) {
    newest().onerror?.();
    await pass(15_000);
  }
  newest().onerror?.();
  const before = FakeSource.all.length;
  happen();
  expect(FakeSource.all).toHaveLength(before + 1);
  expect(alive()).toEqual([newest()]);
  newest().onerror?.();
  await pass(500);
  expect(FakeSource.all).toHaveLength(before + 2);
});

test('a connection is lost as soon as the browser reports that it is offline', async () => {
  await open();
  browser.dispatchEvent(new Event('offline'));
  expect(told).toEqual(['live', 'lost']);
});

test('an open connection that is replaced because the network changed is lost until the new one is open', async () => {
  await open();
  browser.dispatchEvent(new Event('online'));
  expect(told).toEqual(['live', 'lost']);
  expect(FakeSource.all).toHaveLength(2);
  await open();
  expect(told).toEqual(['live', 'lost', 'live']);
});

test('a connection is live only after the missed changes are loaded, and is replaced if they cannot be loaded', async () => {
  load = () => Promise.reject(new Error('no answer'));
  await open();
  expect(told).toEqual(['lost']);
  await pass(500);
  load = () => Promise.resolve();
  await open();
  expect(told).toEqual(['lost', 'live']);
});

test('changes that are loaded after their connection was lost do not make the app live', async () => {
  const slow = Promise.withResolvers<void>();
  load = () => slow.promise;
  await open();
  newest().onerror?.();
  slow.resolve();
  await pass(100);
  expect(told).toEqual(['lost']);
});

test('all connections of a page have the same id, so that the cloud can replace the old one', async () => {
  newest().onerror?.();
  await pass(500);
  const [first, second] = FakeSource.all.map(({ url }) => url);
  expect(first).toMatch(/^\/v1\/live\?page=\w{6,40}$/);
  expect(second).toBe(first);
});
