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

export default {
  testEnvironment: '<rootDir>/shared/testing/jest-environment.cjs',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/shared/testing/jest-transform.cjs' },
  testMatch: only[suite] ?? ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', ...(only[suite] ? [] : ['\\.(servers|app|native|long)\\.test\\.ts$'])],
  modulePathIgnorePatterns: ['<rootDir>/cloud/web/dist', '<rootDir>/.cache', '<rootDir>/tmp'],
  testTimeout: PATIENCE_MS,
  maxWorkers: 2,
};
