import { Counted } from './testing/counted.ts';

const CALLS = 'traces_spanmetrics_calls_total';
const OF = (name: string, kind: string, status: string) =>
  `service="shop",span_name="${name}",span_kind="SPAN_KIND_${kind}",status_code="STATUS_CODE_${status}"`;
const WORK = OF('work', 'INTERNAL', 'UNSET');

describe('span metrics', () => {
  it('counts by service, name, kind and status, over batches', () => {
    const counted = new Counted();
    counted.send([{}, {}, { status: 2 }, { kind: 2, name: 'GET /' }, { service: 'cart', kind: 3, status: 1 }]);
    counted.send([{}]);
    expect(counted.samples(CALLS)).toEqual({
      [WORK]: 3,
      [OF('work', 'INTERNAL', 'ERROR')]: 1,
      [OF('GET /', 'SERVER', 'UNSET')]: 1,
      'service="cart",span_name="work",span_kind="SPAN_KIND_CLIENT",status_code="STATUS_CODE_OK"': 1,
    });
  });

  it("puts durations into Tempo's buckets, bounds included, and an end before the start into the first", () => {
    const counted = new Counted();
    counted.send([{ milliseconds: 2 }, { milliseconds: 2.001 }, { milliseconds: -5 }, { milliseconds: 20_000 }]);
    const buckets = counted.samples('traces_spanmetrics_latency_bucket');
    expect(Object.keys(buckets)).toHaveLength(15);
    expect(buckets[`${WORK},le="0.002"`]).toBe(2);
    expect(buckets[`${WORK},le="0.004"`]).toBe(3);
    expect(buckets[`${WORK},le="16.384"`]).toBe(3);
    expect(buckets[`${WORK},le="+Inf"`]).toBe(4);
    expect(counted.samples('traces_spanmetrics_latency_count')).toEqual({ [WORK]: 4 });
    expect(counted.samples('traces_spanmetrics_latency_sum')[WORK]).toBeCloseTo(20.004001, 9);
  });

  it('weighs a span by the threshold of its sampler', () => {
    const counted = new Counted();
    counted.send([{ traceState: 'ot=th:c' }, { traceState: `vendor=${'x'.repeat(200)},ot=rv:1;th:8` }, {}]);
    expect(counted.samples(CALLS)).toEqual({ [WORK]: 7 });
    expect(counted.samples('traces_spanmetrics_latency_sum')[WORK]).toBeCloseTo(0.07, 9);
  });

  it('counts what is above the limit in one series, and says how much that was', () => {
    const counted = new Counted(2);
    counted.send([{ name: 'a' }, { name: 'b' }, { name: 'c' }, { name: 'd', traceState: 'ot=th:8' }, { name: 'a' }]);
    const overflow =
      'service="__overflow__",span_name="__overflow__",span_kind="__overflow__",status_code="__overflow__"';
    expect(counted.samples(CALLS)).toEqual({
      [OF('a', 'INTERNAL', 'UNSET')]: 2,
      [OF('b', 'INTERNAL', 'UNSET')]: 1,
      [overflow]: 3,
    });
    expect(counted.metrics.overflowed).toBe(2);
  });

  it('forgets a series after 15 minutes without a span, and begins it at 0', () => {
    const counted = new Counted(2);
    counted.send([{ name: 'a' }, { name: 'a' }, { name: 'b' }]);
    counted.nowMs += 14 * 60_000;
    counted.send([{ name: 'b' }]);
    counted.nowMs += 60_000;
    expect(counted.samples(CALLS)).toEqual({ [OF('b', 'INTERNAL', 'UNSET')]: 2 });
    counted.send([{ name: 'a' }]);
    expect(counted.samples(CALLS)).toEqual({
      [OF('b', 'INTERNAL', 'UNSET')]: 2,
      [OF('a', 'INTERNAL', 'UNSET')]: 1,
    });
  });

  it('gives a place that is free again to another series, though nobody has read meanwhile', () => {
    const counted = new Counted(1);
    counted.send([{ name: 'a' }]);
    counted.nowMs += 16 * 60_000;
    counted.send([{ name: 'b' }]);
    expect(counted.samples(CALLS)).toEqual({ [OF('b', 'INTERNAL', 'UNSET')]: 1 });
  });

  it('keeps tenants apart', () => {
    const counted = new Counted();
    counted.send([{}], 'team-a');
    counted.send([{}, {}], 'team-b');
    expect(counted.samples(CALLS)).toEqual({ [`${WORK},tenant="team-a"`]: 1, [`${WORK},tenant="team-b"`]: 2 });
  });

  it('escapes labels, cuts long ones at a character, and takes numbers that it does not know as unspecified', () => {
    const counted = new Counted();
    counted.send([{ name: 'a "b"\\\n', kind: 9, status: 7 }, { name: `${'x'.repeat(1023)}éé` }]);
    expect(Object.keys(counted.samples(CALLS))).toEqual([
      OF('a \\"b\\"\\\\\\n', 'UNSPECIFIED', 'UNSET'),
      OF('x'.repeat(1023), 'INTERNAL', 'UNSET'),
    ]);
  });
});
