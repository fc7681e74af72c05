// Timestamps in snapshots and assertions do not depend on the machine's zone.
process.env.TZ = 'UTC';

const plugin = require('./.config/jest.config');

/**
 * What asks a store or its API over HTTP, once more with the engine in a server of its own (CLEW_CLICKHOUSE_URL).
 */
const onServer = (project) => ({
  ...project,
  displayName: `${project.displayName}-remote`,
  setupFiles: ['<rootDir>/store/src/engine/testing/on-server.cjs'],
  testMatch: ['**/api/*.int.test.ts', '**/retention/*.int.test.ts'],
});

/** Server and isomorphic code: plain Node, TypeScript stripped by swc, `.ts` import paths as written. */
const node = (displayName, folder) => ({
  displayName,
  testEnvironment: 'node',
  rootDir: __dirname,
  roots: [`<rootDir>/${folder}`],
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        sourceMaps: 'inline',
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs' },
      },
    ],
  },
  transformIgnorePatterns: ['/node_modules/(?!@clew/)'],
});

module.exports = {
  // A machine that does other things too is no failure: what has to be fast measures itself.
  testTimeout: 30_000,
  // Many tests wait for processes of their own: by default a machine with two cores would run one at a time.
  maxWorkers: 2,
  projects: [
    {
      ...plugin,
      displayName: 'plugin',
      rootDir: __dirname,
    },
    node('packages', 'packages'),
    node('store', 'store/src'),
    onServer(node('store', 'store/src')),
    node('demo', 'demo/src'),
    node('scripts', 'scripts'),
  ],
  reporters: ['default', '<rootDir>/scripts/jest-count-reporter.cjs'],
};
