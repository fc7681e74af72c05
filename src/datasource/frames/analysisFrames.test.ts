import { aggregatedPathFrame, findingsFrame, pathFrame, statisticsFrame } from './analysisFrames';

const TARGET = { uid: 'clew', name: 'Clew' };
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

const row = (service: string, onPathNs: number, selfNs: number) => ({
  by: { service, name: 'get' },
  ...{ count: 2, errors: 1, totalNs: 20, avgNs: 10, minNs: 5, maxNs: 15, p50Ns: 5, p95Ns: 15 },
  ...{ selfNs, onPathNs, pathShare: onPathNs / 100 },
});
const analysis = {
  statistics: [row('idle', 0, 9), row('cart', 10, 1), row('web', 90, 1)],
  criticalPath: {
    totalNs: 100,
    segments: [
      { spanId: '00000000000000a1', service: 'web', name: 'GET /', startNs: 0, durationNs: 75 },
      { spanId: '00000000000000a2', startNs: 75, durationNs: 25 },
    ],
  },
};

const columns = (frame: ReturnType<typeof findingsFrame>) =>
  Object.fromEntries(frame.fields.map(({ name, values }) => [name, values]));

test('a finding has the span to look at first, with a link to it', () => {
  const frame = findingsFrame(
    [
      {
        ...{ kind: 'n-plus-one', severity: 'warning', title: 'Many', detail: 'Of one kind.', next: 'Ask once.' },
        ...{ harmNs: 5, shareOfTrace: 0.5, spanCount: 24 },
        spans: [{ spanId: '00000000000000a1', service: 'catalog', name: 'SELECT' }],
      },
      {
        ...{ kind: 'healthy', severity: 'info', title: 'Nothing', detail: '', next: '', harmNs: 0, shareOfTrace: 0 },
        ...{ spanCount: 0, spans: [] },
      },
    ],
    TRACE,
    TARGET,
    'A'
  );
  expect(columns(frame)).toMatchObject({
    title: ['Many', 'Nothing'],
    service: ['catalog', ''],
    spans: [24, 0],
    spanID: ['00000000000000a1', ''],
    traceID: [TRACE, TRACE],
  });
  expect(frame.fields.find(({ name }) => name === 'spanID')?.config.links).toHaveLength(1);
});

test('operations stand by their part of the critical path', () => {
  expect(columns(statisticsFrame(analysis, 'A'))).toMatchObject({
    service: ['web', 'cart', 'idle'],
    name: ['get', 'get', 'get'],
    pathShare: [0.9, 0.1, 0],
  });
});

test('the path of a trace, and of a parent that is missing', () => {
  expect(columns(pathFrame(analysis, TRACE, TARGET, 'A'))).toMatchObject({
    offset: [0, 75],
    operation: ['GET /', ''],
    share: [0.75, 0.25],
  });
});

test('the paths of many traces', () => {
  const frame = aggregatedPathFrame(
    {
      traces: 2,
      rows: [{ service: 'web', name: 'GET', onPathNs: 80, share: 0.8, traces: 2, spans: 2, errors: 0, avgNs: 40 }],
    },
    'A'
  );
  expect(frame.name).toBe('Critical path of 2 traces');
  expect(columns(frame)).toMatchObject({ operation: ['GET'], share: [0.8], avg: [40] });
});
