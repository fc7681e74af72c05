import { ExemplarBook, type ExemplarState, type SeenExemplar } from './exemplar-book.ts';

const exemplar = (metric: string, timeMs: number, state: ExemplarState = 'resolved'): SeenExemplar => ({
  metric,
  labels: {},
  label: 'trace_id',
  id: String(timeMs),
  traceId: undefined,
  value: 1,
  timeMs,
  seenMs: timeMs,
  source: 'prometheus',
  state,
  reason: '',
  judgedMs: 0,
});

it('keeps the newest of each metric, so that a busy one leaves room for the others', () => {
  const book = new ExemplarBook();
  book.add(exemplar('quiet', 1));
  for (let time = 2; time <= 1000; time++) {
    book.add(exemplar('busy', time));
  }
  const kept = book.list(() => true);
  expect(kept).toHaveLength(201);
  expect(kept[0].timeMs).toBe(1000);
  expect(kept.at(-1)?.metric).toBe('quiet');
});

it('forgets metrics that were not seen for longest, when there are too many', () => {
  const book = new ExemplarBook();
  for (let metric = 0; metric < 501; metric++) {
    book.add(exemplar(`metric ${metric}`, metric));
    book.add(exemplar('again and again', metric));
  }
  const metrics = new Set(book.list(() => true).map(({ metric }) => metric));
  expect(metrics.size).toBe(500);
  expect(metrics.has('metric 0')).toBe(false);
  expect(metrics.has('again and again')).toBe(true);
});

it('holds a bounded number in all', () => {
  const book = new ExemplarBook();
  for (let index = 0; index < 60_000; index++) {
    book.add(exemplar(`metric ${index % 300}`, index));
  }
  const kept = book.list(() => true).length;
  expect(kept).toBeLessThanOrEqual(20_000);
  expect(kept).toBeGreaterThan(19_000);
});

it('counts by state, metrics with most links that lead nowhere first', () => {
  const book = new ExemplarBook();
  book.add(exemplar('a', 1));
  book.add(exemplar('a', 2, 'too_new'));
  book.add(exemplar('b', 3, 'expired'));
  book.add(exemplar('c', 4, 'malformed_id'));
  book.add(exemplar('c', 5, 'never_received'));
  expect(book.metrics().map(({ metric }) => metric)).toEqual(['c', 'b', 'a']);
  expect(book.counts()).toEqual({
    resolved: 1,
    never_received: 1,
    expired: 1,
    other_tenant: 0,
    malformed_id: 1,
    too_new: 1,
  });
});
