import { FieldType, type DataFrame, type Field } from '@grafana/data';
import { isObject } from '../../../shared/narrowing';
import { type LogLine } from '../logLine';
import { readLine } from './readLine';

const LINE_NAMES = ['line', 'body', 'message', '_msg', 'msg', 'log', 'content'];
const NANO_NAMES = ['tsns', 'timestampnanos'];
/** Columns that say what another column says, or nothing about the line. */
const BESIDE_NAMES = new Set([
  'labeltypes',
  'id',
  'sort',
  'highlight',
  'severity',
  'level',
  'labels',
  '_source',
  'attributes',
]);
const LABEL_NAMES = ['labels', 'attributes', '_source'];
const SEVERITY_NAMES = ['severity', 'level'];

/** Columns of one frame by what they are. */
interface LogColumns {
  readonly time: Field;
  readonly nanos: Field | undefined;
  readonly line: Field | undefined;
  readonly labels: Field | undefined;
  readonly id: Field | undefined;
  readonly severity: Field | undefined;
  /** Elasticsearch gives each field of a document a column. */
  readonly rest: readonly Field[];
}

/**
 * Lines of what a logs datasource answered. Known shapes: Loki's with `Time`, `Line`, `tsNs`, `labels`; Loki's older one of a
 * frame a stream with the labels on a field; Grafana's log lines of `timestamp`, `body`, `severity`, `labels`; Elasticsearch's and
 * OpenSearch's documents. Frames without a time are none.
 */
export function readLogFrames(frames: readonly DataFrame[], serviceLabel: string | undefined): LogLine[] {
  const lines: LogLine[] = [];
  const seen = new Map<string, bigint>();
  for (const frame of frames) {
    const columns = columnsOf(frame);
    for (let row = 0; columns && row < frame.length; row++) {
      const timeNs = timeOf(columns, row);
      if (timeNs !== undefined) {
        const line = readRow(columns, row, timeNs, serviceLabel);
        const other = seen.get(line.id);
        // What two queries found is one line. A document's own `id` may be that of an order, and stand in many lines.
        if (other !== timeNs) {
          seen.set(line.id, timeNs);
          lines.push(other === undefined ? line : { ...line, id: `${line.id} ${timeNs}` });
        }
      }
    }
  }
  return lines;
}

function columnsOf(frame: DataFrame): LogColumns | undefined {
  const named = (names: readonly string[], type?: FieldType) =>
    names
      .map((name) => frame.fields.find((field) => field.name.toLowerCase() === name && (!type || field.type === type)))
      .find(Boolean);
  const time = frame.fields.find(({ type }) => type === FieldType.time);
  if (!time) {
    return undefined;
  }
  const nanos = named(NANO_NAMES);
  const labels = named(LABEL_NAMES, FieldType.other);
  const isDocument =
    labels?.name === '_source' || frame.fields.some(({ name }) => name === '_source' || name === '_id');
  const isBeside = (field: Field) => field === time || field === nanos || BESIDE_NAMES.has(field.name.toLowerCase());
  const line =
    named(LINE_NAMES, FieldType.string) ??
    (isDocument ? undefined : frame.fields.find((field) => field.type === FieldType.string && !isBeside(field)));
  return {
    time,
    nanos,
    line,
    labels,
    id: named(['_id', 'id'], FieldType.string),
    severity: named(SEVERITY_NAMES, FieldType.string),
    rest: isDocument && !labels ? frame.fields.filter((field) => field !== line && !isBeside(field)) : [],
  };
}

function readRow(columns: LogColumns, row: number, timeNs: bigint, serviceLabel: string | undefined): LogLine {
  const { line, labels, id, severity, rest } = columns;
  const text = textAt(line, row);
  const document: unknown = asObject(labels?.values[row]) ?? (rest.length > 0 ? restOf(rest, row) : undefined);
  const body = text !== '' ? text : document === undefined ? '' : JSON.stringify(document);
  const given = textAt(id, row);
  return readLine(
    {
      id: given !== '' ? given : `${timeNs} ${body} ${JSON.stringify(document ?? line?.labels ?? {})}`,
      timeNs,
      body,
      labels: document ?? line?.labels ?? columns.time.labels,
      severity: textAt(severity, row),
    },
    serviceLabel
  );
}

const restOf = (fields: readonly Field[], row: number): Record<string, unknown> =>
  Object.fromEntries(fields.map(({ name, values }): [string, unknown] => [name, values[row]]));

function textAt(field: Field | undefined, row: number): string {
  const value: unknown = field?.values[row];
  return value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
}

function asObject(value: unknown): unknown {
  if (typeof value !== 'string') {
    return isObject(value) ? value : undefined;
  }
  try {
    const parsed: unknown = JSON.parse(value);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** Nanoseconds since the epoch. A time field has milliseconds, and what is beyond them in `nanos`. */
function timeOf({ time, nanos, labels }: LogColumns, row: number): bigint | undefined {
  const exact: unknown = nanos?.values[row];
  if (typeof exact === 'string' && /^\d{16,20}$/.test(exact)) {
    return BigInt(exact);
  }
  const value: unknown = time.values[row];
  const ms = typeof value === 'number' ? value : typeof value === 'string' ? Date.parse(value) : NaN;
  if (!Number.isFinite(ms)) {
    return undefined;
  }
  const whole = Math.floor(ms);
  const beyond = time.nanos?.[row] ?? fractionOf(value) ?? fractionOf(documentTime(labels?.values[row], whole)) ?? 0;
  return BigInt(whole) * 1_000_000n + BigInt(beyond || Math.round((ms - whole) * 1e6));
}

/** The time as the document writes it, if it is the same to the millisecond. */
function documentTime(document: unknown, ms: number): unknown {
  const object = asObject(document);
  const text = isObject(object) ? (object['@timestamp'] ?? object.timestamp) : undefined;
  return typeof text === 'string' && Date.parse(text) === ms ? text : undefined;
}

/** Nanoseconds beyond the millisecond, of a time as ISO 8601 writes it with more than three digits. */
function fractionOf(text: unknown): number | undefined {
  const digits = typeof text === 'string' ? /\.\d{3}(\d{1,6})/.exec(text)?.[1] : undefined;
  return digits === undefined ? undefined : Number(digits.padEnd(6, '0'));
}
