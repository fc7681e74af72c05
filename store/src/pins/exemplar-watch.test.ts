import type { Engine } from '../engine/engine.ts';
import { pinningOf } from './testing/pinning-of.ts';
import { ExemplarWatch } from './exemplar-watch.ts';
import { AnswerTooLarge, type PrometheusClient, type PrometheusExemplar } from './prometheus-client.ts';
import { ExemplarJudge } from './exemplar-judge.ts';

const engine: Engine = {
  rows: () => Promise.resolve([]),
  bytes: () => Promise.resolve(Buffer.alloc(0)),
  command: () => Promise.resolve(),
  insertNative: () => Promise.resolve(),
  close: () => Promise.resolve(),
};
const silent = () => undefined;
const NOW = 1_800_000_000_000;
const MINUTE = 60_000;

/** Answers by time, and notes what it was asked for. */
function watchOver(answer: (startMs: number, endMs: number) => PrometheusExemplar[]) {
  const asked: Array<[startMs: number, endMs: number]> = [];
  const prometheus: Pick<PrometheusClient, 'exemplars' | 'url'> = {
    url: 'http://prometheus',
    exemplars: async (startMs, endMs) => {
      asked.push([startMs, endMs]);
      return answer(startMs, endMs);
    },
  };
  const { kept, pins } = pinningOf(engine);
  const watch = new ExemplarWatch(
    {
      prometheus,
      prometheusTenant: '',
      everyMs: MINUTE,
      labels: ['trace_id'],
      isMultiTenant: false,
      judgeOf: (tenant) =>
        new ExemplarJudge(engine, tenant, kept, pins, { isMultiTenant: false, retentionDays: () => 7 }),
    },
    { info: silent, warn: silent, error: silent }
  );
  return { watch, asked };
}

const exemplarAt = (timeMs: number): PrometheusExemplar => ({
  metric: 'orders_total',
  labels: {},
  own: { trace_id: timeMs.toString(16) },
  value: 1,
  timeMs,
});

it('asks for all at first, then for what is new, and for all again after an hour', async () => {
  const { watch, asked } = watchOver(() => [exemplarAt(NOW - 1)]);
  await watch.run(NOW);
  await watch.run(NOW + MINUTE);
  await watch.run(NOW + 61 * MINUTE);
  expect(asked.map(([start, end]) => Math.round((end - start) / MINUTE))).toEqual([31 * 1440, 3, 31 * 1440]);
  // What comes again is the same.
  expect(watch.book('').list(() => true)).toHaveLength(1);
});

it('asks for half the time where the answer is too long, and misses nothing', async () => {
  const inThere = [1, 2, 3, 4].map((index) => exemplarAt(NOW - index * 1000));
  const { watch } = watchOver((startMs, endMs) => {
    const found = inThere.filter(({ timeMs }) => timeMs >= startMs && timeMs <= endMs);
    if (found.length > 2) {
      throw new AnswerTooLarge(1);
    }
    return found;
  });
  await watch.run(NOW);
  expect(watch.book('').list(() => true)).toHaveLength(4);
  expect(watch.prometheus).toMatchObject({ lastReadMs: NOW, lastError: null });
});

it('waits longer after each failure, and says what it was', async () => {
  let isDown = true;
  const { watch, asked } = watchOver(() => {
    if (isDown) {
      throw new Error('it is down');
    }
    return [];
  });
  const askedAt: number[] = [];
  for (let minute = 0; minute < 60; minute++) {
    const before = asked.length;
    await watch.run(NOW + minute * MINUTE);
    if (asked.length > before) {
      askedAt.push(minute);
    }
  }
  expect(askedAt).toEqual([0, 1, 3, 7, 15, 30, 45]);
  expect(watch.prometheus).toMatchObject({ lastReadMs: null, lastError: 'it is down', errorMs: NOW + 45 * MINUTE });
  isDown = false;
  await watch.run(NOW + 60 * MINUTE);
  expect(watch.prometheus).toMatchObject({ lastReadMs: NOW + 60 * MINUTE, lastError: null });
});
