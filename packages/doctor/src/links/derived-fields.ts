import type { Datasource } from '../inventory.ts';
import { readLogsOfTraces, type FoundId, type LineOfSample, type LogsOfTraces } from '../samples/log-ids.ts';
import { findTrace, readStoreStatus, type TraceLookup } from '../samples/store.ts';
import type { DoctorContext, Remedy } from '../types.ts';
import {
  fieldsOf,
  isAstray,
  isToStore,
  linkTrouble,
  mendedUrl,
  patternTrouble,
  traceIn,
  type DerivedField,
} from './derived-field-settings.ts';
import type { LinkProposal } from './types.ts';

/** Ids that are looked up. */
const TRIED = 5;
/** A trace may come that much later than its lines: batches of the client, of a collector, of the store. */
const SETTLED_MS = 15_000;
/** Lines are found in several ways; more than these nobody writes. */
const MOST_FIELDS = 3;
const SHOWN_CHARS = 60;

/** A line, the id that is in it, and what the store has of it. */
export interface TriedLine {
  readonly line: LineOfSample;
  readonly raw: string;
  readonly lookup: TraceLookup;
  /** Why it leads nowhere; undefined where it does, or where the store did not tell. */
  readonly why: string | undefined;
}

/** Asks the store for the traces that up to five lines name. `idIn`: by what is linked, or by what was found. Rejects with CallFailed. */
export async function tryLines(
  context: DoctorContext,
  store: Datasource,
  lines: readonly LineOfSample[],
  idIn: (line: LineOfSample) => { readonly raw: string; readonly traceId: string | undefined } | undefined
): Promise<TriedLine[]> {
  const seen = new Set<string>();
  const distinct = lines.flatMap((line) => {
    const id = idIn(line);
    if (id === undefined || seen.has(id.raw)) {
      return [];
    }
    seen.add(id.raw);
    return [{ line, ...id }];
  });
  const isSettled = (one: { line: LineOfSample }) => context.range.toMs - one.line.atMs >= SETTLED_MS;
  const settled = distinct.filter(isSettled);
  // Of the newest it is not known whether their traces still come.
  const chosen = spread(settled.length > 0 ? settled : distinct).slice(0, TRIED);
  const { status, answeredMs } = await readStoreStatus(context, store);
  return Promise.all(
    chosen.map(async ({ line, raw, traceId }) => {
      const lookup = await findTrace(context, store, traceId ?? raw);
      const isOld = status?.oldestMs !== undefined && line.atMs < status.oldestMs;
      return { line, raw, lookup, why: whyNot(lookup, isOld, answeredMs - line.atMs) };
    })
  );
}

/** From all of the sample, not only its newest. */
function spread<T>(all: readonly T[]): T[] {
  const step = Math.max(1, Math.floor(all.length / TRIED));
  return all.filter((_, index) => index % step === 0);
}

const TOO_NEW = 'not received yet';

/** Its trace may still come. */
export const isTooNew = ({ why = '' }: TriedLine): boolean => why.startsWith(TOO_NEW);

function whyNot(lookup: TraceLookup, isOld: boolean, ageMs: number): string | undefined {
  if (lookup.found !== false) {
    return undefined;
  }
  if (lookup.why === 'malformed') {
    return 'malformed: an id is 32 hexadecimal digits, not all zero';
  }
  if (isOld) {
    return 'too old: it is from before the store’s first span';
  }
  return ageMs < SETTLED_MS
    ? `${TOO_NEW}: the line is only seconds old`
    : 'never received: not sampled, sent elsewhere, or of another tenant';
}

/** The id that a link can use, the surest first. */
export const firstId = ({ ids }: LineOfSample): FoundId | undefined => ids.find(({ traceId }) => traceId !== undefined);

/** `cart: … "trace_id":"[0af7…]" … → 12 spans, frontend GET /`: the line around the id. */
export function lineOf({ line, raw, lookup, why }: TriedLine): string {
  const at = line.line.indexOf(raw);
  const label = Object.entries(line.labels).find(([, value]) => value === raw)?.[0];
  const shown =
    at < 0
      ? `${cut(line.line)} ${label === undefined ? '' : `${label}=`}[${raw}]`
      : `${at > SHOWN_CHARS ? '…' : ''}${line.line.slice(Math.max(0, at - SHOWN_CHARS), at)}[${raw}]${cut(line.line.slice(at + raw.length))}`;
  const result = lookup.found
    ? `${lookup.spans} spans, ${lookup.root}`
    : (why ?? (lookup.found === undefined ? `the store answers ${lookup.status}` : 'not there'));
  return `${shown} → ${result}`;
}

