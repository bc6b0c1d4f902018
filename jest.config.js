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

export default {
  testEnvironment: '<rootDir>/shared/testing/jest-environment.cjs',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/shared/testing/jest-transform.cjs' },
  testMatch: only[suite] ?? ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', ...(only[suite] ? [] : ['\\.(servers|app|native|long)\\.test\\.ts$'])],
  modulePathIgnorePatterns: ['<rootDir>/cloud/web/dist', '<rootDir>/.cache', '<rootDir>/tmp'],
  // Far more than anything takes (servers and browsers start within seconds): only what hangs runs into it, also on a busy machine.
  testTimeout: 120_000,
  maxWorkers: 2,
};
