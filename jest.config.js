/**
 * One configuration for every suite: `npm test` needs no server and no browser; `npm run test:servers`, `test:app`, `test:native` and
 * `test:long` run what is named *.servers.test.ts and so on. The suite is chosen by EARSHOT_SUITE.
 */
const suite = process.env.EARSHOT_SUITE ?? 'unit';
const only = {
  servers: ['**/*.servers.test.ts'],
  app: ['**/*.app.test.ts'],
  native: ['**/*.native.test.ts'],
  long: ['**/*.long.test.ts'],
};

/** Far more than anything takes: only what hangs runs into it, also on a machine that does much else. Trainings take minutes. */
const PATIENCE_MS = ['native', 'long'].includes(suite) ? 1_200_000 : 120_000;

/** Code that runs in Node and has logic: no tests and what only they use, no benchmarks, no app (`test:app` covers it), no deployment. */
const COVERED = [
  '{shared,device,cloud,models,cli}/**/*.ts',
  '!**/*.d.ts',
  '!**/*.test.ts',
  '!**/*.contract.ts',
  '!**/{testing,tests,tools,bench}/**',
  '!cloud/{web,deploy}/**',
  '!shared/features/assembly/**',
];

export default {
  testEnvironment: `${import.meta.dirname}/shared/testing/jest-environment.cjs`,
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/shared/testing/jest-transform.cjs' },
  testMatch: only[suite] ?? ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', ...(only[suite] ? [] : ['\\.(servers|app|native|long)\\.test\\.ts$'])],
  modulePathIgnorePatterns: ['<rootDir>/cloud/web/dist', '<rootDir>/.cache', '<rootDir>/tmp'],
  testTimeout: PATIENCE_MS,
  maxWorkers: 2,
  // `npm run test:coverage`. What runs in child processes and threads is not counted.
  coverageProvider: 'v8',
  coverageDirectory: '.cache/coverage',
  coverageReporters: ['text-summary', 'json-summary', 'html'],
  collectCoverageFrom: COVERED,
  // Measured with the tests of each folder alone, less two points; they may only rise.
  coverageThreshold: {
    './shared/': { lines: 83, branches: 90 },
    './device/': { lines: 87, branches: 88 },
    './cloud/': { lines: 83, branches: 86 },
    './models/': { lines: 71, branches: 86 },
    './cli/': { lines: 47, branches: 76 },
  },
};
