/** For tests. No imports here: the end-to-end tests run in Node. */
export const testIds = {
  start: {
    statusStrip: 'data-testid clew-status',
    services: 'data-testid clew-services',
    empty: 'data-testid clew-empty',
    error: 'data-testid clew-error',
    noDatasource: 'data-testid clew-no-datasource',
    outOfRange: 'data-testid clew-out-of-range',
    links: 'data-testid clew-links',
    examples: 'data-testid clew-examples',
  },
  trace: {
    open: 'data-testid clew-open-trace',
  },
  setup: {
    page: 'data-testid clew-setup',
  },
  doctor: {
    page: 'data-testid clew-doctor',
  },
  linksPage: {
    page: 'data-testid clew-links-page',
    keep: 'data-testid clew-keep-trace',
  },
  search: {
    page: 'data-testid clew-search',
  },
  compare: {
    result: 'data-testid clew-comparison',
  },
  map: {
    page: 'data-testid clew-map-page',
  },
  services: {
    page: 'data-testid clew-services-page',
  },
  service: {
    page: 'data-testid clew-service-page',
    heatmap: 'data-testid clew-service-heatmap',
    differences: 'data-testid clew-service-differences',
    operations: 'data-testid clew-service-operations',
    dependencies: 'data-testid clew-service-dependencies',
  },
  queryEditor: {
    mode: 'data-testid clew-query-mode',
    traceId: 'data-testid clew-query-trace-id',
    traceql: 'data-testid clew-query-traceql',
    traceqlEditor: 'data-testid clew-query-traceql-editor',
    problem: 'data-testid clew-query-problem',
    preview: 'data-testid clew-query-preview',
    limit: 'data-testid clew-query-limit',
    step: 'data-testid clew-query-step',
    exemplars: 'data-testid clew-query-exemplars',
    formLimit: 'data-testid clew-query-form-limit',
    addFilter: 'data-testid clew-query-add-filter',
  },
  configEditor: {
    url: 'data-testid clew-config-url',
    token: 'data-testid clew-config-token',
    tenant: 'data-testid clew-config-tenant',
  },
  appConfig: {
    container: 'data-testid clew-app-config',
  },
} as const;
