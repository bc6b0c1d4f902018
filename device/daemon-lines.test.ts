import { beforeEach, describe, expect, test } from '@jest/globals';
import { EarshotError } from '@earshot/shared/errors.ts';
import { makeCandidate } from '@earshot/shared/testing/candidates.ts';
import { endInWords, modeInWords, printEvents } from './daemon-lines.ts';
import { AgentEmitter } from './events.ts';

let events: AgentEmitter;
let lines: string[];

beforeEach(() => {
  events = new AgentEmitter();
  lines = [];
});

const print = (json: boolean, isLive = false) =>
  printEvents(
    events,
    json,
    (line) => lines.push(line),
    () => isLive,
  );
const candidate = makeCandidate('smoke_alarm', null, { source: 'mic' });
const detect = () =>
  events.emit('candidate', { candidate, clip: null, atS: 3_725.9, detectedS: 3_731.2, again: false });

describe('sentences of the daemon', () => {
  test('say what was detected, when, how certain, why and where', () => {
    print(false);
    detect();
    expect(lines).toEqual([
      '1:02:11  smoke alarm (90 %), since 1:02:05: three beeps of 0.5 s at 3.1 kHz, two times  [mic]',
    ]);
  });

  test('give times of day for a microphone', () => {
    print(false, true);
    const timeOf = (instant: string) => new Date(instant).toTimeString().slice(0, 8);
    detect();
    expect(lines[0]).toContain(`since ${timeOf(candidate.startedAt)}: `);
    expect(lines[0]?.startsWith(`${timeOf(candidate.detectedAt)}  smoke alarm`)).toBe(true);
  });

  test('say of which moment a sent candidate is, or that an earlier run detected it', () => {
    print(false);
    detect();
    const { id, label } = candidate;
    for (const sent of [id, 'before']) events.emit('delivered', { id: sent, label, withClip: true });
    expect(lines.slice(1)).toEqual([
      `sent     smoke alarm of 1:02:11, ${id}`,
      'sent     smoke alarm of an earlier run, before',
    ]);
  });

  test('forget the moment of the oldest candidate when 5,001 are undelivered', () => {
    print(false);
    for (let n = 0; n <= 5_000; n++)
      events.emit('candidate', {
        candidate: { ...candidate, id: `c${n}` },
        clip: null,
        atS: n,
        detectedS: n,
        again: false,
      });
    for (const id of ['c0', 'c1']) events.emit('delivered', { id, label: candidate.label, withClip: true });
    expect(lines.slice(-2)).toEqual([
      'sent     smoke alarm of an earlier time, c0',
      'sent     smoke alarm of 0:00:01, c1',
    ]);
  });

  test('report a repeated order to the siren once', () => {
    print(false);
    const order = { id: '0190a5c0-0000-7000-8000-000000000001', seconds: 60 };
    for (const on of [true, true]) events.emit('sirenOrder', { ...order, on });
    events.emit('sirenOrder', { ...order, id: '0190a5c0-0000-7000-8000-000000000002', on: false });
    expect(lines).toEqual(['siren    a member of the home started it', 'siren    a member of the home stopped it']);
  });

  test('report whether the cloud is reached, changed settings, and who listens live', () => {
    print(false);
    events.emit('online', { online: false, reason: 'no answer' });
    events.emit('online', { online: true, reason: null });
    events.emit('settings', { version: 2, mode: 'night', testing: true });
    events.emit('listeners', { names: ['Anna', 'Ben'] });
    events.emit('listeners', { names: [] });
    expect(lines).toEqual([
      'cloud    unreachable: no answer',
      'cloud    reached',
      'settings mode night, testing: alarms are reported as a test',
      'live     Anna, Ben listening live',
      'live     nobody listens any more',
    ]);
  });

  test('report a problem with its code and what to do', () => {
    print(false);
    const error = new EarshotError('DISK_UNREADABLE', '');
    events.emit('problem', error);
    expect(lines).toEqual([`problem  ${error.toLine()}`]);
  });
});

describe('JSON lines of the daemon', () => {
  test('hold candidates, health and errors, and nothing else', () => {
    print(true);
    detect();
    events.emit('health', { name: 'mic', state: 'deaf', reason: 'all_zero', levelDbfs: null });
    events.emit('problem', new EarshotError('DISK_UNREADABLE', ''));
    events.emit('online', { online: true, reason: null });
    events.emit('listeners', { names: ['Anna'] });
    expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
      expect.objectContaining({
        type: 'candidate',
        id: candidate.id,
        label: 'smoke_alarm',
        atS: 3_725.9,
        detectedS: 3_731.2,
        startedAt: null,
        detectedAt: null,
      }),
      { type: 'health', source: 'mic', state: 'deaf', reason: 'all_zero' },
      expect.objectContaining({ type: 'error', code: 'DISK_UNREADABLE' }),
    ]);
  });
});

test('the summary counts the candidates, and the seconds of sound, of all sources', () => {
  const summary = print(true);
  detect();
  events.emit('sourceEnd', { source: 'a.wav', seconds: 10 });
  events.emit('sourceEnd', { source: 'b.wav', seconds: 5 });
  expect(summary()).toEqual({ candidates: 1, seconds: 15 });
});

describe('the last sentence after the end of all recordings', () => {
  test('says that there was no candidate', () => {
    const summary = print(false);
    events.emit('sourceEnd', { source: 'a.wav', seconds: 65 });
    expect(endInWords(summary())).toBe('ended    0:01:05 heard, no candidate');
  });

  test('counts the candidates', () => {
    const summary = print(false);
    detect();
    events.emit('sourceEnd', { source: 'a.wav', seconds: 65 });
    expect(endInWords(summary())).toBe('ended    0:01:05 heard, 1 candidate');
  });
});

describe('the sentence about labels that the mode does not report', () => {
  test('names the labels, and says where the mode of a paired device is chosen', () => {
    expect(modeInWords('home', ['glass_break', 'door'], true)).toBe(
      'mode     Home does not report: breaking glass, door. Choose another mode in the app. `npm start -- --listen FILE` plays a recording in mode Away.',
    );
  });

  test('says that a device without an app must be paired first', () => {
    expect(modeInWords('night', ['door'], false)).toMatch(
      /^mode {5}Night does not report: door\. .* first pair the device: `npx earshot device pair CODE --cloud URL`\./,
    );
  });
});
