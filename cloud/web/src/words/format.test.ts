import { expect, test } from '@jest/globals';
import type { Incident } from '@earshot/shared/contracts/home.ts';
import { heardWhen, modeText } from './format.ts';

const at = (day: number, hour: number, minute: number, second = 0) =>
  new Date(2026, 10, day, hour, minute, second).toISOString();
const NOW = new Date(2026, 10, 30, 12).getTime();
const incident = (given: Partial<Incident>): Incident =>
  ({ evidence: [{}], startedAt: at(30, 9, 15, 42), lastHeardAt: at(30, 9, 15, 44), ...given }) as Incident;

test('a short sound was heard at its time, whenever its alert was closed', () => {
  expect(heardWhen(incident({ clearedAt: at(30, 9, 17, 9) }), false, NOW)).toMatch(/^at 0?9:15/);
  expect(heardWhen(incident({ clearedAt: null }), false, NOW)).toMatch(/^at 0?9:15/);
});

test('a longer sound was heard from its start until it was last heard', () => {
  const lasting = incident({ lastHeardAt: at(30, 9, 20), clearedAt: at(30, 9, 22) });
  expect(heardWhen(lasting, false, NOW)).toMatch(/^from 0?9:15.* to 0?9:20/);
  expect(heardWhen(lasting, true, NOW)).toMatch(/^since 0?9:15/);
});

test('an earlier day is named, also when the sound ended on another day than it began', () => {
  const late = { startedAt: at(28, 23, 58), lastHeardAt: at(29, 0, 1), clearedAt: at(29, 0, 3) };
  expect(heardWhen(incident(late), false, NOW)).toMatch(/^Saturday.*, from .*58.* to Yesterday, .*01/);
});

test('a notice about a device began at its start and ended when it was cleared', () => {
  const notice = incident({ evidence: [], clearedAt: null });
  expect(heardWhen(notice, false, NOW)).toMatch(/^since 0?9:15/);
  expect(heardWhen({ ...notice, clearedAt: at(30, 9, 40) }, false, NOW)).toMatch(/^from 0?9:15.* to 0?9:40/);
});

test('the modes of an alert are those in which its devices listened, each once; older devices send none', () => {
  const inModes = (modes: (string | null)[]) => incident({ evidence: modes.map((mode) => ({ mode })) as never });
  expect(modeText(inModes(['away']))).toBe('Mode: Away');
  expect(modeText(inModes(['home', null, 'away', 'home']))).toBe('Mode: Home, Away');
  expect(modeText(inModes([null]))).toBeNull();
});
