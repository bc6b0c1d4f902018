import { afterEach, expect, test } from '@jest/globals';
import { MICROPHONE_REASONS } from '@earshot/shared/microphone-reason.ts';
import { de } from './de.ts';
import { sourceText } from './source-text.ts';
import { spoken } from './words.ts';

const before = spoken.get();
afterEach(() => spoken.set(before));
const source = (state: 'healthy' | 'deaf' | 'recovering' | 'failed', reason: string | null) => ({
  ...{ name: 'mic', levelDbfs: null },
  state,
  reason,
});

test.each([
  ['deaf', 'muted', 'Hears nothing: it is muted. Unmute it'],
  ['failed', 'a reason of a newer device', 'Does not work: a reason of a newer device'],
  ['recovering', 'muted', 'Working again'],
  ['healthy', null, 'Hears well'],
] as const)('a microphone that is %s with the reason %s: "%s"', (state, reason, text) => {
  expect(sourceText(source(state, reason))).toBe(text);
});

test('every reason has a German text', () => {
  spoken.set({ words: de, language: 'de' });
  for (const reason of Object.keys(MICROPHONE_REASONS))
    expect(sourceText(source('deaf', reason))).not.toContain(reason);
  expect(sourceText(source('deaf', 'muted'))).toBe('Hört nichts: es ist stumm geschaltet. Schalte den Ton ein');
});
