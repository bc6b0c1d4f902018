import { createRequire } from 'node:module';

/**
 * Builds the app into cloud/web/dist. npm runs it as the script `prepare`, so after `npm ci` the app is built and `npm
 * start` can serve it.
 *
 * This file is plain JavaScript, because `prepare` is the first script of an install and must run on any version of
 * Node. `npm ci --omit=dev` installs no Vite. Without Vite this script builds nothing and succeeds, because a device or
 * a worker needs no app. The container image of the server installs everything, builds the app, and then removes the
 * build tools (`npm prune --omit=dev`); dist stays.
 */
const { resolve } = createRequire(import.meta.url);

/**
 * Whether Vite is installed. A Vite that is installed but cannot be loaded (e.g. because a native part is missing)
 * counts as installed, so that the build fails.
 */
function isViteInstalled() {
  try {
    resolve('vite/package.json');
    return true;
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') throw error;
    return false;
  }
}

try {
  if (isViteInstalled()) {
    const vite = await import('vite');
    await vite.build({ configFile: `${import.meta.dirname}/vite.config.js` });
  } else {
    process.stdout.write(
      'earshot: the app was not built (Vite is not installed: --omit=dev). The API works without the app.\n',
    );
  }
} catch (error) {
  // The instruction comes last, because npm prints many lines of its own before it.
  process.stderr.write(
    `${error.stack}\nearshot: the app could not be built. Repair the cause, then run: npm run prepare\n`,
  );
  process.exitCode = 1;
}
