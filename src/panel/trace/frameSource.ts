import { type DataFrame, type Field, type PanelData } from '@grafana/data';
import { asNumber, asString, isObject } from '../../shared/narrowing';

/** A trace in a Clew store. */
export interface TraceReference {
  readonly datasourceUid: string;
  readonly traceId: string;
  /** As the datasource counted them. */
  readonly spans: number | undefined;
  readonly focusSpanId: string | undefined;
}

/** One line of a search. */
export interface FoundTrace {
  readonly traceId: string;
  readonly service: string;
  readonly name: string;
  readonly durationMs: number | undefined;
  readonly startMs: number | undefined;
}

/** What a panel's data has for a viewer of traces. */
export type TraceData =
  | { readonly kind: 'reference'; readonly reference: TraceReference }
  | { readonly kind: 'frame'; readonly frame: DataFrame }
  | { readonly kind: 'found'; readonly traces: readonly FoundTrace[]; readonly datasourceUid: string | undefined }
  | { readonly kind: 'none' };

const TRACE_ID = /^[0-9a-f]{1,32}$/i;

/**
 * The first trace in the data: a reference to one in a Clew store, else a trace frame of any datasource, else what a search found.
 * Summaries that stand beside a reference are passed over.
 */
export function traceDataOf({ series, request }: Pick<PanelData, 'series' | 'request'>): TraceData {
  for (const frame of series) {
    const reference = referenceOf(frame);
    if (reference) {
      return { kind: 'reference', reference };
    }
  }
  const frame = series.find(isTraceFrame);
  if (frame) {
    return { kind: 'frame', frame };
  }
  for (const table of series) {
    const traces = foundTraces(table);
    if (traces.length > 0) {
      const target = request?.targets.find(({ refId }) => refId === table.refId) ?? request?.targets[0];
      return { kind: 'found', traces, datasourceUid: linkedDatasource(table) ?? target?.datasource?.uid };
    }
  }
  return { kind: 'none' };
}

/** The longest; of equal ones, and where durations are not known, the first. */
export function slowestOf(traces: readonly FoundTrace[]): FoundTrace | undefined {
  return traces.reduce<FoundTrace | undefined>(
    (slowest, trace) => (!slowest || (trace.durationMs ?? -1) > (slowest.durationMs ?? -1) ? trace : slowest),
    undefined
  );
}

function referenceOf({ meta }: DataFrame): TraceReference | undefined {
  const reference = meta?.custom?.clewTrace;
  if (!isObject(reference)) {
    return undefined;
  }
  const datasourceUid = asString(reference.datasourceUid);
  const traceId = asString(reference.traceId);
  if (!datasourceUid || !traceId || !TRACE_ID.test(traceId)) {
    return undefined;
  }
  return {
    datasourceUid,
    traceId,
    spans: asNumber(reference.spans),
    focusSpanId: asString(reference.focusSpanId) || undefined,
  };
}

function isTraceFrame({ meta, fields, length }: DataFrame): boolean {
  const has = (name: string) => fields.some((field) => field.name === name);
  return (
    length > 0 &&
    has('traceID') &&
    has('spanID') &&
    (meta?.preferredVisualisationType === 'trace' || (has('parentSpanID') && has('operationName') && has('startTime')))
  );
}

/** Tempo's names of the columns of a search, and what tables elsewhere call them; in lower case. */
const TRACE_ID_NAMES = ['traceid', 'trace_id', 'trace id', 'traceidhidden'];
const DURATION_NAMES = ['traceduration', 'duration', 'durationms', 'duration_ms', 'trace duration'];
const SERVICE_NAMES = ['traceservice', 'service', 'trace service', 'rootservicename'];
const NAME_NAMES = ['tracename', 'name', 'trace name', 'roottracename'];
const START_NAMES = ['starttime', 'start time', 'start', 'time'];

function foundTraces(table: DataFrame): FoundTrace[] {
  const ids = fieldNamed(table, TRACE_ID_NAMES);
  if (!ids) {
    return [];
  }
  const durations = fieldNamed(table, DURATION_NAMES);
  const services = fieldNamed(table, SERVICE_NAMES);
  const names = fieldNamed(table, NAME_NAMES);
  const starts = fieldNamed(table, START_NAMES);
  const scale = durations ? msPerUnit(durations) : 1;
  const seen = new Set<string>();
  const traces: FoundTrace[] = [];
  for (let row = 0; row < table.length; row++) {
    const traceId = asString(ids.values[row]) ?? '';
    // A table of spans has a trace several times.
    if (TRACE_ID.test(traceId) && !seen.has(traceId)) {
      seen.add(traceId);
      const duration = asNumber(durations?.values[row]);
      traces.push({
        traceId,
        service: asString(services?.values[row]) ?? '',
        name: asString(names?.values[row]) ?? '',
        durationMs: duration === undefined ? undefined : duration * scale,
        startMs: asNumber(starts?.values[row]),
      });
    }
  }
  return traces;
}

function fieldNamed({ fields }: DataFrame, names: readonly string[]): Field | undefined {
  for (const name of names) {
    const field = fields.find((candidate) => candidate.name.toLowerCase() === name);
    if (field) {
      return field;
    }
  }
  return undefined;
}

const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  µs: 1e-3,
  us: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

const msPerUnit = ({ config }: Field): number => UNITS[config.unit ?? 'ms'] ?? 1;

/** Where the links of the ids lead. */
function linkedDatasource(table: DataFrame): string | undefined {
  const links = fieldNamed(table, TRACE_ID_NAMES)?.config.links ?? [];
  return links.map(({ internal }) => internal?.datasourceUid).find(Boolean);
}
