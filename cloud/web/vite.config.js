import preact from '@preact/preset-vite';
import { defineConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';

/** Plain JavaScript, as build.js: it also runs on the Node that the machine came with. */
export default defineConfig({
  root: import.meta.dirname,
  logLevel: 'warn',
  build: {
    // light-dark(), :has and top-level await: every browser that can receive a push has them since 2024.
    target: ['chrome123', 'safari17.5', 'firefox120'],
    cssTarget: ['chrome123', 'safari17.5', 'firefox120'],
    // No file is inlined as a `data:` URL, because the Content-Security-Policy forbids these.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    emptyOutDir: true,
    rollupOptions: {
      output: {
        // Everything that pages share is in one file, because many small files load more slowly on a phone.
        codeSplitting: {
          groups: [
            {
              name: 'app',
              test: /src\/(core|parts|words\/(en|format|words)|look)|preact|src\/(app|main)|src\/pages\/(home|alert)|clip\/(clip|sound)|shared\/labels/,
            },
          ],
        },
      },
    },
  },
  plugins: [
    preact({ prefreshEnabled: false, devToolsEnabled: false }),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'service-worker',
      filename: 'service-worker.ts',
      // The app registers the service worker itself, because the Content-Security-Policy forbids the inline script of
      // the plugin.
      injectRegister: false,
      // The icons match the patterns below already, and a list that names a file twice cannot be cached.
      includeManifestIcons: false,
      injectManifest: {
        // The app registers it as a classic script, and without this the plugin sets an option that Vite 8 warns about.
        rollupFormat: 'iife',
        globPatterns: ['**/*.{html,js,css,svg,png}'],
        globIgnores: ['icon-512.png', 'icon-maskable-512.png'],
      },
      manifest: {
        id: '/',
        name: 'Earshot',
        short_name: 'Earshot',
        description: 'Tells you when a smoke alarm, a CO alarm or breaking glass is heard at home.',
        start_url: '/',
        scope: '/',
        display: 'standalone',
        background_color: '#0c0e11',
        theme_color: '#0c0e11',
        categories: ['security', 'lifestyle'],
        shortcuts: [
          { name: 'History', url: '/history' },
          { name: 'Test my alarms', url: '/settings/test' },
          { name: 'Devices', url: '/settings/devices' },
        ],
        // Copied from docs/screenshots; only the page of an app shop or an install prompt loads them.
        screenshots: [
          {
            src: '/screenshots/home-phone.jpg',
            sizes: '390x844',
            type: 'image/jpeg',
            form_factor: 'narrow',
            label: 'All quiet: what the home looks like on most days',
          },
          {
            src: '/screenshots/alert-phone.jpg',
            sizes: '390x844',
            type: 'image/jpeg',
            form_factor: 'narrow',
            label: 'An alert: what, where, why, with the recording',
          },
          {
            src: '/screenshots/home-desktop.jpg',
            sizes: '1280x800',
            type: 'image/jpeg',
            form_factor: 'wide',
            label: 'The home on a computer',
          },
        ],
        icons: [
          { src: '/icon-192.png', sizes: '192x192', type: 'image/png' },
          { src: '/icon-512.png', sizes: '512x512', type: 'image/png' },
          { src: '/icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
          { src: '/icon.svg', sizes: 'any', type: 'image/svg+xml' },
        ],
      },
    }),
  ],
});
