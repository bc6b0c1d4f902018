import preact from '@preact/preset-vite';
import { defineConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';

/** This file is plain JavaScript, like build.js, because it must run on any version of Node. */
export default defineConfig({
  root: import.meta.dirname,
  logLevel: 'warn',
  build: {
    // The oldest supported browsers have light-dark(), :has and top-level await, and can receive pushes. All are from
    // 2023 or 2024.
    target: ['chrome123', 'safari17.5', 'firefox120'],
    cssTarget: ['chrome123', 'safari17.5', 'firefox120'],
    // No file is inlined as a `data:` URL, because the Content-Security-Policy forbids these.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    emptyOutDir: true,
    rollupOptions: {
      output: {
        // The code that pages share is built into one file, because many small files load more slowly on a phone.
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
      // `globPatterns` below already matches the icons. If the list named a file twice, the service worker could not
      // cache it.
      includeManifestIcons: false,
      injectManifest: {
        // The app registers the service worker as a classic script. Without this line the plugin sets an option about
        // which Vite 8 warns.
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
            label: 'The home page on a day without an alert',
          },
          {
            src: '/screenshots/alert-phone.jpg',
            sizes: '390x844',
            type: 'image/jpeg',
            form_factor: 'narrow',
            label: 'An alert: the sound, the room, the reason and the recording',
          },
          {
            src: '/screenshots/home-desktop.jpg',
            sizes: '1280x800',
            type: 'image/jpeg',
            form_factor: 'wide',
            label: 'The home page on a computer',
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