const cut = (text: string): string => (text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text);

/** How lines can be found: the best pattern, and others for lines that it leaves out. */
export function patternsFor({ named }: Pick<LogsOfTraces, 'named'>): FoundId[] {
  const patterns: FoundId[] = [];
  let left = [...named];
  while (left.length > 0 && patterns.length < MOST_FIELDS) {
    const best = mostFrequent(left);
    patterns.push(best);
    left = left.filter(({ ids }) => !ids.some((id) => isSame(id, best) && id.traceId !== undefined));
  }
  return patterns;
}

const WHERES = ['label', 'json', 'logfmt', 'text'];
const isSame = (a: FoundId, b: FoundId): boolean => a.where === b.where && a.regex === b.regex;

/** Labels before the rest: they are quick, and right whatever the line looks like. */
function mostFrequent(lines: readonly LineOfSample[]): FoundId {
  const counts = new Map<string, { readonly id: FoundId; number: number }>();
  for (const id of lines.flatMap(({ ids }) => ids.filter(({ traceId }) => traceId !== undefined))) {
    const key = `${id.where} ${id.regex}`;
    const known = counts.get(key) ?? { id, number: 0 };
    known.number += 1;
    counts.set(key, known);
  }
  const [best] = [...counts.values()].sort(
    (a, b) => WHERES.indexOf(a.id.where) - WHERES.indexOf(b.id.where) || b.number - a.number
  );
  return best.id;
}

/** `the label trace_id`, `"trace_id" in JSON`. */
export const placeOf = ({ where, key }: FoundId): string =>
  ({
    label: `the label ${key}`,
    json: `“${key}” in JSON`,
    logfmt: `${key}= in the line`,
    text: `the line’s text (${key})`,
  })[where];

/** What is wrong with a field that leads to the store, or is meant to. */
export const troubleOf = (field: DerivedField): string | undefined =>
  linkTrouble(field) !== undefined
    ? `the link’s value ${linkTrouble(field)}`
    : patternTrouble(field) !== undefined
      ? `its pattern ${patternTrouble(field)}`
      : undefined;

export interface Coverage {
  readonly right: readonly DerivedField[];
  /** Lines whose id a right field finds. */
  readonly linked: readonly LineOfSample[];
  /** Lines with an id that none finds. */
  readonly left: readonly LineOfSample[];
}

/** What the fields that lead to the store find in a sample. */
export function coverageOf(fields: readonly DerivedField[], { lines, named }: LogsOfTraces): Coverage {
  const right = fields.filter((field) => isToStore(field) && troubleOf(field) === undefined);
  const isLinked = (line: LineOfSample) => right.some((field) => traceIn(field, line) !== undefined);
  return { right, linked: lines.filter(isLinked), left: named.filter((line) => !isLinked(line)) };
}

/** Sets or mends the way from lines of `from`, a Loki datasource, to the store `to`. Rejects with CallFailed. */
export async function propose(context: DoctorContext, from: Datasource, to: Datasource): Promise<LinkProposal> {
  const sample = await readLogsOfTraces(context, from, to);
  const fields = fieldsOf(context.inventory, from, to);
  const { right, linked, left } = coverageOf(fields, sample);
  const tried = await tryLines(context, to, sample.named, firstId);
  const found = tried.filter(({ lookup }) => lookup.found === true).length;
  const known = tried.filter((one) => one.lookup.found !== undefined && !isTooNew(one)).length;
  const preview = { lines: tried.map(lineOf), works: known === 0 ? undefined : found > 0 };
  const patterns = patternsFor(sample);
  const seen =
    patterns.length === 0
      ? sample.lines.length === 0
        ? 'no line was seen'
        : `none of ${sample.lines.length} lines names a trace`
      : `${sample.named.length} of ${sample.lines.length} lines name a trace, in ${patterns.map(placeOf).join(', or in ')}; ${found} of ${known} that were tried are in ${to.name}`;
  const broken = fields.filter(
    (field) =>
      field.leadsTo === 'gone' || isAstray(field, sample.lines) || (isToStore(field) && troubleOf(field) !== undefined)
  );
  if (right.length > 0 && broken.length === 0 && left.length === 0) {
    const sentence = `${from.name} leads to ${to.name}: ${seen}.`;
    return { id: 'derived-fields', from, to, state: 'linked', sentence, remedy: undefined, preview };
  }
  const state = broken.length > 0 ? 'broken' : stateOf(fields);
  const told = {
    missing: `Lines of ${from.name} lead nowhere`,
    broken:
      linked.length > 0
        ? `Not every line of ${from.name} leads to its trace`
        : `The links of ${from.name}’s lines are broken`,
    elsewhere: `Lines of ${from.name} lead elsewhere`,
  }[state];
  return {
    ...{ id: 'derived-fields', from, to, state, sentence: `${told}: ${seen}.`, preview },
    remedy: remedyOf(fields, patterns, sample, from, to),
  };
}

