import type { Datasource } from '../inventory.ts';
import type { DoctorContext } from '../types.ts';
import { readLogSample, type LogSample, type SampledLine } from './loki.ts';
import { findTrace } from './store.ts';

/** A trace's id in a line, and how to get at it. */
export interface FoundId {
  /** `label`: a label of the index, or structured metadata. */
  readonly where: 'label' | 'json' | 'logfmt' | 'text';
  /** As the line has it: `trace_id`, `traceId`, `trace.id`. Of a text without keys: what its form is called. */
  readonly key: string;
  readonly raw: string;
  /** Lower case, as the store has it; undefined for what a link cannot use. */
  readonly traceId: string | undefined;
  /** Why it cannot be used. */
  readonly trouble: string | undefined;
  /** What Grafana's derived field takes: of `matcherType: label` for labels, else of the line. */
  readonly regex: string;
  /** Nothing but its look says that it is one: a hash looks the same. */
  readonly isGuess: boolean;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const ID = '([0-9a-fA-F-]{16,36})';

/** The id that a link with this text opens: hexadecimal digits in either case, or a UUID, as the Clew datasource takes it. */
export function usableId(text: string): string | undefined {
  const trimmed = text.trim();
  const digits = (UUID.test(trimmed) ? trimmed.replaceAll('-', '') : trimmed).toLowerCase();
  return /^(?!0+$)[0-9a-f]{1,32}$/.test(digits) ? digits.padStart(32, '0') : undefined;
}

/** Every id of a trace that the line has, those of labels and metadata first. */
export function findIds({ line, labels }: SampledLine): FoundId[] {
  const ofLabels = Object.entries(labels).flatMap(([key, value]) => found('label', key, value, labelRegex(key)));
  const ofLine = inJson(line) ?? inLogfmt(line);
  return [...ofLabels, ...(ofLine.length > 0 ? ofLine : inText(line))];
}

export interface LineOfSample extends SampledLine {
  readonly ids: readonly FoundId[];
}

export interface LogsOfTraces extends LogSample {
  readonly lines: readonly LineOfSample[];
  /** Lines with an id that a link can use. */
  readonly named: readonly LineOfSample[];
}

/** Digits that only look like ids are looked up, as many: one of them in the store says that they are. */
const GUESSES = 3;

/** A sample of lines with the ids in them. Rejects with CallFailed. */
export function readLogsOfTraces(context: DoctorContext, loki: Datasource, store: Datasource): Promise<LogsOfTraces> {
  return context.once(`loki-traces ${loki.uid} ${store.uid}`, async () => {
    const sample = await readLogSample(context, loki, (line) => findIds(line).some(({ isGuess }) => !isGuess));
    const all = sample.lines.map((line): LineOfSample => ({ ...line, ids: findIds(line) }));
    const guesses = all.flatMap(({ ids }) => ids.filter(({ isGuess }) => isGuess)).slice(0, GUESSES);
    const tried = await Promise.all(guesses.map(({ traceId = '' }) => findTrace(context, store, traceId)));
    const isGuessRight = tried.some(({ found: isThere }) => isThere === true);
    const lines = isGuessRight ? all : all.map((line) => ({ ...line, ids: line.ids.filter((id) => !id.isGuess) }));
    const named = lines.filter(({ ids }) => ids.some(({ traceId }) => traceId !== undefined));
    return { ...sample, lines, named };
  });
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
const labelRegex = (key: string): string => `^${escaped(key)}$`;

/** `trace_id`, `traceID`, `trace.id`, `dd.trace_id`, `otelTraceID`, `x-b3-traceid`. */
const isTraceKey = (key: string): boolean => /trace[_.-]?id$/i.test(key);

function found(where: FoundId['where'], key: string, raw: string, regex: string): FoundId[] {
  // Elastic's `trace.id` may come nested, as `trace: { id }`; a key `trace` alone is anything, unless its value is an id.
  if (!isTraceKey(key) && !(/^trace$/i.test(key) && /^[0-9a-f]{32}$/i.test(raw))) {
    return [];
  }
  // Zeros and nothing stand for no trace.
  if (/^[0-]*$/.test(raw) || raw === 'null' || raw === 'undefined') {
    return [];
  }
  const trouble = troubleOf(raw);
  return [
    { where, key, raw, traceId: trouble === undefined ? usableId(raw) : undefined, trouble, regex, isGuess: false },
  ];
}

function troubleOf(raw: string): string | undefined {
  if (/^\d{17,20}$/.test(raw)) {
    return 'a decimal number, as Datadog’s libraries write it; the store has hexadecimal digits';
  }
  if (usableId(raw) !== undefined && raw.length >= 14) {
    return undefined;
  }
  if (/^(?:[A-Za-z0-9+/_-]{22}(?:==)?|[A-Za-z0-9+/_-]{11}=?)$/.test(raw)) {
    return 'base64; the store has hexadecimal digits';
  }
  return 'no trace id: one has 32 hexadecimal digits';
}

function inJson(line: string): FoundId[] | undefined {
  const text = line.trim();
  if (!text.startsWith('{') || !text.endsWith('}')) {
    return undefined;
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  const ids: FoundId[] = [];
  const visit = (value: unknown, key: string, parent: string, depth: number): void => {
    if (typeof value === 'object' && value !== null && depth < 4) {
      Object.entries(value).forEach(([name, inner]) => visit(inner, name, key, depth + 1));
    } else if (typeof value === 'string' || typeof value === 'number') {
      const isNested = /^trace$/i.test(parent) && /^id$/i.test(key);
      const regex = isNested
        ? `"${escaped(parent)}"\\s*:\\s*\\{[^{}]*"${escaped(key)}"\\s*:\\s*"${ID}"`
        : `"${escaped(key)}"\\s*:\\s*"${ID}"`;
      ids.push(...found('json', isNested ? `${parent}.${key}` : key, String(value), regex));
    }
  };
  visit(parsed, '', '', 0);
  return ids;
}

function inLogfmt(line: string): FoundId[] {
  return [...line.matchAll(/(?<![\w.@-])([A-Za-z_][\w.@-]*)=("(?:[^"\\]|\\.)*"|[^\s",;\])}]+)/g)].flatMap(
    ([, key, value]) =>
      found('logfmt', key, value.replace(/^"|"$/g, ''), `(?:^|[^\\w.-])${escaped(key)}="?${ID}(?![0-9a-fA-F])`)
  );
}

const BARE = '32 hexadecimal digits';
/** Forms of texts without a key that is followed by `=`, by name. */
const FORMS: ReadonlyArray<readonly [name: string, regex: string]> = [
  ['traceparent', '\\b[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}\\b'],
  ['trace id', `[Tt]race[_ .-]?[Ii][Dd]["']?\\s*[=:]\\s*["']?${ID}(?![0-9a-zA-Z])`],
  ['traces/', '\\btraces/([0-9a-f]{32})\\b'],
  ['trace id with span id', '\\b([0-9a-f]{32})[,:\\s/-]{1,2}[0-9a-f]{16}\\b'],
  [BARE, '\\b([0-9a-f]{32})\\b'],
];

function inText(line: string): FoundId[] {
  for (const [key, regex] of FORMS) {
    const raw = new RegExp(regex).exec(line)?.[1];
    const traceId = raw === undefined || raw.length < 16 ? undefined : usableId(raw);
    if (raw !== undefined && traceId !== undefined) {
      return [{ where: 'text', key, raw, traceId, trouble: undefined, regex, isGuess: key === BARE }];
    }
  }
  return [];
}
