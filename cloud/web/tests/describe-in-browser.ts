import { afterAll } from '@jest/globals';
import { describeUnless } from '@earshot/shared/testing/describe-unless.ts';
import { chromiumPath } from '../tools/chromium.ts';
import { Stage } from './stage.ts';

/** A suite that drives the app in a real Chromium. It opens its stage before its first test; here it is closed after the last. */
export function describeInBrowser(name: string, suite: (stage: Stage) => void): void {
  const missing = chromiumPath() ? undefined : 'no Chromium (apt-get install chromium, or EARSHOT_CHROMIUM=path)';
  describeUnless(missing, name, () => {
    const stage = new Stage();
    afterAll(() => stage.close());
    suite(stage);
  });
}
