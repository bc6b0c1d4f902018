import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Phone } from './phone.ts';

/**
 * With EARSHOT_PICTURES=DIR, tests save pictures of the app's states in DIR, for a person to look at. Each state is
 * saved in three widths (narrow phone, phone, desktop) and in each phone's language.
 */
const PICTURES = process.env.EARSHOT_PICTURES;
const SIZES = [
  [320, 640],
  [390, 844],
  [1280, 800],
] as const;

export async function pictures(name: string, ...phones: Phone[]): Promise<void> {
  if (!PICTURES) return;
  mkdirSync(PICTURES, { recursive: true });
  for (const { page } of phones) {
    const usual = page.viewportSize()!;
    const language = await page.evaluate(() => document.documentElement.lang);
    for (const [width, height] of SIZES) {
      await page.setViewportSize({ width, height });
      await page.waitForTimeout(300);
      await page.screenshot({ path: join(PICTURES, `${name}-${language}-${width}.png`) });
    }
    await page.setViewportSize(usual);
  }
}
