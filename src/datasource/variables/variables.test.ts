import { datasource, range, serveStore, store } from '../testing/storeDouble';

serveStore();

describe('variables', () => {
  beforeEach(() => {
    store.answers['/api/v2/search/tag/resource.service.name/values'] = [
      200,
      { tagValues: [{ type: 'string', value: 'shop' }] },
    ];
    store.answers['/api/v2/search/tag/name/values'] = [200, { tagValues: [{ type: 'string', value: 'GET /' }] }];
    store.answers['/api/v2/search/tag/span.http.route/values'] = [
      200,
      { tagValues: [{ type: 'string', value: '/a' }] },
    ];
    const service = (stringValue: string) => [{ key: 'resource.service.name', value: { stringValue } }];
    store.answers['/api/metrics/query'] = [
      200,
      {
        series: [
          { labels: service('shop'), value: 5 },
          { labels: service('bank'), value: 7 },
        ],
      },
    ];
    store.answers['/api/v2/search/tags'] = [
      200,
      {
        scopes: [
          { name: 'intrinsic', tags: ['name'] },
          { name: 'span', tags: ['http.route'] },
        ],
      },
    ];
  });

  test.each([
    ['services', ['shop']],
    ['', ['shop']],
    [{ refId: 'A', kind: 'services' }, ['shop']],
    ['operations($service)', ['GET /']],
    [{ refId: 'A', kind: 'operations', service: '$service' }, ['GET /']],
    ['tag_names', ['name', 'span.http.route']],
    ['tag_values(span.http.route)', ['/a']],
    [{ refId: 'A', kind: 'tagValues', tag: '$tag' }, ['/a']],
    [{ refId: 'A', kind: 'tagValues' }, []],
    ['tag_values(span.http.route, { name = "$service" })', ['/a']],
    ['{ } | distinct(resource.service.name)', ['bank', 'shop']],
    [{ refId: 'A', kind: 'traceql', query: '{ } | rate() by (resource.service.name)' }, ['bank', 'shop']],
    [{ refId: 'A', kind: 'traceql' }, []],
  ])('%j', async (query, expected) => {
    const source = datasource({ service: ['a', 'b'], tag: 'span.http.route' });
    expect((await source.metricFindQuery(query, { range })).map(({ text }) => text)).toEqual(expected);
  });

  test("operations are those of the variable's services", async () => {
    await datasource({ service: ['a', 'b'] }).metricFindQuery('operations($service)', { range });
    expect(store.asked[0].searchParams.get('q')).toBe('{ resource.service.name =~ "(a|b)" }');
    expect(store.asked[0].searchParams.get('start')).toBe('1700000000');
  });

  test('values on spans that match, with variables filled in', async () => {
    const query = { refId: 'A', kind: 'tagValues', tag: 'span.http.route', query: '{ name = "$op" }' };
    await datasource({ op: ['a', 'b'] }).metricFindQuery(query, { range });
    expect(store.asked[0].searchParams.get('q')).toBe('{ name =~ "(a|b)" }');
  });

  test('a search lists nothing, and says what would', async () => {
    const query = { refId: 'A', kind: 'traceql', query: '{ status = error }' };
    await expect(datasource().metricFindQuery(query)).rejects.toThrow('| distinct(resource.service.name)');
  });

  test('a text that is no variable query says what is', async () => {
    await expect(datasource().metricFindQuery('label_values(x)')).rejects.toThrow('operations(service)');
  });

  test('errors are for people', async () => {
    store.answers['/api/v2/search/tag/resource.service.name/values'] = [502, ''];
    await expect(datasource().metricFindQuery('services')).rejects.toThrow('http://store:3200 cannot be reached');
  });
});
