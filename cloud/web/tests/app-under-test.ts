import type { Browser, BrowserContextOptions } from 'playwright-core';
import type { TestCloudOptions } from '../../testing/test-cloud.ts';
import { ensureBuilt } from './built-app.ts';
import { openBrowser, Phone } from './phone.ts';
import { TestHome } from './test-home.ts';

/**
 * What a test of the app needs: a running cloud with one home, and a browser in which the home's phones open the app.
 */
export class AppUnderTest {
  private browser: Browser | undefined;
  private home: TestHome | undefined;
  private isStopped = false;

  async open(options: TestCloudOptions = {}): Promise<TestHome> {
    ensureBuilt();
    this.browser = await openBrowser();
    this.home = await TestHome.start(options);
    return this.home;
  }

  /** Opens the app on a new phone and joins the home with this name. */
  async phone(name: string, options: BrowserContextOptions = {}): Promise<Phone> {
    const phone = await this.unpairedPhone(options);
    await phone.pairAs(this.home!, name);
    return phone;
  }

  unpairedPhone(options: BrowserContextOptions = {}): Promise<Phone> {
    return Phone.open(this.browser!, this.home!.url, options);
  }

  /** Creates another home on the same cloud and returns a code for its first phone. */
  newHome(): Promise<string> {
    return this.home!.anotherHomeCode();
  }

  async stopCloud(): Promise<void> {
    await this.home?.[Symbol.asyncDispose]();
    this.isStopped = true;
  }

  /** Closes the browser and the cloud. If `open` failed, closes the part that it had opened. */
  async close(): Promise<void> {
    await this.browser?.close();
    if (!this.isStopped) await this.home?.[Symbol.asyncDispose]();
  }
}
