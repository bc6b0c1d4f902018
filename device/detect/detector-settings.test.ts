import { expect, test } from '@jest/globals';
import { defaultSettings } from '@earshot/shared/settings.ts';
import { onlyInOtherModes } from './detector-settings.ts';

const { sounds } = defaultSettings();
// A new home reports footsteps in no mode, so another mode does not help.
const labels = ['smoke_alarm', 'glass_break', 'footsteps'];

test('only labels that another mode reports count as left out by the current mode', () => {
  expect(onlyInOtherModes({ mode: 'home', sounds, gate: true }, labels)).toEqual(['glass_break']);
});

test('a mode that reports all labels that are on leaves out no label', () => {
  expect(onlyInOtherModes({ mode: 'away', sounds, gate: true }, labels)).toEqual([]);
});
