import { spawnSync } from 'node:child_process';
import { describeUnless } from './describe-unless.ts';

/** A suite that runs a program of the machine. */
export function describeWithTool(name: string, tool: string, suite: () => void): void {
  const { error } = spawnSync(tool, ['--help']);
  describeUnless(error && `${tool} cannot be run (${error.message})`, name, suite);
}
