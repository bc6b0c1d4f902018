import { spawnSync } from 'node:child_process';
import { describeUnless } from './describe-unless.ts';

/** A suite that runs an installed program of this machine. */
export function describeWithTool(name: string, tool: string, suite: () => void): void {
  const { error } = spawnSync(tool, ['--help']);
  describeUnless(error && `${tool} cannot be run (${error.message})`, name, suite);
}
