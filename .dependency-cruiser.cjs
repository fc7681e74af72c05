/**
 * The import policy of the house, in one table (docs/adr/0001-the-house.md says why).
 * Each row: what a folder must not reach. `npm run lint` holds it.
 */
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

const PLUGIN = '^src/';
const TEST = '\\.test\\.tsx?$';

module.exports = {
  forbidden: [
    forbid(
      'no-cycles',
      'A cycle means two files are one.',
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } }
    ),
    forbid(
      'unresolvable',
      'An import that leads nowhere.',
      {},
      { couldNotResolve: true, pathNot: '^(amd-module|plugin\\.json)$' }
    ),

    forbid(
      'packages-are-isomorphic',
      'packages/ runs in the browser and in Node, and depends on nothing at run time.',
      { path: '^packages/', pathNot: TEST },
      { dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-peer'], pathNot: '^packages/' }
    ),
    forbid(
      'packages-know-no-app',
      'packages/ is the bottom layer.',
      { path: '^packages/' },
      { path: '^(src|store|demo|tests|bench|scripts)/' }
    ),
    forbid(
      'traceql-stands-alone',
      'The language declares what it needs of storage; it imports nobody.',
      { path: '^packages/traceql/' },
      { path: '^packages/(?!traceql/)' }
    ),
    forbid(
      'trace-model-stands-alone',
      'The model is the lowest package.',
      { path: '^packages/trace-model/' },
      { path: '^packages/(?!trace-model/)' }
    ),

    forbid(
      'plugin-is-browser-only',
      'The plugin never sees the server, Node, or its natives.',
      { path: PLUGIN, pathNot: TEST },
      { path: ['^store/', '^demo/', '^(chdb|@clickhouse)'] }
    ),
    forbid(
      'plugin-has-no-node-core',
      'No Node built-ins in the browser.',
      { path: PLUGIN, pathNot: [TEST, '^src/[^/]+/testing/'] },
      { dependencyTypes: ['core'] }
    ),
    forbid(
      'entries-meet-by-plugin-id',
      'App, datasource and panel are three bundles: importing one from another bundles it twice.',
      { path: '^src/datasource/' },
      { path: '^src/(?!datasource/|shared/)' }
    ),
    forbid(
      'entries-meet-by-plugin-id-panel',
      'As above.',
      { path: '^src/panel/' },
      { path: '^src/(?!panel/|shared/)' }
    ),
    forbid(
      'entries-meet-by-plugin-id-app',
      'As above.',
      { path: '^src/(pages|scenes|extensions|module|constants)' },
      { path: '^src/(datasource|panel)/' }
    ),
    forbid(
      'shared-is-below',
      'src/shared is used by all three entries and knows none.',
      { path: '^src/shared/' },
      { path: '^src/(?!shared/)' }
    ),
    forbid(
      'nested-modules-load-statically',
      'Chunks of a nested module are not found by Grafana (plugin-tools issue 2172).',
      { path: '^src/(datasource|panel)/' },
      { dependencyTypes: ['local'], dynamic: true }
    ),

    forbid(
      'schema-is-pure',
      'schema/ is names, types and SQL text.',
      { path: '^store/src/schema/', pathNot: TEST },
      { path: '^store/src/(?!schema/)' }
    ),
    forbid(
      'query-uses-the-engine-interface',
      'query/ sees the engine as an interface.',
      { path: '^store/src/query/', pathNot: TEST },
      { path: '^store/src/(engine/(?!engine\\.ts)|journal|ingest|api|main)' }
    ),
    forbid(
      'engine-is-below',
      'engine/ knows schema/ alone.',
      { path: '^store/src/engine/', pathNot: TEST },
      { path: '^store/src/(journal|ingest|query|api|main)' }
    ),
    forbid(
      'ingest-and-query-do-not-meet',
      'They share the schema, nothing else.',
      { path: '^store/src/(ingest|journal)/', pathNot: TEST },
      { path: '^store/src/(query|api|main)' }
    ),
    forbid(
      'only-the-engine-knows-chdb',
      'One storage code, one door to it.',
      { path: '^store/src/', pathNot: '^store/src/engine/' },
      { path: 'node_modules/(chdb|@clickhouse)' }
    ),
    forbid('main-is-the-top', 'Nobody imports the wiring.', { path: '^store/src/' }, { path: '^store/src/main\\.ts$' }),

    forbid(
      'tests-talk-http',
      'End-to-end tests see what a user sees.',
      { path: '^tests/' },
      { path: '^(store|demo)/' }
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|node_modules)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
