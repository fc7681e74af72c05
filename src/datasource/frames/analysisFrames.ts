import { FieldType, createDataFrame, type DataFrame, type Field, type FieldConfig } from '@grafana/data';
import {
  type CriticalPathJson,
  type FindingJson,
  type ProofSpanJson,
  type TraceAnalysisJson,
} from '../../shared/storeAnalysisTypes';
import { spanLink, type LinkTarget } from './links';

const TRACE_ID = 'traceID';

type NewField = Pick<Field, 'name' | 'type' | 'config'> & { values: unknown[] };

/** What is wrong with a trace, a row for each finding, the worst first. */
export function findingsFrame(
  findings: readonly FindingJson[],
  traceId: string,
  target: LinkTarget,
  refId: string
): DataFrame {
  const first = findings.map(({ spans }): ProofSpanJson | undefined => spans.at(0));
  return table('Findings', refId, [
    text(
      'severity',
      'Severity',
      findings.map(({ severity }) => severity),
      { custom: { width: 90 } }
    ),
    text(
      'kind',
      'Kind',
      findings.map(({ kind }) => kind),
      { custom: { width: 130 } }
    ),
    text(
      'title',
      'Finding',
      findings.map(({ title }) => title)
    ),
    text(
      'detail',
      'Detail',
      findings.map(({ detail }) => detail)
    ),
    text(
      'next',
      'Next',
      findings.map(({ next }) => next)
    ),
    duration(
      'harm',
      'Harm',
      findings.map(({ harmNs }) => harmNs)
    ),
    share(
      'shareOfTrace',
      'Share of the trace',
      findings.map(({ shareOfTrace }) => shareOfTrace)
    ),
    text(
      'service',
      'Service',
      first.map((span) => span?.service ?? '')
    ),
    text(
      'operation',
      'Operation',
      first.map((span) => span?.name ?? '')
    ),
    count(
      'spans',
      'Spans',
      findings.map(({ spanCount }) => spanCount)
    ),
    ...spanFields(
      first.map((span) => span?.spanId ?? ''),
      traceId,
      target
    ),
  ]);
}

/** Operations of a trace, those first that hold the most of its critical path. */
export function statisticsFrame({ statistics }: TraceAnalysisJson, refId: string): DataFrame {
  const rows = [...statistics].sort((a, b) => b.onPathNs - a.onPathNs || b.selfNs - a.selfNs);
  const keys = [...new Set(rows.flatMap(({ by }) => Object.keys(by)))];
  return table('Statistics', refId, [
    ...keys.map((key) =>
      text(
        key,
        KEY_TEXTS[key] ?? key,
        rows.map(({ by }) => by[key] ?? '')
      )
    ),
    count(
      'count',
      'Count',
      rows.map((row) => row.count)
    ),
    count(
      'errors',
      'Errors',
      rows.map((row) => row.errors)
    ),
    share(
      'pathShare',
      'Share of the critical path',
      rows.map((row) => row.pathShare)
    ),
    duration(
      'onPath',
      'On the critical path',
      rows.map((row) => row.onPathNs)
    ),
    duration(
      'self',
      'Self',
      rows.map((row) => row.selfNs)
    ),
    duration(
      'total',
      'Total',
      rows.map((row) => row.totalNs)
    ),
    duration(
      'avg',
      'Average',
      rows.map((row) => row.avgNs)
    ),
    duration(
      'min',
      'Shortest',
      rows.map((row) => row.minNs)
    ),
    duration(
      'max',
      'Longest',
      rows.map((row) => row.maxNs)
    ),
    duration(
      'p95',
      'p95',
      rows.map((row) => row.p95Ns)
    ),
  ]);
}

/** The critical path of a trace, in order of time. */
export function pathFrame(
  { criticalPath: { segments, totalNs } }: TraceAnalysisJson,
  traceId: string,
  target: LinkTarget,
  refId: string
): DataFrame {
  return table('Critical path', refId, [
    duration(
      'offset',
      'Offset',
      segments.map(({ startNs }) => startNs)
    ),
    text(
      'service',
      'Service',
      segments.map(({ service }) => service ?? '')
    ),
    text(
      'operation',
      'Operation',
      segments.map(({ name }) => name ?? '')
    ),
    duration(
      'duration',
      'Duration',
      segments.map(({ durationNs }) => durationNs)
    ),
    share(
      'share',
      'Share of the path',
      segments.map(({ durationNs }) => (totalNs > 0 ? durationNs / totalNs : 0))
    ),
    ...spanFields(
      segments.map(({ spanId }) => spanId),
      traceId,
      target
    ),
  ]);
}

/** Where the critical paths of many traces spend their time. */
export function aggregatedPathFrame({ rows, traces }: CriticalPathJson, refId: string): DataFrame {
  return table(`Critical path of ${traces} ${traces === 1 ? 'trace' : 'traces'}`, refId, [
    text(
      'service',
      'Service',
      rows.map(({ service }) => service)
    ),
    text(
      'operation',
      'Operation',
      rows.map(({ name }) => name)
    ),
    share(
      'share',
      'Share of the path',
      rows.map((row) => row.share)
    ),
    duration(
      'avg',
      'A trace',
      rows.map(({ avgNs }) => avgNs)
    ),
    duration(
      'onPath',
      'In sum',
      rows.map(({ onPathNs }) => onPathNs)
    ),
    count(
      'traces',
      'Traces',
      rows.map((row) => row.traces)
    ),
    count(
      'spans',
      'Spans',
      rows.map(({ spans }) => spans)
    ),
    count(
      'errors',
      'Errors',
      rows.map(({ errors }) => errors)
    ),
  ]);
}

const KEY_TEXTS: Readonly<Record<string, string>> = {
  service: 'Service',
  name: 'Operation',
  kind: 'Kind',
  status: 'Status',
};

function table(name: string, refId: string, fields: NewField[]): DataFrame {
  return createDataFrame({ name, refId, fields, meta: { preferredVisualisationType: 'table' } });
}

const field = (name: string, label: string, type: FieldType, values: unknown[], config: FieldConfig): NewField => ({
  name,
  type,
  config: { displayNameFromDS: label, ...config },
  values,
});

const text = (name: string, label: string, values: string[], config: FieldConfig = {}): NewField =>
  field(name, label, FieldType.string, values, { filterable: true, ...config });

const duration = (name: string, label: string, values: number[]): NewField =>
  field(name, label, FieldType.number, values, { unit: 'ns', custom: { width: 110 } });

const count = (name: string, label: string, values: number[]): NewField =>
  field(name, label, FieldType.number, values, { custom: { width: 80 } });

const share = (name: string, label: string, values: number[]): NewField =>
  field(name, label, FieldType.number, values, {
    unit: 'percentunit',
    decimals: 1,
    min: 0,
    max: 1,
    custom: { width: 130 },
  });

function spanFields(spanIds: string[], traceId: string, target: LinkTarget): NewField[] {
  return [
    field('spanID', 'Span ID', FieldType.string, spanIds, {
      unit: 'string',
      custom: { width: 160 },
      links: [spanLink(target, TRACE_ID)],
    }),
    field(
      TRACE_ID,
      'Trace ID',
      FieldType.string,
      spanIds.map(() => traceId),
      {
        unit: 'string',
        custom: { width: 280 },
      }
    ),
  ];
}
