import { Random } from '@clew/trace-gen';

import type { Question, TimeRange } from './lib/dialects.ts';
import { openFilled, type Contents, type FilledOptions, type FilledStore } from './lib/filled.ts';
import { get } from './lib/http.ts';
import { quantiles, round, type Quantiles } from './lib/numbers.ts';
import { poolTraces, TOPOLOGY } from './lib/pool.ts';
import type { Report } from './lib/report.ts';
import { dropFromPageCache, type Target } from './lib/targets.ts';

interface Shape {
  readonly name: string;
  /** No two alike. */
  readonly questions: readonly Question[];
  /** Whether the goal for attribute equality holds for it. */
  readonly isAttribute: boolean;
}

const SEED = 9;
const LIMIT = 20;
const MOST_QUESTIONS = 40;
/** Questions of each shape that are kept for a store that has just been started. */
const COLD = 3;
const REPEATS = 3;
/** Share of the pool's spans that last longer than the shortest time asked for. */
const SLOW_SHARE = 0.001;
const SLOW_STEP_MS = 7;

/**
 * How long a search over everything takes, newest 20 traces, one query at a time:
 *
 * - `cold`: the first after a start of the store with its files out of the page cache (a peer is not restarted);
 * - `new`: the process is warm, this question was never asked before;
 * - `repeated`: asked before.
 */
export async function benchSearch(options: FilledOptions, report: Report): Promise<void> {
  const store = await openFilled(options, report);
  try {
    const shapes = makeShapes(store.contents);
    const range = timeRange(store.contents);
    for (const shape of shapes) {
      await cold(store, shape, range, report);
    }
    for (const shape of shapes) {
      await warm(store, shape, range, report);
    }
  } finally {
    await store.close();
  }
}

async function cold(store: FilledStore, shape: Shape, range: TimeRange, report: Report): Promise<void> {
  const times = new Map<string, number[]>();
  for (const question of shape.questions.slice(0, COLD)) {
    await store.restart(() => {
      for (const { dataDir } of store.targets) {
        if (dataDir !== undefined) {
          dropFromPageCache(dataDir);
        }
      }
    });
    for (const target of store.targets) {
      const { ms } = await ask(target, [question], range);
      times.set(target.name, [...(times.get(target.name) ?? []), ...ms]);
    }
  }
  for (const { name } of store.targets) {
    report.line({ target: name, what: shape.name, when: 'cold', ms: quantiles(times.get(name) ?? []) });
  }
}

async function warm(store: FilledStore, shape: Shape, range: TimeRange, report: Report): Promise<void> {
  const questions = shape.questions.slice(COLD);
  let ours: Quantiles | undefined;
  for (const target of store.targets) {
    // Asked already: opens connections and caches that do not depend on the question.
    await ask(target, shape.questions.slice(0, COLD), range);
    const first = await ask(target, questions, range);
    const firstMs = quantiles(first.ms);
    report.line({ target: target.name, what: shape.name, when: 'new', ms: firstMs, ...first.answers });
    const again = await ask(target, Array.from({ length: REPEATS }, () => questions).flat(), range);
    report.line({ target: target.name, what: shape.name, when: 'repeated', ms: quantiles(again.ms), ...again.answers });
    if (ours) {
      report.line({
        ratio: `clew/${target.name}`,
        what: shape.name,
        p50: round(ours.p50 / firstMs.p50),
        p95: round(ours.p95 / firstMs.p95),
      });
      continue;
    }
    ours = firstMs;
    report.goal('answered', first.answers.failed + again.answers.failed, shape.name);
    if (shape.isAttribute) {
      report.goal('attribute', firstMs.p95, shape.name);
    }
  }
}

async function ask(target: Target, questions: readonly Question[], range: TimeRange) {
  const ms: number[] = [];
  const answers = { traces: 0, empty: 0, failed: 0 };
  for (const question of questions) {
    const path = target.dialect.searchPath(question, range, LIMIT);
    const reply = await get(`${target.queryUrl}${path}`, 'application/json');
    ms.push(reply.lastByteMs);
    const found = reply.status === 200 ? target.dialect.countTraces(reply.body) : 0;
    answers.traces += found;
    answers.empty += reply.status === 200 && found === 0 ? 1 : 0;
    answers.failed += reply.status === 200 ? 0 : 1;
  }
  return { ms, answers };
}

/** What was filled, and not what a lookup with ingest beside has added later. */
function timeRange({ startNs, hours }: Contents): TimeRange {
  const start = Math.floor(Number(BigInt(startNs) / 1_000_000_000n));
  return { start, end: start + Math.ceil(hours * 3600) };
}

/** Questions that the pool has answers to, except those that are to find nothing. */
function makeShapes({ poolSpans, rounds }: Contents): Shape[] {
  const random = new Random(SEED);
  const serviceName = (index: number) => TOPOLOGY.services[index].name;
  const users = new Map<string, { spans: number; service: string }>();
  const durations: Array<{ readonly ms: number; readonly service: string }> = [];
  const byService = new Map<string, { spans: number; errors: number }>();
  for (const { trace } of poolTraces(poolSpans)) {
    for (const span of trace.spans) {
      const service = serviceName(span.service);
      durations.push({ ms: (span.endNs - span.startNs) / 1e6, service });
      const counts = byService.get(service) ?? { spans: 0, errors: 0 };
      byService.set(service, counts);
      counts.spans++;
      counts.errors += span.error === undefined ? 0 : 1;
      for (const [key, value] of span.attributes) {
        if (key === 'enduser.id') {
          const user = users.get(String(value));
          users.set(String(value), { spans: (user?.spans ?? 0) + 1, service });
        }
      }
    }
  }
  const rare = [...users].filter(([, { spans }]) => spans === 1);
  const [busiest] = [...byService].sort(([, a], [, b]) => b.spans - a.spans)[0];
  const failing = [...byService].filter(([, { errors }]) => errors > 0).map(([service]) => service);
  durations.sort((a, b) => b.ms - a.ms);
  const slow = durations.slice(0, Math.ceil(durations.length * SLOW_SHARE));
  const slowMs = Math.ceil(slow[slow.length - 1].ms);
  const times = <Item>(count: number, make: (index: number) => Item) =>
    Array.from({ length: count }, (_, i) => make(i));
  const attribute = (key: string, value: string, service: string): Question => ({
    kind: 'attribute',
    key,
    value,
    service,
  });
  return [
    {
      name: `attribute equality, rare (${rounds} spans)`,
      isAttribute: true,
      questions: times(Math.min(MOST_QUESTIONS, rare.length), () => {
        const [[value, { service }]] = rare.splice(random.below(rare.length), 1);
        return attribute('enduser.id', value, service);
      }),
    },
    {
      name: 'attribute equality, common (1 of 16 spans)',
      isAttribute: true,
      questions: times(16, (index) => attribute('thread.name', `worker-${index}`, busiest)),
    },
    {
      name: 'attribute equality, no answer',
      isAttribute: true,
      questions: times(MOST_QUESTIONS, (index) => attribute('enduser.id', `nobody-${index}`, busiest)),
    },
    {
      name: `duration above ${slowMs} ms and more`,
      isAttribute: false,
      questions: times(MOST_QUESTIONS / 2, (index) => ({
        kind: 'duration',
        minMs: slowMs + index * SLOW_STEP_MS,
        service: slow[0].service,
      })),
    },
    {
      name: 'service and status error',
      isAttribute: false,
      questions: failing.map((service) => ({ kind: 'errors', service })),
    },
  ];
}
