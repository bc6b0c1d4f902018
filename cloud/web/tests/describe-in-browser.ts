import { afterAll } from '@jest/globals';
import { describeUnless } from '@earshot/shared/testing/describe-unless.ts';
import { chromiumPath } from '../tools/chromium.ts';
import { AppUnderTest } from './app-under-test.ts';

/** A suite that drives the app in a real Chromium. It opens its app before its first test; here it is closed after the last. */
export function describeInBrowser(name: string, suite: (app: AppUnderTest) => void): void {
  const missing = chromiumPath() ? undefined : 'no Chromium (apt-get install chromium, or EARSHOT_CHROMIUM=path)';
  describeUnless(missing, name, () => {
    const app = new AppUnderTest();
    afterAll(() => app.close());
    suite(app);
  });
}
