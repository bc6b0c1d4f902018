import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { discoveryMessage } from '@earshot/shared/home-assistant/discovery.ts';
import { KNOWN_LABELS } from '@earshot/shared/labels.ts';
import { ALERT_TYPES } from '../notify/mqtt.ts';

/**
 * The path of an installed Home Assistant's Python, as `.ci/install-home-assistant.sh` prints it. The installation takes 490 MB, so not
 * every machine that runs the tests has it.
 */
const python = process.env.EARSHOT_HA_PYTHON;

(python === undefined ? describe.skip : describe)(
  'the schemas of Home Assistant itself (with EARSHOT_HA_PYTHON)',
  () => {
    const message = (hasVerdicts: boolean) =>
      discoveryMessage({
        base: 'earshot/home',
        discovery: 'homeassistant',
        nodeId: 'earshot_home_1',
        name: 'Earshot Home',
        model: 'Earshot home',
        software: '0.1.0',
        area: 'Kitchen',
        configurationUrl: 'http://192.168.1.5:8080',
        labels: KNOWN_LABELS,
        hasVerdicts,
        event: { id: 'alert', name: 'Alert', types: ALERT_TYPES },
      });
    const check = (payload: string) =>
      spawnSync(python ?? '', [fileURLToPath(new URL('./check_discovery.py', import.meta.url))], {
        input: `${JSON.stringify({ topic: 'x', payload })}\n`,
        encoding: 'utf8',
      });

    test.each([
      ['of a home', true, 21],
      ['of a device', false, 12],
    ])("Home Assistant's schemas accept every entity %s", (_, hasVerdicts, count) => {
      const { stdout, stderr } = check(message(hasVerdicts).payload);
      expect(stderr).toBe('');
      expect(stdout).toContain(`accepts ${count} entities`);
    });

    test("Home Assistant's schemas refuse an entity with an option that does not exist", () => {
      const wrong = message(true).payload.replace('"enabled_by_default"', '"enabled_at_start"');
      expect(check(wrong).stderr).toContain('extra keys not allowed');
    });
  },
);
