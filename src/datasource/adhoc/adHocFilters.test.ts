import { type DataQueryRequest } from '@grafana/data';
import { lastValueFrom } from 'rxjs';
import { TRACE, ask, datasource, range, serveStore, store } from '../testing/storeDouble';
import { type ClewQuery } from '../types';

serveStore();

describe('filters of a dashboard', () => {
  beforeEach(() => {
    store.answers['/api/v2/search/tag/span.http.status_code/values'] = [
      200,
      { tagValues: [{ type: 'int', value: '200' }] },
    ];
    store.answers['/api/v2/search/tags'] = [
      200,
      {
        scopes: [
          { name: 'intrinsic', tags: ['status', 'span:status'] },
          { name: 'span', tags: ['http.status_code', 'with space'] },
        ],
      },
    ];
  });

  const filters = [{ key: 'span.http.status_code', operator: '=', value: '500' }];
  const askFiltered = (targets: object[], source = datasource()) => {
    const request = { targets, range, scopedVars: {}, filters } as unknown as DataQueryRequest<ClewQuery>;
    return lastValueFrom(source.query(request));
  };

  test("stand in the query with the attribute's own type", async () => {
    const source = datasource();
    const query = '{ status = error } >> { }';
    await Promise.all([askFiltered([{ refId: 'A', query }], source), askFiltered([{ refId: 'A', query }], source)]);
    await askFiltered([{ refId: 'A', query: '{ }' }], source);
    expect(store.asked.map(({ pathname, searchParams }) => [pathname, searchParams.get('q')])).toEqual([
      ['/api/v2/search/tag/span.http.status_code/values', null],
      ['/api/search', '{ status = error && span.http.status_code = 500 } >> { span.http.status_code = 500 }'],
      ['/api/search', '{ status = error && span.http.status_code = 500 } >> { span.http.status_code = 500 }'],
      // Known by now.
      ['/api/search', '{ span.http.status_code = 500 }'],
    ]);
  });

  test('do not touch a trace', async () => {
    await askFiltered([{ refId: 'A', query: TRACE }]);
    expect(store.asked.at(-1)?.pathname).toBe(`/api/v2/traces/${TRACE}`);
  });

  test('a type that cannot be learned is guessed, and the query is still asked', async () => {
    store.answers['/api/v2/search/tag/span.http.status_code/values'] = [502, ''];
    await askFiltered([{ refId: 'A', query: '{ }' }]);
    expect(store.asked.at(-1)?.searchParams.get('q')).toBe('{ span.http.status_code = 500 }');
  });

  test('go with a query that leaves the dashboard', async () => {
    const [query] = datasource().interpolateVariablesInQueries([{ refId: 'A', query: '{ }' }], {}, filters);
    expect(query.query).toBe('{ span.http.status_code = 500 }');
  });

  test('keys and values to choose from, on spans that pass the other filters', async () => {
    const source = datasource();
    const keys = await source.getTagKeys({ filters, timeRange: range });
    expect(keys.map(({ text, group }) => [text, group])).toEqual([
      ['status', 'intrinsic'],
      ['span.http.status_code', 'span'],
      ['span."with space"', 'span'],
    ]);
    expect(store.asked.at(-1)?.searchParams.get('q')).toBe('{ span.http.status_code = 500 }');
    store.answers['/api/v2/search/tag/status/values'] = [200, { tagValues: [{ type: 'keyword', value: 'error' }] }];
    const other = [...filters, { key: 'status', operator: '=', value: 'ok' }];
    expect(await source.getTagValues({ key: 'status', filters: other, timeRange: range })).toEqual([
      { text: 'error', value: 'error' },
    ]);
    expect(store.asked.at(-1)?.searchParams.get('q')).toBe('{ span.http.status_code = 500 }');
  });

  test('errors are for people', async () => {
    store.answers['/api/v2/search/tags'] = [502, ''];
    await expect(datasource().getTagKeys()).rejects.toThrow('http://store:3200 cannot be reached');
  });
});

describe('a click on a value', () => {
  const source = () => datasource();
  const cell = { key: 'span.a', value: '1' };
  const query = (text: string): ClewQuery => ({ refId: 'A', query: text });

  test('filters for it, out, and not at all', () => {
    const on = source().toggleQueryFilter(query('{ }'), { type: 'FILTER_FOR', options: cell });
    expect(on.query).toBe('{ span.a = 1 }');
    expect(source().queryHasFilter(on, cell)).toBe(true);
    const out = source().toggleQueryFilter(on, { type: 'FILTER_OUT', options: cell });
    expect(out.query).toBe('{ span.a != 1 }');
    expect(source().toggleQueryFilter(out, { type: 'FILTER_OUT', options: cell }).query).toBe('{}');
  });

  test("leaves a trace and other datasources' actions alone", () => {
    const lookup = query(TRACE);
    expect(source().toggleQueryFilter(lookup, { type: 'FILTER_FOR', options: cell })).toBe(lookup);
    expect(source().modifyQuery(query('{ }'), { type: 'ADD_FILTER_OUT', options: cell }).query).toBe('{ span.a != 1 }');
    const other = query('{ }');
    expect(source().modifyQuery(other, { type: 'ADD_STRING_FILTER', options: cell })).toBe(other);
  });

  test('knows the types of what was found', async () => {
    const attributes = [{ key: 'a', value: { stringValue: '1' } }];
    store.answers['/api/search'] = [
      200,
      { traces: [{ traceID: TRACE, spanSet: { spans: [{ spanID: 'b', attributes }] } }] },
    ];
    const asking = source();
    await ask([{ refId: 'A', query: '{ span.a != nil }' }], asking);
    expect(asking.toggleQueryFilter(query('{ }'), { type: 'FILTER_FOR', options: cell }).query).toBe(
      '{ span.a = "1" }'
    );
  });
});
