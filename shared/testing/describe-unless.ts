import { describe, test } from '@jest/globals';

/**
 * A suite that needs something installed: servers, a browser or a program. When it is missing, the suite is skipped,
 * and stderr and the suite's name say so. With CI=true a missing installation is a failure, because a suite that nobody
 * runs proves nothing.
 */
export function describeUnless(missing: string | undefined, name: string, suite: () => void): void {
  if (missing === undefined) return describe(name, suite);
  if (process.env.CI === 'true')
    return describe(name, () => {
      test('finds what it needs to run', () => {
        throw new Error(missing);
      });
    });
  process.stderr.write(`\nSKIPPED: ${name}: ${missing}\n`);
  describe.skip(`${name} (skipped: ${missing})`, suite);
}
