import { type PluginExtensionAddedLinkConfig } from '@grafana/data';
import { setDataSourceSrv, type DataSourceSrv } from '@grafana/runtime';
import { parse } from '@clew/traceql';
import { DATASOURCE_TYPE } from '../shared/pluginIds';
import { LINKS } from './addExtensions';

const ID = '0123456789abcdef0123456789abcdef';
const LOKI = { uid: 'loki', type: 'loki' };
const TEMPO = { uid: 'tempo', type: 'tempo' };
const CLEW = { uid: 'clew', type: DATASOURCE_TYPE, jsonData: { tracesToLogsV2: { datasourceUid: 'loki' } } };
const ALL = [CLEW, TEMPO, LOKI, { uid: 'prom', type: 'prometheus' }];

/** What Grafana knows of its datasources, as far as links ask. */
function withDatasources(all: ReadonlyArray<{ uid: string; type: string }>): void {
  setDataSourceSrv({
    getList: () => all,
    getInstanceSettings: (ref: { uid: string } | string) =>
      all.find(({ uid }) => uid === (typeof ref === 'string' ? ref : ref.uid)),
  } as unknown as DataSourceSrv);
}

/** What a place shows of the link with this title. */
function shown(title: string, context: object): ReturnType<NonNullable<PluginExtensionAddedLinkConfig['configure']>> {
  return LINKS.find((link) => link.title === title)?.configure?.(context);
}

const target = (path: string | undefined) => new URL(path ?? '', 'http://grafana');

beforeEach(() => withDatasources(ALL));

describe('above a trace', () => {
  const trace = {
    traceID: ID,
    startTime: 1_700_000_000_000_000,
    duration: 1000,
    spans: [{ operationName: 'GET "/"', process: { serviceName: 'a } || { true' } }],
    datasource: CLEW,
  };

  test('links lead to it, in its store', () => {
    expect(shown('Open in Clew', trace)?.path).toBe(`/a/clew-correlation-app/trace/${ID}?var-ds=clew`);
    expect(shown('Open in Clew', { ...trace, datasource: TEMPO })?.path).toBe(`/a/clew-correlation-app/trace/${ID}`);
  });

  test('a name with quotes and braces stays a name', () => {
    const { searchParams } = target(shown('Traces like this', trace)?.path);
    const query = searchParams.get('q') ?? '';
    expect(query).toBe('{ nestedSetParent < 0 && resource.service.name = "a } || { true" && name = "GET \\"/\\"" }');
    expect(() => parse(query)).not.toThrow();
    expect(Number(searchParams.get('from'))).toBeLessThan(1_700_000_000_000);
  });

  test('a trace whose root is missing is like spans, not like roots', () => {
    const cut = { ...trace, spans: [{ ...trace.spans[0], references: [{ spanID: 'x' }] }] };
    expect(target(shown('Traces like this', cut)?.path).searchParams.get('q')).not.toContain('nestedSetParent');
  });

  test('there are none for other datasources, for nothing, and without a store', () => {
    expect(shown('Open in Clew', { ...trace, datasource: { uid: 'j', type: 'jaeger' } })).toBeUndefined();
    expect(shown('Open in Clew', { ...trace, traceID: '' })).toBeUndefined();
    expect(shown('Traces like this', { ...trace, spans: [] })).toBeUndefined();
    withDatasources([TEMPO]);
    expect(shown('Open in Clew', { ...trace, datasource: TEMPO })).toBeUndefined();
  });
});

