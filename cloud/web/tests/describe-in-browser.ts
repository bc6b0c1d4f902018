import { afterAll } from '@jest/globals';
import { describeUnless } from '@earshot/shared/testing/describe-unless.ts';
import { chromiumPath } from '../tools/chromium.ts';
import { AppUnderTest } from './app-under-test.ts';

/**
 * Defines a suite of tests that use the app in a real Chromium. The suite itself opens the app (`app.open`); this
 * function closes it after the last test.
 */
export function describeInBrowser(name: string, suite: (app: AppUnderTest) => void): void {
  const missing = chromiumPath()
    ? undefined
    : 'Chromium is missing (apt-get install chromium, or set EARSHOT_CHROMIUM to its path)';
  describeUnless(missing, name, () => {
    const app = new AppUnderTest();
    afterAll(() => app.close());
    suite(app);
  });
}
