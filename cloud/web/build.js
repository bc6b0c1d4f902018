import { createRequire } from 'node:module';

/**
 * Builds the app into cloud/web/dist. npm runs it as `prepare`, so `npm ci` leaves an app that `npm start` can serve.
 *
 * Plain JavaScript on purpose: `prepare` is the first script of an install, and must run on whichever Node is there.
 * `npm ci --omit=dev` brings no Vite: then nothing is built and nothing fails, because a device or a worker needs no app.
 * A server image installs with the tools, builds, and drops them (`npm prune --omit=dev`): dist stays.
 */
const { resolve } = createRequire(import.meta.url);

/** A Vite that is there but cannot be loaded, for lack of a native part, is a failed build. */
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
  // The last line says what failed: npm prints much around it.
  process.stderr.write(`${error.stack}\nearshot: the app could not be built. Repair it, then: npm run prepare\n`);
  process.exitCode = 1;
}
