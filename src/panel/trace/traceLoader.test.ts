import { feedOf, skeletonOf, type TestSpan } from '../testing/traces';
import { type TraceFeed, type TraceSkeleton } from './traceFeed';
import { TraceLoader, type TraceLoad } from './traceLoader';

const SPANS: TestSpan[] = Array.from({ length: 8 }, (_, index) => ({
  id: index + 1,
  parent: index === 0 ? undefined : index,
  startNs: index,
}));

const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

/** A feed that is fed by hand. */
function handFed() {
  let give: (skeleton: TraceSkeleton) => void = () => undefined;
  let end: (error?: Error) => void = () => undefined;
  const feed: TraceFeed = {
    key: 'hand',
    datasourceUid: undefined,
    source: feedOf(SPANS).source,
    losses: () => Promise.resolve([]),
    findings: () => Promise.resolve([]),
    read: (onSkeleton) => {
      give = onSkeleton;
      return new Promise((resolve, reject) => {
        end = (error) => (error ? reject(error) : resolve());
      });
    },
  };
  const part = (rows: number, complete = false): TraceSkeleton => ({
    ...skeletonOf(SPANS.slice(0, rows)),
    complete,
    expectedSpans: 8,
  });
  return { feed, part, give: (skeleton: TraceSkeleton) => give(skeleton), end: (error?: Error) => end(error) };
}

const rowsOf = ({ table }: TraceLoad) => table?.tree.rows;

test('tables come first, when the trace has doubled, and at the end', async () => {
  const { feed, part, give, end } = handFed();
  const loader = new TraceLoader(feed, { correctSkew: false });
  const seen = new Set<number | undefined>();
  loader.subscribe(() => seen.add(rowsOf(loader.load)));
  loader.start();
  for (const rows of [2, 3, 4, 6]) {
    give(part(rows));
    await settled();
  }
  expect(loader.load).toMatchObject({ phase: 'reading', spans: 6, expectedSpans: 8 });
  give(part(8, true));
  end();
  await settled();
  expect(loader.load).toMatchObject({ phase: 'done', spans: 8 });
  expect(loader.load.table?.complete).toBe(true);
  expect([...seen]).toEqual([undefined, 2, 4, 8]);
});

test('what came before a failure stays', async () => {
  const { feed, part, give, end } = handFed();
  const loader = new TraceLoader(feed, { correctSkew: false });
  loader.start();
  give(part(3));
  await settled();
  end(new Error('gone'));
  await settled();
  expect(loader.load).toMatchObject({ phase: 'failed', error: { message: 'gone' } });
  expect(rowsOf(loader.load)).toBe(3);
});

test('skew correction is switched on what is there', async () => {
  const loader = new TraceLoader(feedOf(SPANS), { correctSkew: false });
  loader.start();
  await settled();
  const before = loader.load.table;
  loader.setOptions({ correctSkew: true });
  await settled();
  expect(loader.load.phase).toBe('done');
  expect(loader.load.table).not.toBe(before);
  expect(loader.load.table?.columns).toBe(before?.columns);
});

test('a trace without spans is there, and empty', async () => {
  const { feed, give, end } = handFed();
  const loader = new TraceLoader(feed, { correctSkew: true });
  loader.start();
  const [first] = SPANS;
  const { columns, ...rest } = skeletonOf([first]);
  const none = Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [name, column.subarray(0, 0)])
  ) as unknown as typeof columns;
  give({ ...rest, columns: none, complete: true });
  end();
  await settled();
  expect(loader.load.phase).toBe('done');
  expect(rowsOf(loader.load)).toBe(0);
});

test('after it is stopped, nothing comes', async () => {
  const { feed, part, give } = handFed();
  const loader = new TraceLoader(feed, { correctSkew: true });
  loader.start();
  loader.stop();
  give(part(8, true));
  await settled();
  expect(loader.load.table).toBeUndefined();
});