describe('beside attributes', () => {
  const timeRange = { from: 1000.5, to: 2000.5 };
  const resource = {
    attributes: { 'service.name': ['a b'], 'service.version': ['1.2'], 'process.pid': [7] },
    ...{ timeRange, datasource: CLEW },
  };
  const line = {
    attributes: { service_name: ['pay'], trace_id: [ID.toUpperCase()], span_id: ['0123456789abcdef'] },
    ...{ timeRange, datasource: LOKI },
  };

  test('each stands beside the attribute that it is about, under the name that it has there', () => {
    expect(shown('Metrics of this service', resource)).toEqual({
      category: 'service.name',
      path: '/a/clew-correlation-app/services/a%20b?var-ds=clew&from=1000&to=2001',
    });
    expect(shown('Metrics of this service', line)?.category).toBe('service_name');
    const version = shown('Traces of this version', resource);
    expect(version?.category).toBe('service.version');
    expect(target(version?.path).searchParams.get('q')).toBe(
      '{ resource.service.name = "a b" && resource.service.version = "1.2" }'
    );
    expect(shown('Traces of this pod', resource)).toBeUndefined();
  });

  test('a log line leads to its span, in the store that the datasource of logs is linked with', () => {
    expect(shown('Trace of this line in Clew', line)).toEqual({
      category: 'trace_id',
      path: `/a/clew-correlation-app/trace/${ID}?var-ds=clew&span=0123456789abcdef`,
    });
    expect(shown('Logs of this trace', line)?.path).toBe(`/a/clew-correlation-app/trace/${ID}?var-ds=clew&view=logs`);
    const elsewhere = { ...line, datasource: { uid: 'other', type: 'loki' } };
    expect(shown('Trace of this line in Clew', elsewhere)?.path).not.toContain('var-ds');
  });

  test('names of other stores, and ids with dashes', () => {
    const attributes = { 'resource.service.name': ['x'], traceID: ['01234567-89ab-cdef-0123-456789abcdef'] };
    expect(shown('Traces of this service', { ...line, attributes })?.category).toBe('resource.service.name');
    expect(shown('Trace of this line in Clew', { ...line, attributes })?.path).toContain(`/trace/${ID}`);
  });

  test('what is no id leads nowhere', () => {
    for (const trace_id of ['none', '', undefined]) {
      expect(shown('Trace of this line in Clew', { ...line, attributes: { trace_id: [trace_id] } })).toBeUndefined();
    }
    expect(shown('Traces of this service', { ...line, attributes: {} })).toBeUndefined();
  });
});

describe('of a query', () => {
  const timeRange = { from: 'now-3h', to: 'now' };
  const pane = (...targets: object[]) => ({ targets, timeRange });

  test('Explore takes along the first query for traces, its range and its store', () => {
    const context = pane(
      { refId: 'A', datasource: { uid: 'prom' }, expr: 'up' },
      { refId: 'B', datasource: { uid: 'clew' }, query: '{ .a } | rate()' }
    );
    const { searchParams } = target(shown('Open in Clew search', context)?.path);
    expect(Object.fromEntries(searchParams)).toEqual({ 'var-ds': 'clew', q: '{ .a }', ...timeRange });
  });

  test('a query for an id is about that trace', () => {
    const context = pane({ refId: 'A', datasource: { uid: 'tempo' }, query: ID, queryType: 'traceql' });
    expect(shown('Open in Clew search', context)).toMatchObject({ title: 'Open trace in Clew' });
    expect(shown('Search traces in Clew', { ...context, data: undefined })).toEqual({ title: 'Open trace in Clew' });
  });

  test('there is nothing to search for in other queries, in empty ones, and in those of nobody', () => {
    for (const query of [
      { datasource: { uid: 'prom' }, expr: 'up' },
      { datasource: { uid: 'clew' }, query: '' },
      { query: '{ }' },
      { datasource: { uid: 'gone' }, query: '{ }' },
    ]) {
      expect(shown('Open in Clew search', pane({ refId: 'A', ...query }))).toBeUndefined();
      expect(shown('Search traces in Clew', pane({ refId: 'A', ...query }))).toBeUndefined();
    }
  });

  test('a panel that leaves the datasource to its queries as they were sent', () => {
    const sent = { refId: 'A', query: '{ }', datasource: { uid: 'clew' } };
    const context = { ...pane({ refId: 'A', query: '{ }' }), data: { request: { targets: [sent] } } };
    expect(shown('Search traces in Clew', context)).toEqual({});
  });
});
