import { EVERYTHING, fromUrl, toUrl } from './linksUrl';

test('a view comes back from its URL as it was', () => {
  const query = { tab: 'kept', reason: 'expired', metric: 'http_seconds', kind: 'hand' } as const;
  expect(fromUrl(EVERYTHING, toUrl(query))).toEqual(query);
});

test('what the URL names wrongly is as if it were not there', () => {
  expect(fromUrl(EVERYTHING, { tab: 'nonsense', reason: 'resolved', metric: '', kind: ['hand', 'exemplar'] })).toEqual({
    tab: 'exemplars',
    reason: undefined,
    metric: undefined,
    kind: undefined,
  });
});

test('what the URL does not name stays, and what it lost is gone', () => {
  const before = { tab: 'kept', metric: 'm', kind: 'hand' } as const;
  expect(fromUrl(before, { metric: null })).toEqual({
    tab: 'kept',
    reason: undefined,
    metric: undefined,
    kind: 'hand',
  });
});
