import { describe, test } from '@jest/globals';

/**
 * A suite that needs something installed: servers, a browser, a program. Where that is missing the suite is skipped,
 * and says so on stderr and in its name; with CI=true that is a failure, because a suite that nobody runs proves
 * nothing.
 */
export function describeUnless(missing: string | undefined, name: string, suite: () => void): void {
  if (missing === undefined) return describe(name, suite);
  if (process.env.CI === 'true')
    return describe(name, () => {
      test('has what it needs', () => {
        throw new Error(missing);
      });
    });
  process.stderr.write(`\nSKIPPED: ${name}: ${missing}\n`);
  describe.skip(`${name} (skipped: ${missing})`, suite);
}