function stateOf(fields: readonly DerivedField[]): 'missing' | 'broken' | 'elsewhere' {
  if (fields.some((field) => isToStore(field) || field.leadsTo === 'gone')) {
    return 'broken';
  }
  return fields.length > 0 ? 'elsewhere' : 'missing';
}

/** What is set stays; what is broken is mended in its place, and patterns that are not there come after it. */
function remedyOf(
  fields: readonly DerivedField[],
  patterns: readonly FoundId[],
  sample: LogsOfTraces,
  from: Datasource,
  to: Datasource
): Remedy {
  const unused = patterns.length > 0 ? [...patterns] : [USUAL];
  const finds = (field: DerivedField) => sample.named.some((line) => traceIn(field, line) !== undefined);
  const mended = fields.map((field) => {
    const isElsewhere = field.leadsTo === 'gone' || isAstray(field, sample.lines);
    if (!isElsewhere && !isToStore(field)) {
      return field.raw;
    }
    const link = {
      ...(isElsewhere && { datasourceUid: to.uid }),
      ...(linkTrouble(field) !== undefined && { url: mendedUrl(field) }),
    };
    // A pattern that finds nothing where there is something to be found gives way to one that does.
    const isLost = patternTrouble(field) !== undefined || (sample.named.length > 0 && !finds(field));
    const pattern = isLost ? unused.shift() : undefined;
    return { ...field.raw, ...link, ...(pattern && matcherOf(pattern)) };
  });
  const after = { ...from, jsonData: { ...from.jsonData, derivedFields: mended } };
  const now = fieldsOf({ datasources: [from, to], source: 'api' }, after, to).filter(isToStore);
  const isFound = ({ ids }: LineOfSample, pattern: FoundId) => ids.some((id) => isSame(id, pattern));
  const missing = unused.filter((pattern) => {
    const lines = sample.named.filter((line) => isFound(line, pattern));
    return now.length === 0 || lines.some((line) => !now.some((field) => traceIn(field, line) !== undefined));
  });
  const added = missing.map((pattern) => ({
    name: nameOf(pattern, fields),
    ...matcherOf(pattern),
    url: '${__value.raw}',
    datasourceUid: to.uid,
    urlDisplayLabel: 'Open trace',
  }));
  const by =
    patterns.length === 0 ? 'the label trace_id, which OpenTelemetry writes' : patterns.map(placeOf).join(' and ');
  return {
    summary: `Leads lines of ${from.name} by ${by} to ${to.name}; other links stay.`,
    change: { datasource: from, jsonData: { derivedFields: [...mended, ...added] } },
  };
}

/** Where no line was seen. */
const USUAL: FoundId = {
  ...{ where: 'label', key: 'trace_id', raw: '', traceId: undefined, trouble: undefined, isGuess: false },
  regex: '^trace_id$',
};

const matcherOf = ({ where, regex }: FoundId) => ({
  matcherType: where === 'label' ? 'label' : 'regex',
  matcherRegex: regex,
});

/** Grafana shows fields by name: two of one name are hard to tell apart. */
function nameOf({ where, key }: FoundId, fields: readonly DerivedField[]): string {
  const name = where === 'label' ? key : `${key} in line`;
  return fields.some((field) => field.name === name) ? `${name} (Clew)` : name;
}
