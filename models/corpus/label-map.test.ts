import { describe, expect, test } from '@jest/globals';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LabelMap, mapLabel, readLabelMap } from './label-map.ts';

describe('the built-in label map', () => {
  test.each([
    ['smoke_alarm', 'smoke_alarm'],
    ['Smoke detector, smoke alarm', 'smoke_alarm'],
    ['glass_breaking', 'glass_break'],
    ['Shatter', 'glass_break'],
    ['crying_baby', 'baby_cry'],
    ['dog', 'dog_bark'],
  ])("the corpus label %s is mapped to Earshot's label %s", (label, ours) => {
    expect(mapLabel(label)).toEqual({ positive: ours, ignore: [], known: true });
  });

  test.each([
    'doorbell',
    'microwave',
    'medical_alarm_beep',
    'phone_ring',
    'appliance_beep',
    'siren',
    'dishes',
    'alarm_clock',
    'clock_alarm',
    'Doorbell',
  ])('the label %s is a confuser for every head', (label) =>
    expect(mapLabel(label)).toEqual({ ignore: [], known: true }),
  );

  test.each(['fire_bell', 'fire_voice_evac', 'Fire alarm'])(
    'the label %s is ignored for smoke and CO alarms, but is a confuser for breaking glass',
    (label) => {
      const { positive, ignore } = mapLabel(label);
      expect(positive).toBeUndefined();
      expect(ignore).toEqual(expect.arrayContaining(['smoke_alarm', 'co_alarm']));
      expect(ignore).not.toContain('glass_break');
    },
  );

  test('an unknown label is a confuser, and is marked as unknown', () => {
    expect(mapLabel('quarrelling robots')).toEqual({ ignore: [], known: false });
  });
});

describe('a custom label map', () => {
  const write = async (text: string): Promise<string> => {
    const path = join(await mkdtemp(join(tmpdir(), 'earshot-map-')), 'map.json');
    await writeFile(path, text);
    return path;
  };

  test('a custom map lists positives and ignored labels; every label that it does not list is a confuser', async () => {
    const map = await readLabelMap(
      await write('{"Rauchmelder":"smoke_alarm","Glocke":{"ignore":"*"},"Horn":{"ignore":["co_alarm"]}}'),
    );
    expect(map.rule('rauchmelder')).toEqual({ positive: 'smoke_alarm', ignore: [], known: true });
    expect(map.rule('Glocke')).toEqual({ ignore: '*', known: true });
    expect(map.rule('Horn')).toEqual({ ignore: ['co_alarm'], known: true });
    expect(map.rule('smoke_alarm').known).toBe(false);
  });

  test.each([
    '[]',
    '{"a":3}',
    '{"a":"Smoke Alarm"}',
    '{"a":{"ignore":"all"}}',
    '{"a":{"ignore":[],"more":1}}',
    'no json',
  ])('the custom map %s is refused', async (text) => {
    await expect(readLabelMap(await write(text))).rejects.toMatchObject({ code: 'CORPUS_LABELS' });
  });

  test('a custom map that does not exist is reported as FILE_MISSING', async () => {
    await expect(readLabelMap('/no/such/map.json')).rejects.toMatchObject({
      code: 'FILE_MISSING',
      detail: '/no/such/map.json',
    });
  });

  test('labels that differ only in case and separators are treated as the same label', () => {
    expect(new LabelMap({ 'Glass, breaking': 'glass_break' }).rule('glass_BREAKING').positive).toBe('glass_break');
  });
});
