import { exploreUrl } from './exploreUrl';

test('Explore opens with the query, the range and the focused span', () => {
  const url = new URL(
    exploreUrl({
      datasourceUid: 'clew',
      query: '{ name = "a&b" }',
      range: { from: 'now-1h', to: 'now' },
      spanId: '00f067aa0ba902b7',
    }),
    'http://grafana'
  );
  expect(url.pathname).toBe('/explore');
  expect(url.searchParams.get('schemaVersion')).toBe('1');
  const panes = JSON.parse(url.searchParams.get('panes') ?? '') as Record<string, unknown>;
  const [[id, pane]] = Object.entries(panes);
  // Grafana renames panes that are not three characters of this kind.
  expect(id).toMatch(/^(?!\d{3})[0-9a-z]{3}$/);
  expect(pane).toEqual({
    datasource: 'clew',
    queries: [
      {
        refId: 'A',
        datasource: { type: 'clew-traces-datasource', uid: 'clew' },
        query: '{ name = "a&b" }',
        queryType: 'traceql',
      },
    ],
    range: { from: 'now-1h', to: 'now' },
    panelsState: { trace: { spanId: '00f067aa0ba902b7' } },
  });
});
