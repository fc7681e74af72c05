import { type LogLevel, type LogLine } from '../logLine';
import { readId, readIdsInText, readTraceparent, type Ids } from './ids';
import { levelInText, readLevel } from './level';
import { flatten, readJsonFields, readLogfmt, type LineFields } from './lineFields';

/** What a datasource gives of a line. */
export interface RawLine {
  readonly id: string;
  readonly timeNs: bigint;
  readonly body: string;
  /** An object of labels, or of a whole document; nested or flat. */
  readonly labels: unknown;
  /** Empty where the datasource has no column for it. */
  readonly severity: string;
}

/** In this order, as `nameOf` makes them. */
const MESSAGE_NAMES = ['msg', 'message', 'body', 'bodytext', 'log', 'logmessage', 'event', 'text', 'error'];
const LEVEL_NAMES = [
  'level',
  'severitytext',
  'severity',
  'loglevel',
  'lvl',
  'detectedlevel',
  'severitynumber',
  'levelname',
];
const SERVICE_NAMES = [
  'servicename',
  'service',
  'serviceid',
  'app',
  'appname',
  'appkubernetesioname',
  'job',
  'containername',
  'container',
];
const TRACE_NAMES = ['traceid', 'oteltraceid', 'trace'];
const SPAN_NAMES = ['spanid', 'otelspanid', 'span'];
const TRACEPARENT_NAMES = ['traceparent'];
/** The colours that programs write for terminals. */
const ANSI = /\u001b\[[0-9;]*[A-Za-z]/g;

/** `serviceLabel`: the label that the settings say has the service. */
export function readLine({ id, timeNs, body, labels, severity }: RawLine, serviceLabel: string | undefined): LogLine {
  const ofLabels = flatten(labels);
  const ofBody = readJsonFields(body) ?? readLogfmt(body);
  const known = [namesOf(ofLabels), namesOf(ofBody)];
  const first = (names: readonly string[]): string | undefined => {
    for (const fields of known) {
      for (const name of names) {
        const value = fields.get(name);
        if (value !== undefined && value !== '') {
          return value;
        }
      }
    }
    return undefined;
  };
  const ids = readIds(known, body);
  const labelled = Object.fromEntries(ofLabels);
  const message = pick(known[1], MESSAGE_NAMES) ?? body.replace(ANSI, '');
  return {
    id,
    timeNs,
    body,
    message: message === '' ? (pick(known[0], MESSAGE_NAMES) ?? '') : message,
    labels: labelled,
    level: readLevel(severity) ?? levelOf(known) ?? levelInText(body) ?? 'unknown',
    service: (serviceLabel && labelled[serviceLabel]) || first(SERVICE_NAMES),
    ...ids,
  };
}

/** Lines have the same few keys. */
const names = new Map<string, string>();
const MOST_NAMES = 10_000;

/** `Trace.Id`, `trace_id` and `traceID` alike. */
function nameOf(key: string): string {
  const known = names.get(key);
  if (known !== undefined) {
    return known;
  }
  const name = key.toLowerCase().replace(/[^a-z0-9]/g, '');
  if (names.size < MOST_NAMES) {
    names.set(key, name);
  }
  return name;
}

/** By name, the whole way to it, and where there is no such field by its last part or two: `context.trace_id`. */
function namesOf(fields: LineFields): Map<string, string> {
  const values = new Map<string, string>();
  for (const [key, value] of fields) {
    const name = nameOf(key);
    if (!values.has(name)) {
      values.set(name, value);
    }
  }
  for (const [key, value] of fields) {
    const dot = key.lastIndexOf('.');
    for (let at = dot, parts = 1; at > 0 && parts <= 2; at = key.lastIndexOf('.', at - 1), parts++) {
      const name = nameOf(key.slice(at + 1));
      if (!values.has(name)) {
        values.set(name, value);
      }
    }
  }
  return values;
}

const pick = (fields: Map<string, string>, names: readonly string[]): string | undefined =>
  names.map((name) => fields.get(name)).find((value) => value !== undefined && value !== '');

function levelOf(known: ReadonlyArray<Map<string, string>>): LogLevel | undefined {
  for (const fields of known) {
    for (const name of LEVEL_NAMES) {
      const level = readLevel(fields.get(name) ?? '');
      if (level !== undefined) {
        return level;
      }
    }
  }
  return undefined;
}

/** From labels and metadata, else from fields of the line, else from its text. */
function readIds(known: ReadonlyArray<Map<string, string>>, body: string): Ids {
  let [traceId, spanId]: Array<string | undefined> = [undefined, undefined];
  for (const fields of known) {
    const ofTraceparent = readTraceparent(pick(fields, TRACEPARENT_NAMES) ?? '');
    traceId ??= readId(pick(fields, TRACE_NAMES) ?? '', 32) ?? ofTraceparent?.traceId;
    spanId ??= readId(pick(fields, SPAN_NAMES) ?? '', 16) ?? ofTraceparent?.spanId;
  }
  if (traceId !== undefined && spanId !== undefined) {
    return { traceId, spanId };
  }
  const inText = readIdsInText(body);
  return { traceId: traceId ?? inText.traceId, spanId: spanId ?? inText.spanId };
}
