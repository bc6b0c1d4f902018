/**
 * Mutation testing of one folder by the tests beside it: `EARSHOT_MUTATE=cloud/incidents npm run mutation`. EARSHOT_MUTATE may name one
 * file, and EARSHOT_MUTATE_TESTS the tests, as a glob. Kill tests are left out: their child processes do not see the mutant. AssemblyScript is
 * left out too: the tests run its compiled module.
 */
const place = process.env.EARSHOT_MUTATE ?? 'shared/cadence';
const isFile = place.endsWith('.ts');
const folder = isFile ? place.slice(0, place.lastIndexOf('/')) : place;
const tests = process.env.EARSHOT_MUTATE_TESTS ?? `${folder}/**/*.test.ts`;

export default {
  testRunner: 'jest',
  plugins: ['@stryker-mutator/jest-runner'],
  testRunnerNodeArgs: ['--experimental-vm-modules'],
  jest: {
    projectType: 'custom',
    configFile: 'jest.config.js',
    enableFindRelatedTests: false,
    config: {
      testMatch: [`**/${tests}`],
      testPathIgnorePatterns: ['/node_modules/', '\\.(servers|app|native|long|kill)\\.test\\.ts$'],
    },
  },
  coverageAnalysis: 'perTest',
  // Leave out mutants of constants: they take effect when the file is imported, so each would need a run of all tests.
  ignoreStatic: true,
  mutate: isFile ? [place] : [`${folder}/**/*.ts`, '!**/*.test.ts', '!**/*.contract.ts', '!**/assembly/**'],
  reporters: ['clear-text', 'json'],
  clearTextReporter: { logTests: false, allowColor: false },
  jsonReporter: { fileName: '.cache/mutation.json' },
  tempDirName: '.cache/stryker',
  ignorePatterns: ['/docs/screenshots', '/.earshot', '/.cache', '/tmp'],
  concurrency: 2,
};
