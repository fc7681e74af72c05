import { startQueryProcess, type QueryProcess } from './testing/query-process.ts';
import { EPOCH_SECONDS, otlpRequest, type SpanSpec } from './testing/shop-traces.ts';

const HOUR_MS = 3_600_000;
/** Of the first hour that begins after EPOCH_SECONDS, in milliseconds behind it. */
const FIRST_HOUR = HOUR_MS - ((EPOCH_SECONDS * 1000) % HOUR_MS);
const HOURS = 60;
const END = EPOCH_SECONDS + (FIRST_HOUR + (HOURS + 1) * HOUR_MS) / 1000;
/** Its root is the oldest span of all, its other span the newest. */
const LONG = HOURS;

/** A trace across each full hour: its root ends the one, its child begins the next. */
const SPANS: SpanSpec[] = Array.from({ length: HOURS }, (_, hour) => hour).flatMap((hour): SpanSpec[] => {
  const boundary = FIRST_HOUR + hour * HOUR_MS;
  const seldom: Record<string, string> = hour % 20 === 0 ? { seldom: 'yes' } : {};
  const trace = hour + 1;
  return [
    { trace, span: 1, name: 'before', start: boundary - 100, durationMs: 300, attributes: { a: 'x', ...seldom } },
    { trace, span: 2, parent: 1, name: 'after', start: boundary + 100, durationMs: 50, attributes: { b: 'x' } },
  ];
});
SPANS.push(
  { trace: LONG + 1, span: 1, name: 'start', start: FIRST_HOUR - HOUR_MS, attributes: { c: 'x' } },
  { trace: LONG + 1, span: 2, parent: 1, name: 'end', start: FIRST_HOUR + HOURS * HOUR_MS, attributes: { b: 'x' } }
);

/** The traces across the hours, newest first, then the long one. */
const ACROSS = Array.from({ length: HOURS }, (_, index) => HOURS - 1 - index);
const WITH_LONG = [...ACROSS, LONG];

describe('a search that looks from the newest hours back', () => {
  let store: QueryProcess;
  beforeAll(async () => {
    store = await startQueryProcess();
    await store.ingest(otlpRequest(SPANS));
  }, 30_000);
  afterAll(() => store.stop());

  async function found(q: string, limit: number, range: Record<string, string>): Promise<number[]> {
    const query = new URLSearchParams({ q, limit: String(limit), ...range });
    const body = (await (await fetch(`${store.url}/api/search?${query}`)).json()) as {
      traces: Array<{ traceID: string }>;
    };
    return body.traces.map(({ traceID }) => Number.parseInt(traceID, 16) - 1);
  }

  const ranges: Array<[string, Record<string, string>]> = [
    ['up to now', {}],
    ['up to the newest span', { start: String(EPOCH_SECONDS - 7200), end: String(END) }],
  ];
  describe.each(ranges)('%s', (_name, range) => {
    it.each<[string, number[]]>([
      ['{ span.a = "x" }', ACROSS],
      ['{ span.b = "x" }', WITH_LONG],
      ['{ span.seldom = "yes" }', [40, 20, 0]],
      ['{ span.c = "x" }', [LONG]],
      ['{ span.none = "x" }', []],
      ['{ span.a = "x" } && { span.b = "x" }', ACROSS],
      ['{ span.c = "x" } && { span.b = "x" }', [LONG]],
      ['{ span.b = "x" } || { span.c = "x" }', WITH_LONG],
      ['{ span.b = "x" && trace:duration > 10h }', [LONG]],
      ['{ span.b = "x" && trace:rootName = "before" }', ACROSS],
    ])('answers %s exactly, whatever the limit', async (q, expected) => {
      for (const limit of [1, 3, 25, 100]) {
        expect({ limit, found: await found(q, limit, range) }).toEqual({ limit, found: expected.slice(0, limit) });
      }
    });
  });

  it('looks at nothing outside of the range', async () => {
    const start = EPOCH_SECONDS + (FIRST_HOUR + 10 * HOUR_MS) / 1000;
    const range = { start: String(start), end: String(start + 3600 * 3) };
    // Their roots lie 100 ms before an hour, and the range begins with one.
    expect(await found('{ span.a = "x" }', 100, range)).toEqual([13, 12, 11]);
    expect(await found('{ span.b = "x" }', 100, range)).toEqual([12, 11, 10]);
    expect(await found('{ span.a = "x" } && { span.b = "x" }', 100, range)).toEqual([12, 11]);
  });
});
