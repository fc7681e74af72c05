import { emptyColumns } from '@clew/trace-model';
import { finished } from '../../testing/traces';
import { buildTable } from '../../trace/buildTable';
import { type TraceTable } from '../../trace/traceTable';
import { lineOf } from '../testing/fixtures';
import { logMarks } from './logMarks';
import { placeLogs } from './placeLogs';

const SERVICES = ['a', 'b', 'c', 'd'];
const BASE = 1_795_000_000_000_000_000n;

/** Spans of four services; each begins 1 µs after the one before and ends after the last has begun. */
function table(rows: number): TraceTable {
  const columns = emptyColumns(rows, 0);
  const ids = new DataView(columns.spanIds.buffer);
  const parents = new DataView(columns.parentSpanIds.buffer);
  for (let row = 0; row < rows; row++) {
    ids.setUint32(row * 8 + 4, row + 1);
    parents.setUint32(row * 8 + 4, row === 0 ? 0 : ((row - 1) >>> 3) + 1);
    columns.startOffsets[row] = BigInt(row * 1000);
    columns.durations[row] = BigInt((rows - row) * 2000);
    columns.services[row] = row % SERVICES.length;
  }
  const texts = { length: SERVICES.length, get: (index: number) => SERVICES[index] };
  const skeleton = {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    baseNs: BASE,
    columns,
    names: texts,
    services: texts,
    messages: texts,
    complete: true,
    expectedSpans: rows,
  };
  return finished(buildTable(skeleton, { correctSkew: false }));
}

const linesOf = (count: number, rows: number, spanId?: (line: number) => string) =>
  Array.from({ length: count }, (_, line) =>
    lineOf(BASE + BigInt(Math.floor((line * rows * 1000) / count)) + 1n, {
      service: SERVICES[line % SERVICES.length],
      spanId: spanId?.(line),
    })
  );

/** The best of some runs, in milliseconds. */
function best(run: () => void): number {
  return Math.min(
    ...Array.from({ length: 5 }, () => {
      const started = performance.now();
      run();
      return performance.now() - started;
    })
  );
}

test('ten thousand lines on a thousand spans take 50 ms at most', () => {
  const spans = table(1000);
  const byTime = linesOf(10_000, 1000);
  const byId = linesOf(10_000, 1000, (line) => (1 + (line % 1000)).toString(16).padStart(16, '0'));
  const times = [byTime, byId].map((lines) => best(() => logMarks(placeLogs(lines, spans), spans.tree.nodes)));
  // A service has no span before its first.
  expect(placeLogs(byTime, spans).nodes.filter((node) => node < 0).length).toBeLessThan(100);
  expect(Math.max(...times)).toBeLessThan(50);
});

test('five thousand lines on a million spans, all of which run at once, are bounded', () => {
  const spans = table(1_000_000);
  const lines = linesOf(5000, 1_000_000);
  const half = linesOf(5000, 1_000_000, (line) => (line % 2 ? (1 + line * 199).toString(16).padStart(16, '0') : 'ff'));
  const started = performance.now();
  placeLogs(lines, spans);
  placeLogs(half, spans);
  expect((performance.now() - started) / 2).toBeLessThan(3000);
});
