import { FieldType, createDataFrame } from '@grafana/data';
import { FrameFeed } from './frameFeed';
import { nanoseconds } from './frameToOtlp';
import { type TraceSkeleton } from './traceFeed';

const tag = (key: string, value: unknown) => ({ key, value });

const ROWS = [
  {
    traceID: '4bf92f3577b34da6a3ce929d0e0e4736',
    spanID: '00f067aa0ba902b7',
    parentSpanID: '',
    operationName: 'GET /',
    serviceName: 'web',
    kind: 'server',
    statusCode: 0,
    startTime: 1_795_000_000_000.25,
    duration: 12.5,
    serviceTags: [tag('host.name', 'a')],
    tags: [tag('http.route', '/'), tag('retries', 3), tag('share', 0.5), tag('deep', { a: 1 })],
    logs: [{ timestamp: 1_795_000_000_001, fields: [tag('event', 'cache miss')] }],
    references: [],
  },
  {
    traceID: '4bf92f3577b34da6a3ce929d0e0e4736',
    spanID: 'a-name-of-its-own',
    parentSpanID: '00f067aa0ba902b7',
    operationName: 'SELECT',
    serviceName: 'db',
    kind: 'client',
    statusCode: undefined,
    startTime: 1_795_000_000_002,
    duration: 1,
    serviceTags: [],
    tags: [tag('error', true)],
    logs: [],
    references: [{ traceID: '4bf92f3577b34da6a3ce929d0e0e4736', spanID: '00f067aa0ba902b7', tags: [] }],
  },
  { traceID: '4bf92f3577b34da6a3ce929d0e0e4736', spanID: '', serviceName: 'lost' },
];

function frame(rows: ReadonlyArray<Record<string, unknown>>) {
  const names = Object.keys(ROWS[0]);
  return createDataFrame({
    fields: names.map((name) => ({ name, type: FieldType.other, config: {}, values: rows.map((row) => row[name]) })),
    meta: { preferredVisualisationType: 'trace', notices: [{ severity: 'warning', text: 'Some was refused.' }] },
  });
}

async function read(feed: FrameFeed): Promise<TraceSkeleton> {
  const skeletons: TraceSkeleton[] = [];
  await feed.read((skeleton) => skeletons.push(skeleton), new AbortController().signal);
  expect(skeletons).toHaveLength(1);
  return skeletons[0];
}

const { signal } = new AbortController();

test('a frame of the trace view is a trace, with what it says of spans', async () => {
  const feed = new FrameFeed(frame(ROWS));
  const { columns, names, services, baseNs, complete } = await read(feed);
  expect(complete).toBe(true);
  expect(baseNs).toBe(1_795_000_000_000_250_000n);
  expect(Array.from(columns.names, (index) => names.get(index))).toEqual(['GET /', 'SELECT']);
  expect(Array.from(columns.services, (index) => services.get(index))).toEqual(['web', 'db']);
  expect([...columns.durations]).toEqual([12_500_000n, 1_000_000n]);
  expect([...columns.kinds]).toEqual([2, 3]);
  // Grafana takes the tag for an error where there is no status.
  expect([...columns.statuses]).toEqual([0, 2]);
  expect([...columns.eventCounts]).toEqual([1, 0]);
  expect([...columns.linkCounts]).toEqual([0, 1]);
});

test('its attributes, events and links are those of the frame', async () => {
  const feed = new FrameFeed(frame(ROWS));
  await read(feed);
  const [root, child] = await feed.source.details([0, 1], signal);
  expect(root?.attributes).toEqual([
    { key: 'http.route', value: '/' },
    { key: 'retries', value: 3 },
    { key: 'share', value: 0.5 },
    { key: 'deep', value: '{"a":1}' },
  ]);
  expect(root?.resource).toEqual(expect.arrayContaining([{ key: 'service.name', value: 'web' }]));
  expect(root?.events[0]).toMatchObject({ name: 'cache miss', timeNs: 1_795_000_000_001_000_000n });
  expect(child?.links[0]).toMatchObject({ spanId: '00f067aa0ba902b7' });
  expect(child?.parentSpanId).toBe('00f067aa0ba902b7');
});

test('what is left out is said', async () => {
  const feed = new FrameFeed(frame(ROWS));
  await read(feed);
  expect(await feed.losses(signal)).toEqual([
    'Some was refused.',
    "1 rows of the query's answer have no trace id or no span id and are not shown.",
  ]);
});

test('a frame without spans is refused, and can be read again', async () => {
  const feed = new FrameFeed(frame([ROWS[2]]));
  await expect(read(feed)).rejects.toThrow('no spans');
  await expect(read(feed)).rejects.toThrow('no spans');
});

test('milliseconds become the nearest nanoseconds', () => {
  expect(nanoseconds(0.000001)).toBe(1n);
  expect(nanoseconds(1_795_000_000_000)).toBe(1_795_000_000_000_000_000n);
  expect(nanoseconds(-1)).toBe(0n);
  expect(nanoseconds(Number.NaN)).toBe(0n);
});
