import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { yamlAfter } from './guide.ts';

const GUIDE = new URL('../../../docs/home-assistant.md', import.meta.url);

test('the automation in docs/home-assistant.md runs when smoke is verified, but not when Earshot restarts during an alarm', async () => {
  const automation = yamlAfter(await readFile(GUIDE, 'utf8'), '## An automation');
  expect(automation).toContain('entity_id: binary_sensor.earshot_home_smoke_alarm');
  expect(automation).toContain("from: 'off'");
});

test('reading the guide fails when it has no YAML block for the automation', () => {
  expect(() => yamlAfter('# Guide\n', '## An automation')).toThrow('no YAML');
});
