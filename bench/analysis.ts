import { Random, RequestBatcher, TraceGenerator, type GeneratedTrace } from '@clew/trace-gen';
import {
  analyzeTrace,
  AttributeColumnDecoder,
  buildTree,
  decodeTraceFrame,
  FINDING_ATTRIBUTES,
  findings,
  joinChunks,
  runNow,
  type FindingAttribute,
  type FindingsInput,
} from '@clew/trace-model';

import { get, postOtlp } from './lib/http.ts';
import { quantiles, round } from './lib/numbers.ts';
import { TOPOLOGY } from './lib/pool.ts';
import type { GoalName, Report } from './lib/report.ts';
import { sendShape } from './lib/send-shape.ts';
import { startClew, type ClewTarget } from './lib/targets.ts';
import { large, type TraceShape } from './lib/trace-shapes.ts';

const SIZES = [1_000, 10_000, 100_000];
const GOALS: Readonly<Record<number, GoalName>> = {
  1_000: 'analysis1k',
  100_000: 'analysis100k',
  1_000_000: 'analysis1m',
};
const REPEATS = 5;
/** A trace of so many spans is worked on fewer times. */
const SLOW_SPANS = 500_000;
const SLOW_REPEATS = 3;
/** More for short ones, so that the code is compiled when it counts. */
const WARM_UP_SPANS = 100_000;

const TRACES = 10_000;
const SPANS_A_TRACE = 50;
const SEED = 12;
const BATCH_SPANS = 512;
const RANGE_SECONDS = 3600;
const RETRY_MS = 100;
const VISIBLE_WITHIN_MS = 120_000;

/**
 * How long it takes to say where a trace's time goes and what is wrong with it: in this process by itself, and over HTTP from the request
 * to the last byte; and to sum up the critical paths of 10 000 traces.
 */
export async function benchAnalysis(spans: number, report: Report): Promise<void> {
  const clew = await startClew();
  try {
    const sizes = [...SIZES.filter((size) => size < spans), spans];
    const perSpan = new Map<number, number>();
    for (const size of sizes) {
      report.note(`sending a trace of ${size} spans`);
      const shape = large(size);
      await sendShape(clew.otlpUrl, clew.queryUrl, shape);
      perSpan.set(size, inProcess(size, await readTrace(clew, shape), report));
      await overHttp(clew, shape, report);
    }
    const [reference, most] = [perSpan.get(100_000), perSpan.get(1_000_000)];
    if (reference !== undefined && most !== undefined) {
      report.goal('analysisLinear', round(most / reference));
    }
    await largePaths(clew, sizes.length, report);
    await manyPaths(clew, report);
  } finally {
    await clew.store.stop();
  }
}

type TraceParts = Omit<FindingsInput, 'tree'>;

async function bytesOf({ queryUrl }: ClewTarget, path: string): Promise<Buffer> {
  const { status, body } = await get(`${queryUrl}${path}`, '*/*');
  if (status !== 200) {
    throw new Error(`${path}: ${status}`);
  }
  return body;
}

async function readTrace(clew: ClewTarget, { traceId }: TraceShape): Promise<TraceParts> {
  const { frame, chunks } = decodeTraceFrame(await bytesOf(clew, `/clew/v1/traces/${traceId}/frame`));
  const attributes = new Map<FindingAttribute, AttributeColumnDecoder>();
  for (const key of FINDING_ATTRIBUTES) {
    const decoder = new AttributeColumnDecoder();
    decoder.push(await bytesOf(clew, `/clew/v1/traces/${traceId}/column?key=span.${key}`));
    attributes.set(key, decoder);
  }
  const { names, services, messages } = frame;
  return {
    ...{ columns: joinChunks(chunks), names, services, messages },
    attribute: (row, key) => {
      const column = attributes.get(key);
      const value = column?.values[row] ?? 0;
      return column && value > 0 && value <= column.texts.length ? column.texts.get(value - 1) : undefined;
    },
  };
}

/** Answers nanoseconds a span. */
function inProcess(size: number, parts: TraceParts, report: Report): number {
  const times = { tree: new Array<number>(), analysis: new Array<number>(), findings: new Array<number>() };
  const sums: number[] = [];
  let found = 0;
  const once = () => {
    const startedAt = performance.now();
    const tree = runNow(buildTree(parts.columns, { correctSkew: true }));
    const treeAt = performance.now();
    runNow(analyzeTrace({ ...parts, tree }));
    const analysisAt = performance.now();
    found = runNow(findings({ ...parts, tree })).length;
    const endedAt = performance.now();
    return [treeAt - startedAt, analysisAt - treeAt, endedAt - analysisAt];
  };
  for (let warmUp = 0; warmUp < Math.max(1, WARM_UP_SPANS / size); warmUp++) {
    once();
  }
  for (let repeat = 0; repeat < (size >= SLOW_SPANS ? SLOW_REPEATS : REPEATS); repeat++) {
    const [tree, analysis, finding] = once();
    times.tree.push(tree);
    times.analysis.push(analysis);
    times.findings.push(finding);
    sums.push(tree + analysis + finding);
  }
  const sumMs = quantiles(sums).p50;
  report.line({
    ...{ what: 'in process', spans: size, treeMs: quantiles(times.tree).p50 },
    ...{ analysisMs: quantiles(times.analysis).p50, findingsMs: quantiles(times.findings).p50, sumMs, found },
    nsPerSpan: round((sumMs * 1e6) / size),
  });
  if (Object.hasOwn(GOALS, size)) {
    report.goal(GOALS[size], sumMs);
  }
  return (sumMs * 1e6) / size;
}

