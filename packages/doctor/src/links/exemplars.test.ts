import { contextOf, datasource, json, store, success, type Answers } from '../testing/recorded-answers.ts';
import { propose } from './exemplars.ts';

const NOW = Date.now();
const ID = '0af7651916cd43dd8448eb211c80319c';
const OTHER = { name: 'trace_id', datasourceUid: 'tempo', urlDisplayLabel: 'Tempo' };
const APP = { name: 'trace_id', url: '/a/clew-correlation-app/trace/${__value.raw}', urlDisplayLabel: 'Open in Clew' };
const prometheus = (...exemplarTraceIdDestinations: object[]) =>
  datasource('p', 'prometheus', { name: 'Prometheus', jsonData: { exemplarTraceIdDestinations } });

const exemplars = (...labels: Array<Record<string, string>>) =>
  success([
    {
      seriesLabels: { __name__: 'requests_bucket', service: 'cart' },
      exemplars: labels.map((one) => ({ labels: one, value: '1', timestamp: NOW / 1000 - 30 })),
    },
  ]);

const answers = (found: ReturnType<typeof success>, more: Answers = {}): Answers => ({
  'p/api/v1/query_exemplars': found,
  [`clew/clew/v1/traces/${ID}`]: json({ spans: 3, rootService: 'cart', rootName: 'GET /' }),
  ...more,
});

const proposed = async (from: ReturnType<typeof prometheus>, given: Answers) => {
  const context = contextOf([store, from, datasource('tempo', 'tempo', { url: 'http://tempo:3200' })], given, NOW);
  const proposal = await propose(context, from, store);
  return { ...proposal, destinations: proposal.remedy?.change?.jsonData.exemplarTraceIdDestinations };
};

test('a link that works needs nothing', async () => {
  const from = prometheus({ name: 'trace_id', datasourceUid: 'clew' });
  expect(await proposed(from, answers(exemplars({ trace_id: ID })))).toMatchObject({
    state: 'linked',
    remedy: undefined,
    preview: { works: true, lines: [`requests_bucket{service="cart"} trace_id=${ID} → 3 spans, cart GET /`] },
  });
});

test('nothing is linked: both ways, by the label that exemplars have', async () => {
  const { state, destinations } = await proposed(
    prometheus(),
    answers(exemplars({ span_id: '00f067aa0ba902b7', traceID: ID }))
  );
  expect(state).toBe('missing');
  expect(destinations).toEqual([
    { name: 'traceID', datasourceUid: 'clew', urlDisplayLabel: 'Open trace' },
    { name: 'traceID', url: '/a/clew-correlation-app/trace/${__value.raw}', urlDisplayLabel: 'Open in Clew' },
  ]);
});

test('a label of an unusual name is found by its values', async () => {
  const { destinations } = await proposed(prometheus(), answers(exemplars({ request: ID, host: 'a' })));
  expect(destinations).toMatchObject([{ name: 'request' }, { name: 'request' }]);
});

test('links to elsewhere stay, in front', async () => {
  const { state, destinations } = await proposed(prometheus(OTHER), answers(exemplars({ trace_id: ID })));
  expect(state).toBe('elsewhere');
  expect(destinations).toMatchObject([OTHER, { datasourceUid: 'clew' }, { name: 'trace_id' }]);
});

test('a wrong name is mended in its place, and links to elsewhere keep theirs', async () => {
  const from = prometheus(OTHER, { name: 'traceID', datasourceUid: 'clew', urlDisplayLabel: 'mine' });
  const { state, destinations } = await proposed(from, answers(exemplars({ trace_id: ID })));
  expect(state).toBe('broken');
  expect(destinations).toEqual([OTHER, { name: 'trace_id', datasourceUid: 'clew', urlDisplayLabel: 'mine' }, APP]);
});

test('a uid that is not there is replaced, or taken out where the right link is there', async () => {
  const gone = { name: 'trace_id', datasourceUid: 'old' };
  const right = { name: 'trace_id', datasourceUid: 'clew' };
  const given = answers(exemplars({ trace_id: ID }));
  expect((await proposed(prometheus(gone), given)).destinations).toEqual([right, APP]);
  expect((await proposed(prometheus(gone, right), given)).destinations).toEqual([right, APP]);
});

test('without exemplars the usual name is proposed, and nothing is said to work', async () => {
  const { destinations, preview } = await proposed(prometheus(), answers(success([])));
  expect(destinations).toMatchObject([{ name: 'trace_id' }, { name: 'trace_id' }]);
  expect(preview).toEqual({ lines: [], works: undefined });
});

test('an id that is malformed, and one that never came', async () => {
  const missing = 'f'.repeat(32);
  const { preview } = await proposed(prometheus(), answers(exemplars({ trace_id: 'not-hex' }, { trace_id: missing })));
  expect(preview.works).toBe(false);
  expect(preview.lines.join()).toMatch(/not-hex → malformed.*f → never received/);
});

test('a store that fails proves nothing', async () => {
  const fails = { [`clew/clew/v1/traces/${ID}`]: { status: 503, data: {} } };
  expect((await proposed(prometheus(), answers(exemplars({ trace_id: ID }), fails))).preview.works).toBeUndefined();
});
