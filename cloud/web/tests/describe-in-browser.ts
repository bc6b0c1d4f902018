import { describe, test } from '@jest/globals';
import { chromiumPath } from '../tools/chromium.ts';

/** Skipped where there is no Chromium, and says so; with CI=true that is a failure, because a suite that nobody runs proves nothing. */
export function describeInBrowser(name: string, suite: () => void): void {
  if (chromiumPath() !== undefined) return describe(name, suite);
  const missing = 'no Chromium (apt-get install chromium, or EARSHOT_CHROMIUM=path)';
  if (process.env.CI === 'true')
    return describe(name, () => {
      test('has its browser', () => {
        throw new Error(missing);
      });
    });
  process.stderr.write(`\nSKIPPED: ${name}: ${missing}\n`);
  describe.skip(`${name} (skipped: ${missing})`, suite);
}
