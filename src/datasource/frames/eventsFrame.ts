import { FieldType, createDataFrame, textUtil, type DataFrame } from '@grafana/data';
import { exploreUrl } from '../../shared/exploreUrl';
import { formatCount, formatDurationMs } from '../../shared/format';
import { type FoundTrace } from '../../shared/storeTypes';
import { type TableType } from '../types';
import {
  durationMs,
  durationNs,
  matchedSpans,
  rangeAround,
  rootName,
  rootService,
  spansOf,
  startMs,
  traceIdOf,
  traceStats,
} from './foundTrace';
import { type LinkTarget } from './links';

interface Event {
  readonly time: number;
  readonly timeEnd: number;
  readonly title: string;
  readonly text: string;
  readonly tags: readonly string[];
}

/**
 * Found traces as annotations, or each of their matching spans, with the names of fields that Grafana maps to an
 * annotation's. Title and text are HTML, which Grafana cleans.
 */
export function eventsFrame(
  traces: readonly FoundTrace[],
  rows: TableType,
  target: LinkTarget,
  refId: string
): DataFrame {
  const eventsOf = rows === 'spans' ? spanEvents : traceEvent;
  const events = traces.flatMap((trace) => eventsOf(trace, target));
  const field = (name: keyof Event, type: FieldType) => ({
    name,
    type,
    config: {},
    values: events.map((event) => event[name]),
  });
  return createDataFrame({
    refId,
    fields: [
      field('time', FieldType.time),
      field('timeEnd', FieldType.time),
      field('title', FieldType.string),
      field('text', FieldType.string),
      field('tags', FieldType.other),
    ],
  });
}

function traceEvent(trace: FoundTrace, target: LinkTarget): Event[] {
  const start = startMs(trace);
  if (start === undefined) {
    return [];
  }
  const { spans, errors } = traceStats(trace);
  const facts = [
    formatDurationMs(durationMs(trace)),
    ...(spans === undefined ? [] : [`${formatCount(matchedSpans(trace))} of ${formatCount(spans)} spans`]),
    ...(errors ? [`${formatCount(errors)} with errors`] : []),
  ];
  return [
    {
      time: start,
      timeEnd: start + durationMs(trace),
      title: titleOf(rootService(trace), rootName(trace)),
      text: `${facts.join(', ')}<br />${linkTo(trace, target)}`,
      tags: [rootService(trace), ...(errors ? ['error'] : [])].filter(Boolean),
    },
  ];
}

function spanEvents(trace: FoundTrace, target: LinkTarget): Event[] {
  return spansOf(trace).flatMap(({ span }) => {
    const start = startMs(span);
    const duration = durationNs(span) / 1e6;
    return start === undefined
      ? []
      : [
          {
            time: start,
            timeEnd: start + duration,
            title: titleOf('', span.name ?? ''),
            text: [
              formatDurationMs(duration),
              `in ${titleOf(rootService(trace), rootName(trace))}`,
              linkTo(trace, target, span.spanID),
            ].join('<br />'),
            tags: [rootService(trace)].filter(Boolean),
          },
        ];
  });
}

const titleOf = (service: string, name: string): string => textUtil.escapeHtml(service ? `${service}: ${name}` : name);

function linkTo(trace: FoundTrace, { uid }: LinkTarget, spanId?: string): string {
  const query = traceIdOf(trace);
  const url = exploreUrl({ datasourceUid: uid, query, range: rangeAround(trace), spanId });
  return `<a href="${textUtil.escapeHtml(url)}">${spanId ? 'Open the trace at this span' : `Trace ${query}`}</a>`;
}
