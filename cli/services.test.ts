import { Command } from 'commander';
import { describe, expect, test } from '@jest/globals';
import { register } from '@earshot/device/command.ts';
import { isService } from './services.js';

describe('commands that run until they are stopped', () => {
  test.each([[['device']], [['device', '--listen', 'mic']], [['cloud']], [['worker']], [['start', '--once']]])(
    '%j runs until it is stopped',
    (words) => {
      expect(isService(words)).toBe(true);
    },
  );

  test('every subcommand of device ends by itself', () => {
    const program = new Command();
    register(program, () => new AbortController().signal);
    const names = program.commands[0]?.commands.map((command) => command.name()) ?? [];
    expect(names).toContain('uninstall');
    expect(names.filter((name) => isService(['device', name]))).toEqual([]);
  });
});
