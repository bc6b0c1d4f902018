import { describe, test } from '@jest/globals';
import { whatIsMissing, type ServerName } from './servers/installed.ts';

/**
 * A suite that needs real servers. Where they are not installed it is skipped, and says so on stderr and in its name;
 * with CI=true that is a failure, because a suite that nobody runs proves nothing.
 */
export function describeWithServers(name: string, servers: readonly ServerName[], suite: () => void): void {
  const missing = whatIsMissing(servers);
  if (missing === undefined) return describe(name, suite);
  if (process.env.CI === 'true')
    return describe(name, () => {
      test('has its servers', () => {
        throw new Error(missing);
      });
    });
  process.stderr.write(`\nSKIPPED: ${name}: ${missing}\n`);
  describe.skip(`${name} (skipped: ${missing})`, suite);
}
