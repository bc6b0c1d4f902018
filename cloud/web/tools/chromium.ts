import { existsSync } from 'node:fs';
import type { LaunchOptions } from 'playwright-core';

const PLACES = [
  process.env.EARSHOT_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

export const chromiumPath = (): string | undefined => PLACES.find((path) => path !== undefined && existsSync(path));

/** Finds the Chromium that is installed on this machine. Nothing is ever downloaded. */
export function chromiumOptions(): LaunchOptions {
  const executablePath = chromiumPath();
  if (!executablePath) throw new Error('No Chromium: apt-get install chromium, or set EARSHOT_CHROMIUM to its path.');
  // In a container there may be no user namespaces (which the sandbox needs), little space in /dev/shm, and no sound
  // card.
  return {
    executablePath,
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--autoplay-policy=no-user-gesture-required'],
  };
}
