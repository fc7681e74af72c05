// Jest's project `store-remote`: see placement.ts.
process.env.TEST_PLACEMENT = 'remote';
