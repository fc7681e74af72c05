import { StoreClient } from '../../shared/storeClient';
import { type StoreRequest } from '../../shared/storeTransport';
import { loadRed, windowBefore } from './loadRed';
import { loadTrends, wholeSteps } from './loadTrends';
import { mergeRed } from './red';

const WINDOW = { fromMs: 3_600_000, toMs: 7_200_000 };

/** A store that has one service which is asked, and one that never is. */
function answer({ params = {} }: StoreRequest): unknown {
  const query = String(params.q);
  const service = /kind != server/.test(query) ? 'cron' : 'shop';
  const label = { key: 'resource.service.name', value: { stringValue: service } };
  if (query.includes('quantile')) {
    const levels = [0.5, 0.95, 0.99].map((p) => ({
      labels: [label, { key: 'p', value: { doubleValue: p } }],
      value: p,
    }));
    return { series: levels };
  }
  if (params.step) {
    return { series: [{ labels: [label], samples: [{ timestampMs: '3720000', value: 2 }] }] };
  }
  return { series: [{ labels: [label], value: query.includes('error') ? 1 : 4 }] };
}

function recording() {
  const asked: StoreRequest[] = [];
  const client = new StoreClient((request) => {
    asked.push(request);
    return Promise.resolve({ status: 200, statusText: 'OK', data: answer(request) });
  });
  return { asked, client };
}

test('rates come first; the rest of both periods follows, for each basis that has services', async () => {
  const { asked, client } = recording();
  const steps: number[] = [];
  const { parts } = await loadRed(client, {
    scope: { by: 'resource.service.name', condition: undefined },
    window: WINDOW,
    signal: new AbortController().signal,
    onParts: (all) => steps.push(all.length),
  });
  expect(steps).toEqual([1, 2, 3, 4, ...steps.slice(4)]);
  expect(asked.slice(0, 2).map(({ params }) => [params?.q, params?.start, params?.end])).toEqual([
    ['{ kind = server || kind = consumer } | count_over_time() by (resource.service.name)', 3600, 7200],
    ['{ kind != server && kind != consumer } | count_over_time() by (resource.service.name)', 3600, 7200],
  ]);
  expect(asked).toHaveLength(12);
  expect(asked.every(({ params }) => params?.maxSeries === 10_000)).toBe(true);
  expect(mergeRed(parts)).toMatchObject([
    { key: 'shop', basis: 'requests', now: { requests: 4, errors: 1, p95: 0.95 }, before: { p50: 0.5 } },
    { key: 'cron', basis: 'spans', now: { requests: 4, errors: 1, p99: 0.99 } },
  ]);
  expect(asked.at(-1)?.params?.q).toContain('resource.service.name = "cron"');
});

test('a basis that is given is the only one', async () => {
  const { asked, client } = recording();
  const scope = { by: 'name', condition: 'resource.service.name = "a"', basis: 'spans' } as const;
  await loadRed(client, { scope, window: WINDOW, signal: new AbortController().signal, onParts: () => undefined });
  expect(asked[0].params?.q).toBe(
    '{ kind != server && kind != consumer && resource.service.name = "a" } | count_over_time() by (name)'
  );
  expect(asked.every(({ params }) => !String(params?.q).includes('kind = server'))).toBe(true);
});

test('the period before is as long, and ends where this one begins', () => {
  expect(windowBefore(WINDOW)).toEqual({ fromMs: 0, toMs: 3_600_000 });
});

test('lines are of whole steps, and none is drawn for less than two', async () => {
  expect(wholeSteps({ fromMs: 3_601_000, toMs: 7_201_000 })).toEqual({
    ...{ window: { fromMs: 3_720_000, toMs: 7_200_000 }, stepSeconds: 120, size: 29 },
  });
  expect(wholeSteps({ fromMs: 0, toMs: 1500 })).toBeUndefined();
  const { client } = recording();
  const trends = await loadTrends(
    client,
    { by: 'resource.service.name', condition: undefined },
    [{ key: 'shop', basis: 'requests' }],
    WINDOW,
    new AbortController().signal
  );
  const { rate = [], p95 = [] } = trends.get('shop') ?? {};
  expect([rate.length, rate[0], rate[1]]).toEqual([30, 2, 0]);
  expect(p95).toHaveLength(30);
});
