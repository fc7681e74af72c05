import { type DataFrame, type DataQueryError, type TimeRange } from '@grafana/data';
import { type StorePlace } from '../../shared/describeStoreError';
import { formatPercent } from '../../shared/format';
import { type StoreClient } from '../../shared/storeClient';
import { StoreError } from '../../shared/storeError';
import { type FoundTrace, type SearchProgress } from '../../shared/storeTypes';
import { learnTypes } from '../adhoc/learnTypes';
import { type TagTypes } from '../adhoc/tagTypes';
import { aggregatedPathFrame, findingsFrame, pathFrame, statisticsFrame } from '../frames/analysisFrames';
import { eventsFrame } from '../frames/eventsFrame';
import { type LinkTarget } from '../frames/links';
import { instantFrames, metricsFrames } from '../frames/metrics/metricsFrames';
import { searchFrame } from '../frames/searchFrame';
import { spansTable } from '../frames/spansTable';
import { traceFrame } from '../frames/traceFrame';
import { waterfallFrame } from '../frames/waterfallFrame';
import { type ClewQuery, type TraceViewChoice } from '../types';
import { classify, type Question } from './classify';
import {
  exemplarsOf,
  limitOf,
  metricsQueryTypeOf,
  orderOf,
  pathTracesOf,
  spansPerTraceOf,
  stepOf,
  tableTypeOf,
  traceContentOf,
} from './defaults';
import { mentionedAttributes } from './mentioned';
import { metricShape } from './metricShape';
import { toQueryError } from './queryError';
import { toWindow } from './timeWindow';

export interface QueryContext {
  readonly client: StoreClient;
  readonly target: LinkTarget;
  /** Asked only when something failed. */
  readonly place: () => Promise<StorePlace>;
  /** A search looks here; a lookup by id does not. Links can come without one. */
  readonly range: TimeRange | undefined;
  readonly signal: AbortSignal;
  /** Learns from what is found. */
  readonly types: TagTypes;
  readonly traceView: TraceViewChoice;
  /** Hears of what there is before the answer, each time of all of it. */
  readonly onPartial?: (answer: Answer) => void;
}

/** Frames of what was found, or errors. */
export interface Answer {
  readonly data: DataFrame[];
  readonly errors?: DataQueryError[];
}

type QuestionOf<Kind extends Question['kind']> = Extract<Question, { kind: Kind }>;

/** Answers one query, its variables filled in. Never rejects: errors are part of the answer. */
export async function runQuery(query: ClewQuery, context: QueryContext): Promise<Answer> {
  const { refId } = query;
  const question = classify(query);
  try {
    switch (question.kind) {
      case 'nothing':
        return { data: [] };
      case 'invalid':
        return failure({ message: question.message, refId });
      case 'lookup':
        return await runLookup(query, question, context);
      case 'search':
        return await runSearch(query, question, context);
      case 'metrics':
        return query.asEvents
          ? failure({ message: 'A metric has no events: annotations need a search.', refId })
          : await runMetrics(query, question, context);
    }
  } catch (error) {
    if (error instanceof StoreError) {
      const traceId = question.kind === 'lookup' ? question.traceId : undefined;
      return failure(toQueryError(error, refId, await context.place(), traceId));
    }
    const message = error instanceof Error ? error.message : String(error);
    return failure({ message: `The answer of the store cannot be shown: ${message}`, refId });
  }
}

/**
 * Grafana's trace view does all of its work before it draws, on the thread that answers clicks, and fails above some 125 000
 * children of a span. A trace with more spans than this gets the waterfall alone, which asks for what it draws.
 */
const MAX_TRACE_VIEW_SPANS = 20_000;

async function runLookup(query: ClewQuery, { traceId }: QuestionOf<'lookup'>, context: QueryContext): Promise<Answer> {
  const { client, target, signal } = context;
  const { refId } = query;
  switch (traceContentOf(query)) {
    case 'trace':
      return await runTrace(refId, traceId, context);
    case 'findings':
      return { data: [findingsFrame(await client.findings(traceId, signal), traceId, target, refId)] };
    case 'statistics':
      return { data: [statisticsFrame(await client.analysis(traceId, signal), refId)] };
    case 'criticalPath':
      return { data: [pathFrame(await client.analysis(traceId, signal), traceId, target, refId)] };
  }
}

async function runTrace(
  refId: string,
  traceId: string,
  { client, target, signal, traceView }: QueryContext
): Promise<Answer> {
  const summary = await client.traceSummary(traceId, signal);
  const waterfall = waterfallFrame(summary, target, refId);
  if (traceView === 'clew' || summary.spans > MAX_TRACE_VIEW_SPANS) {
    return { data: [waterfall] };
  }
  // Grafana's panel for traces takes the first frame, whatever it is.
  const trace = traceFrame(await client.trace(traceId, signal), refId);
  return { data: traceView === 'grafana' ? [trace] : [trace, waterfall] };
}

async function runSearch(
  query: ClewQuery,
  { traceql }: QuestionOf<'search'>,
  { client, target, range, signal, types, onPartial }: QueryContext
): Promise<Answer> {
  const rows = tableTypeOf(query);
  if (rows === 'criticalPath' && !query.asEvents) {
    const window = range && toWindow(range);
    const path = await client.criticalPath(traceql, { limit: pathTracesOf(query), window, signal });
    return { data: path.traces === 0 ? [] : [aggregatedPathFrame(path, query.refId)] };
  }
  const mentioned = mentionedAttributes(traceql);
  const answer = (traces: readonly FoundTrace[]): Answer => {
    // Explore says "No data" for no frame, and "0 series" for one without rows.
    if (traces.length === 0) {
      return { data: [] };
    }
    if (query.asEvents) {
      return { data: [eventsFrame(traces, rows, target, query.refId)] };
    }
    return {
      data: [
        rows === 'spans'
          ? spansTable(traces, mentioned, target, query.refId, orderOf(query))
          : searchFrame(traces, mentioned, target, query.refId),
      ],
    };
  };
  const { traces } = await client.search(traceql, {
    limit: limitOf(query),
    spansPerTrace: spansPerTraceOf(query),
    // The newest first is what a store does unasked, also one that knows no other order.
    sort: orderOf(query) === 'start' ? undefined : orderOf(query),
    window: range && toWindow(range),
    signal,
    onPartial:
      onPartial &&
      ((found, progress) => {
        const { data } = answer(found);
        onPartial({ data: data.map((frame) => ({ ...frame, name: `${frame.name ?? ''}${progressText(progress)}` })) });
      }),
  });
  learnTypes(types, traces, mentioned);
  return answer(traces);
}

async function runMetrics(
  query: ClewQuery,
  { traceql, metric }: QuestionOf<'metrics'>,
  { client, target, range, signal }: QueryContext
): Promise<Answer> {
  const shape = metricShape(metric);
  const window = range && toWindow(range);
  if (metricsQueryTypeOf(query) === 'instant' && shape.kind === 'series') {
    return { data: instantFrames(await client.instantMetrics(traceql, { window, signal }), shape, query.refId) };
  }
  const exemplars = shape.kind === 'comparison' ? 0 : exemplarsOf(query);
  const answer = await client.metrics(traceql, { step: stepOf(query), exemplars, window, signal });
  return { data: metricsFrames(answer, shape, target, query.refId) };
}

/** Stands with the frame's name, which is the title above a table in Explore. */
function progressText({ doneNs, totalNs }: SearchProgress): string {
  return totalNs === null ? ', searching …' : `, ${formatPercent(doneNs, totalNs)} of the time range searched`;
}

const failure = (error: DataQueryError): Answer => ({ data: [], errors: [error] });
