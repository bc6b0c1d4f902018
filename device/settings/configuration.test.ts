import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readConfiguration, template, writeConfigurationTemplate } from './configuration.ts';

let home: string;
beforeEach(() => void (home = mkdtempSync(join(tmpdir(), 'earshot-conf-'))));
afterEach(() => rmSync(home, { recursive: true }));
const write = (content: string) => writeFileSync(join(home, 'device.conf'), content);

describe('the settings file', () => {
  test('uses the defaults without a file', async () => {
    expect(await readConfiguration(home, {})).toMatchObject({
      listen: ['mic'],
      energy_gate: true,
      siren: 'offline',
      siren_seconds: 60,
    });
  });

  test('the environment overrides the file, which overrides the default', async () => {
    write('listen = alsa:hw:1, rtsp://camera/1\n# a comment\n\nroom = Kitchen = Diner\nsiren = never\n');
    const read = await readConfiguration(home, { EARSHOT_ENERGY_GATE: 'off', EARSHOT_SIREN: 'always' });
    expect(read).toMatchObject({
      listen: ['alsa:hw:1', 'rtsp://camera/1'],
      room: 'Kitchen = Diner',
      energy_gate: false,
      siren: 'always',
    });
  });

  test.each([
    ['energy_gate = maybe', 'device.conf line 1: energy_gate = "maybe": use on or off'],
    ['\n\nsiren_seconds = 0', 'device.conf line 3: siren_seconds = "0": use a whole number from 1'],
    ['sirene = never', '"sirene" is not a setting'],
    ['never', '"never" is not of the form'],
    ['mqtt = broker:1883', 'use an address that begins with mqtt://'],
  ])('refuses %j with its line and advice', async (line, message) => {
    write(line);
    await expect(readConfiguration(home, {})).rejects.toThrow(message);
  });

  test('the template has no effect, and contains the defaults when its comment signs are removed', async () => {
    await writeConfigurationTemplate(home);
    expect(await readConfiguration(home, {})).toEqual(await readConfiguration(join(home, 'none'), {}));
    write(template().replace(/^#(\w+ =)/gm, '$1'));
    expect(await readConfiguration(home, {})).toEqual(await readConfiguration(join(home, 'none'), {}));
  });

  test('never overwrites an existing file', async () => {
    write('siren = never\n');
    await writeConfigurationTemplate(home);
    expect(readFileSync(join(home, 'device.conf'), 'utf8')).toBe('siren = never\n');
  });
});
