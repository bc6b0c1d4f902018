import { beforeAll, expect, test } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describeInBrowser } from './describe-in-browser.ts';
import { PAGES } from './pages.ts';
import type { Phone } from './phone.ts';
import type { TestHome } from './test-home.ts';

describeInBrowser('attacks on the app by a stranger', (app) => {
  let home: TestHome;
  let anna: Phone;
  let incidentId: string;

  beforeAll(async () => {
    home = await app.open();
    anna = await app.phone('Anna');
    await home.smoke();
    await anna.page.waitForURL(/\/incidents\//);
    incidentId = new URL(anna.page.url()).pathname.split('/')[2]!;
  }, 60_000);

  test('scripts cannot read the session cookie, and browsers do not send it with requests from other sites', async () => {
    const [session, ...more] = await anna.context.cookies();
    expect(more).toEqual([]);
    expect(session).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/' });
    expect(await anna.page.evaluate(() => document.cookie)).toBe('');
    const kept = await anna.page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
    expect(kept).not.toContain(session!.value);
  });

  test('the Content-Security-Policy allows no inline scripts, no eval and no other origins', async () => {
    const answer = await fetch(home.url, { headers: { accept: 'text/html' } });
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    const html = await answer.text();
    expect(html).not.toMatch(/<script(?![^>]* src=)|<style|style=|\son\w+=/i);
  });

  test('no page violates the Content-Security-Policy or loads anything from another host', async () => {
    for (const { path } of PAGES(incidentId, home.device.id)) {
      await anna.go(path);
      await anna.page.locator('h1').first().waitFor({ state: 'attached' });
    }
    await anna.go(`/incidents/${incidentId}`);
    await anna.page.getByRole('button', { name: 'Listen', exact: true }).click();
    await anna.page.waitForFunction(() => (document.querySelector('audio')?.currentTime ?? 0) > 0.1);
    expect(anna.problems).toEqual([]);
    const hosts = new Set(anna.requested.filter((url) => !url.startsWith('blob:')).map((url) => new URL(url).origin));
    expect([...hosts]).toEqual([home.url]);
  });

  test('an inline script that an attacker inserted into the page does not run', async () => {
    await anna.go('/settings');
    const ran = await anna.page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.wasHere = true';
      document.body.append(script);
      return 'wasHere' in window;
    });
    expect(ran).toBe(false);
  });

  test.each(['form', 'fetch'] as const)(
    'another site cannot use a member’s session to acknowledge an alert (attempt by %s)',
    async (way) => {
      await using site = await EvilSite.start(home.url, incidentId);
      const page = await anna.context.newPage();
      await page.goto(site.url);
      const answered = page
        .waitForEvent('requestfinished', { predicate: (request) => request.url().startsWith(home.url), timeout: 3_000 })
        .catch(() => null);
      await page.click(`#${way}`);
      await answered;
      await page.close();
      const incident = await anna.page.evaluate(
        async (id) => (await (await fetch(`/v1/incidents/${id}`)).json()) as { acknowledged: unknown },
        incidentId,
      );
      expect(incident.acknowledged).toBeNull();
    },
  );

  test('the API refuses to delete an alert without the app’s own header', async () => {
    const status = await anna.page.evaluate(
      async (id) => (await fetch(`/v1/incidents/${id}`, { method: 'DELETE' })).status,
      incidentId,
    );
    expect(status).toBe(403);
  });

  test('signing out removes the home’s data from the phone', async () => {
    const jonas = await app.phone('Jonas');
    await jonas.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await jonas.go('/settings/phone');
    await jonas.page.getByRole('button', { name: 'Sign out here' }).click();
    await jonas.page.getByRole('dialog').getByRole('button', { name: 'Sign out here' }).click();
    await jonas.page.getByRole('heading', { name: 'Hear your home' }).waitFor();
    expect(await jonas.context.cookies()).toEqual([]);
    const kept = await jonas.page.evaluate(async () => {
      const cache = await caches.open('earshot-last-seen');
      return (await cache.keys()).map(({ url }) => new URL(url).pathname).filter((path) => path.startsWith('/v1/'));
    });
    expect(kept).toEqual([]);
    await jonas.context.close();
  });
});

/**
 * An attacker's site that the phone visits. It runs on the same host at another port, so browsers count both as the
 * same site and send the session cookie with the attacker's requests.
 */
class EvilSite implements AsyncDisposable {
  private readonly server: Server;

  private constructor(server: Server) {
    this.server = server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  static async start(target: string, incidentId: string): Promise<EvilSite> {
    const address = `${target}/v1/incidents/${incidentId}/acknowledge`;
    const server = createServer((request, response) => {
      if (request.url === '/evil.js') {
        response.writeHead(200, { 'content-type': 'text/javascript' });
        response.end(
          `document.getElementById('fetch').onclick = () => fetch('${address}', { method: 'POST', credentials: 'include', headers: { 'content-type': 'text/plain' }, body: '{"acknowledged":true}' });`,
        );
        return;
      }
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end(
        `<form method="post" enctype="text/plain" action="${address}"><input name='{"acknowledged":true,"x":"' value='"}'><button id="form">win a prize</button></form><button id="fetch">read more</button><script src="/evil.js"></script>`,
      );
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new EvilSite(server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
