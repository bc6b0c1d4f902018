/**
 * One configuration, three suites: `npm test` (no server, no browser), `npm run test:servers` (*.servers.test.ts),
 * `npm run test:app` (*.app.test.ts). The suite is chosen by EARSHOT_SUITE.
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
  // Servers and browsers start within seconds; on a machine that does much else, within a minute.
  testTimeout: only[suite] ? 120_000 : 30_000,
  maxWorkers: 2,
};
