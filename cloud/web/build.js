/**
 * Builds the app into cloud/web/dist. npm runs it as `prepare`, so `npm ci` leaves an app that `npm start` can serve.
 *
 * Plain JavaScript on purpose: `prepare` is the first script of an install, and must run on whichever Node is there.
 * `npm ci --omit=dev` brings no Vite: then nothing is built and nothing fails, because a device or a worker needs no app.
 * A server image installs with the tools, builds, and drops them (`npm prune --omit=dev`): dist stays.
 */
const vite = await import('vite').catch((error) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  return null;
});
if (vite === null) {
  process.stdout.write(
    'earshot: the app was not built (Vite is not installed: --omit=dev). The API works without it.\n',
  );
} else {
  await vite.build({ configFile: `${import.meta.dirname}/vite.config.js` });
}
