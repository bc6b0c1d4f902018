import { createRequire } from 'node:module';

/**
 * Builds the app into cloud/web/dist. npm runs it as the script `prepare`, so after `npm ci` the app is built and `npm start` can serve it.
 *
 * This file is plain JavaScript, because `prepare` is the first script of an install and must run on any version of Node.
 * `npm ci --omit=dev` installs no Vite. Then nothing is built and the script succeeds, because a device or a worker needs no app.
 * The image of a server installs everything, builds the app, and removes the tools (`npm prune --omit=dev`); dist stays.
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
      'earshot: the app was not built (Vite is not installed: --omit=dev). The API works without it.\n',
    );
  }
} catch (error) {
  // The cause is printed last, because npm prints many lines around it.
  process.stderr.write(`${error.stack}\nearshot: the app could not be built. Repair it, then: npm run prepare\n`);
  process.exitCode = 1;
}
