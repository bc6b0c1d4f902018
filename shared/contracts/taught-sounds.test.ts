import { describe, expect, test } from '@jest/globals';
import { labelInfo, MODES } from '../labels.ts';
import { isTaught, TaughtLabel, taughtLabel } from './taught-sounds.ts';

describe('the label of a taught sound', () => {
  test.each([
    ['Doorbell', 'security', 'taught_security_doorbell_9f3a'],
    ['Türklingel unten', 'upkeep', 'taught_upkeep_turklingel_unten_9f3a'],
    ['  A very long name of a washing machine', 'upkeep', 'taught_upkeep_a_very_long_name_9f3a'],
    ['鈴', 'security', 'taught_security_sound_9f3a'],
  ] as const)('of "%s" (%s) is %s', (name, kind, label) => {
    expect(taughtLabel(name, kind, '01890000-0000-7000-8000-00000000-9F3A')).toBe(label);
    expect(TaughtLabel.safeParse(label).success).toBe(true);
  });

  test("contains the sound's class, and the sound is on in every mode", () => {
    expect(labelInfo('taught_upkeep_washing_machine_9f3a')).toEqual({
      class: 'upkeep',
      modes: MODES,
      words: 'washing machine',
    });
    expect(isTaught('smoke_alarm')).toBe(false);
  });
});
