/**
 * States which folder may import which, and forbids import circles (type-only imports count, too). `npm run lint`
 * checks this.
 * @type {import('dependency-cruiser').IConfiguration}
 */
module.exports = {
  forbidden: [
    {
      name: 'no-import-circle',
      comment:
        'Files that import each other cannot be read, tested or moved one at a time. Move what both need to a third file.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'shared-imports-no-other-workspace',
      comment: 'shared holds what device and cloud both agree on. It runs in the browser too.',
      severity: 'error',
      from: { path: '^shared/' },
      to: { path: '^(device|cloud|models|cli|test-audio)/' },
    },
    {
      name: 'device-and-cloud-are-apart',
      comment: 'device and cloud are installed on different machines and share only shared/contracts.',
      severity: 'error',
      from: { path: '^(device|cloud)/' },
      to: { path: '^(device|cloud)/', pathNot: '^$1/' },
    },
    {
      name: 'device-and-cloud-import-no-training',
      comment: 'models and cli are built on top of device and cloud.',
      severity: 'error',
      from: { path: '^(device|cloud)/' },
      to: { path: '^(models|cli|test-audio)/' },
    },
    {
      name: 'app-imports-no-server-code',
      comment: 'The app is bundled for browsers.',
      severity: 'error',
      from: { path: '^cloud/web/(src|service-worker)/' },
      to: { path: '^cloud/', pathNot: '^cloud/web/' },
    },
    {
      name: 'production-imports-no-test-code',
      severity: 'error',
      from: { pathNot: '(\\.(test|contract)\\.tsx?$|(^|/)(testing|tests|bench|tools|proof|stop-proof)/)' },
      to: { path: '(\\.test\\.tsx?$|(^|/)(testing|tests)/)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(node_modules|dist)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
  },
};
