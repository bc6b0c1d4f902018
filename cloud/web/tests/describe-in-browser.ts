import { describeUnless } from '@earshot/shared/testing/describe-unless.ts';
import { chromiumPath } from '../tools/chromium.ts';

/** A suite that drives a real Chromium. */
export function describeInBrowser(name: string, suite: () => void): void {
  const missing =
    chromiumPath() === undefined ? 'no Chromium (apt-get install chromium, or EARSHOT_CHROMIUM=path)' : undefined;
  describeUnless(missing, name, suite);
}
