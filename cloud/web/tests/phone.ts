import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { chromiumOptions } from '../tools/chromium.ts';
import type { TestHome } from './test-home.ts';

const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
  colorScheme: 'dark',
  locale: 'en-GB',
};

export const openBrowser = (): Promise<Browser> => chromium.launch(chromiumOptions());

/** A person's phone: a separate browser session that records its requests and errors. */
export class Phone implements AsyncDisposable {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly url: string;
  /** The address of every request, so that a test can check that none goes to a third party. */
  readonly requested: string[] = [];
  /** Uncaught errors and violations of the Content-Security-Policy. */
  readonly problems: string[] = [];

  private constructor(context: BrowserContext, page: Page, url: string) {
    this.context = context;
    this.page = page;
    this.url = url;
    context.on('request', (request) => this.requested.push(request.url()));
    page.on('pageerror', (error) => this.problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && /Content Security|Refused|violates/i.test(message.text()))
        this.problems.push(message.text());
    });
  }

  static async open(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Phone> {
    const context = await browser.newContext({ ...PHONE, ...options });
    return new Phone(context, await context.newPage(), url);
  }

  /** Joins as a person does: opens the address of the QR code, enters a name and joins. */
  static async paired(
    browser: Browser,
    home: TestHome,
    name: string,
    options: BrowserContextOptions = {},
  ): Promise<Phone> {
    const phone = await Phone.open(browser, home.url, options);
    await phone.pairAs(home, name);
    return phone;
  }

  async pairAs(home: TestHome, name: string): Promise<void> {
    await this.go(`/pair?code=${await home.phoneCode()}`);
    // These selectors contain no text, so that the phone may use any language.
    await this.page.locator('input[autocomplete=given-name]').fill(name);
    await this.page.locator('.welcome-form button[type=submit]').click();
    await this.page.locator('nav.tabs').waitFor({ state: 'attached' });
    // Skip the first steps, which first-minutes.app.test.ts tests.
    await this.page.waitForURL('**/start');
    await this.go('/');
    await this.page.locator('nav.tabs').waitFor({ state: 'attached' });
  }

  async go(path: string): Promise<void> {
    await this.page.goto(this.url + path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.context.close();
  }
}
