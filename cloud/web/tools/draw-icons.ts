/**
 * Draws the icons from public/icon.svg: `node cloud/web/tools/draw-icons.ts`. The icons are committed, because an
 * installation has no browser. Run this script again after you change the SVG.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { chromiumOptions } from './chromium.ts';

const PUBLIC = join(import.meta.dirname, '../public');
const svg = await readFile(join(PUBLIC, 'icon.svg'), 'utf8');

/**
 * A launcher may cut a maskable icon to a circle. So its background fills the square, and the drawing stays within the
 * middle 80 %.
 */
const maskable = svg
  .replace(' rx="112"', '')
  .replace(/<g /, '<g transform="translate(51 51) scale(.8)" ')
  .replace('cx="396" cy="116" r="38"', 'cx="368" cy="144" r="30"');
/** Android uses only the shape of the badge, so it is white on a transparent background. */
const badge = svg
  .replace(/<rect[^>]*>/, '')
  .replaceAll('#f5f3ee', '#fff')
  .replace('#ff4d5e', '#fff')
  .replace('stroke-width="34"', 'stroke-width="44"');

const ICONS: [file: string, size: number, svg: string][] = [
  ['icon-192.png', 192, svg],
  ['icon-512.png', 512, svg],
  ['icon-maskable-512.png', 512, maskable],
  ['apple-touch-icon.png', 180, svg.replace(' rx="112"', '')],
  ['badge-96.png', 96, badge],
];

const browser = await chromium.launch(chromiumOptions());
const page = await browser.newPage();
for (const [file, size, drawing] of ICONS) {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(`<style>body{margin:0}svg{display:block;width:100vw;height:100vh}</style>${drawing}`);
  await writeFile(join(PUBLIC, file), await page.screenshot({ omitBackground: true }));
}
await browser.close();
