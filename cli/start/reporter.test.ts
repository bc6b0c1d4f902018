import { expect, test } from '@jest/globals';
import { StartEvent } from '@earshot/shared/contracts/start-event.ts';
import { endingWithSummary, jsonReporter } from './reporter.ts';

const error: StartEvent = { type: 'error', code: 'AUDIO_EMPTY', message: 'nothing', todo: 'record' };
const summary: StartEvent = { type: 'summary', seconds: 1, candidates: 0, rejected: 0, incidents: [] };

test('JSON lines contain one event a line and nothing else', () => {
  const lines: string[] = [];
  const reporter = jsonReporter((line) => lines.push(line));
  reporter.note('for people');
  reporter.event(error);
  expect(lines.map((line) => StartEvent.parse(JSON.parse(line)))).toEqual([error]);
  expect(lines.every((line) => line.endsWith('\n'))).toBe(true);
});

test('nothing is printed after the summary', () => {
  const printed: StartEvent[] = [];
  const reporter = endingWithSummary({
    event: (event) => printed.push(event),
    hears: () => undefined,
    note: () => undefined,
  });
  for (const event of [error, summary, error, summary]) reporter.event(event);
  expect(printed).toEqual([error, summary]);
});
