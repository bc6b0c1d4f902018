import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * Returns the accessibility problems that axe finds. DevTools runs axe's script, because the page's
 * Content-Security-Policy would block it.
 */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations: found } = await page.evaluate(() =>
    (window as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  return found.map(
    ({ id, help, nodes }) =>
      `${id}: ${help} (${nodes
        .map(({ html }) => html)
        .join(' ')
        .slice(0, 300)})`,
  );
}