async function overHttp({ queryUrl }: ClewTarget, { traceId, spans }: TraceShape, report: Report): Promise<void> {
  for (const route of ['findings', 'analysis']) {
    const url = `${queryUrl}/clew/v1/traces/${traceId}/${route}`;
    const firstByte: number[] = [];
    const lastByte: number[] = [];
    // What others wait meanwhile.
    let echo = 0;
    let bytes = 0;
    let failed = 0;
    for (let repeat = 0; repeat <= (spans >= SLOW_SPANS ? SLOW_REPEATS : REPEATS); repeat++) {
      let isDone = false;
      const asked = get(url, 'application/json').finally(() => (isDone = true));
      while (!isDone) {
        const reply = await get(`${queryUrl}/api/echo`, '*/*');
        echo = Math.max(echo, repeat === 0 ? 0 : reply.lastByteMs);
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      const reply = await asked;
      bytes = reply.body.length;
      failed += reply.status === 200 ? 0 : 1;
      if (repeat > 0) {
        firstByte.push(reply.firstByteMs);
        lastByte.push(reply.lastByteMs);
      }
    }
    report.line({
      ...{ what: `over HTTP: ${route}`, spans, firstByteMs: quantiles(firstByte).p50 },
      ...{ lastByteMs: quantiles(lastByte).p50, bytes, failed, longestWaitBesideMs: round(echo) },
    });
    report.goal('answered', failed, `${route} of ${spans} spans`);
  }
}

async function manyPaths(clew: ClewTarget, report: Report): Promise<void> {
  report.note(`sending ${TRACES} traces of ${SPANS_A_TRACE} spans`);
  const end = Math.floor(Date.now() / 1000);
  const start = end - RANGE_SECONDS;
  await sendTraces(clew, start);
  const range = `start=${start - 1}&end=${end + 60}`;
  for (const [what, q, isGoal] of [
    ['one condition', '{ kind = server }', true],
    ['all', '{ }', true],
    ['a structural operator', '{ kind = server } >> { kind = client }', false],
  ] as const) {
    const path = `/clew/v1/critical-path?q=${encodeURIComponent(q)}&${range}&limit=${TRACES}`;
    await untilFound(clew, path);
    const ms: number[] = [];
    let answer = { traces: 0, rowCount: 0 };
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      const reply = await get(`${clew.queryUrl}${path}`, 'application/json');
      ms.push(reply.lastByteMs);
      answer = JSON.parse(reply.body.toString()) as typeof answer;
    }
    const { p50, max } = quantiles(ms);
    const { traces, rowCount } = answer;
    report.line({ what: `critical paths: ${what}`, q, traces, spans: traces * SPANS_A_TRACE, rowCount, ms: p50, max });
    report.goal('answered', traces === TRACES ? 0 : 1, q);
    if (isGoal) {
      report.goal('manyPaths', p50, q);
    }
  }
}

/** Those of the large traces, which come in statements of their own. */
async function largePaths({ queryUrl }: ClewTarget, count: number, report: Report): Promise<void> {
  const q = '{ name = "nightly batch" }';
  const { lastByteMs, body } = await get(
    `${queryUrl}/clew/v1/critical-path?q=${encodeURIComponent(q)}`,
    'application/json'
  );
  const { traces } = JSON.parse(body.toString()) as { traces: number };
  report.line({ what: 'critical paths: large traces', q, traces, ms: round(lastByteMs) });
  report.goal('answered', traces === count ? 0 : 1, q);
}

async function sendTraces({ otlpUrl }: ClewTarget, startSeconds: number): Promise<void> {
  const url = new URL(otlpUrl);
  const batcher = new RequestBatcher(TOPOLOGY, BATCH_SPANS);
  const send = async (body: Uint8Array) => {
    while ((await postOtlp(url, body)) !== 200) {
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  };
  const stepNs = (RANGE_SECONDS * 1e9) / TRACES;
  let number = 0;
  for (const trace of traces()) {
    const startNs = BigInt(startSeconds) * 1_000_000_000n + BigInt(Math.floor(number++ * stepNs));
    await Promise.all([...batcher.add(trace, startNs)].map(send));
  }
  await Promise.all([...batcher.flush()].map(send));
}

/** Generated traces that have enough spans, cut to the number; parents come before their children. */
function* traces(): Generator<GeneratedTrace> {
  const generator = new TraceGenerator(TOPOLOGY, new Random(SEED).below(1_000_000));
  for (let made = 0; made < TRACES;) {
    const { traceId, spans } = generator.next();
    if (spans.length >= SPANS_A_TRACE) {
      made += 1;
      yield { traceId, spans: spans.slice(0, SPANS_A_TRACE) };
    }
  }
}

async function untilFound({ queryUrl }: ClewTarget, path: string): Promise<void> {
  const startedAt = performance.now();
  while (performance.now() - startedAt < VISIBLE_WITHIN_MS) {
    const { status, body } = await get(`${queryUrl}${path}`, 'application/json');
    if (status === 200 && (JSON.parse(body.toString()) as { traces: number }).traces >= TRACES) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}
