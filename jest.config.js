// Timestamps in snapshots and assertions do not depend on the machine's zone.
process.env.TZ = 'UTC';

const plugin = require('./.config/jest.config');

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
  projects: [
    {
      ...plugin,
      displayName: 'plugin',
      rootDir: __dirname,
    },
    node('packages', 'packages'),
    node('store', 'store/src'),
    node('demo', 'demo/src'),
  ],
  reporters: ['default', '<rootDir>/scripts/jest-count-reporter.cjs'],
};
