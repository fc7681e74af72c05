import { spanIdText, type AttributeValue, type LocalTrace, type SpanDetails } from '@clew/trace-model';
import {
  attributesOfStage,
  check,
  parse,
  SearchEvaluator,
  type Attribute as QueryAttribute,
  type AttributeReader,
  type EvaluatedTrace,
  type NamedScope,
  type Query,
  type Scalar,
  type Value,
} from '@clew/traceql';
import { inTurns } from './turns';

/** Rows that are read between two looks at the clock. */
const STRIDE = 64;
const NO_TEXTS: readonly string[] = [];
const NO_TIMES: readonly bigint[] = [];

/** One bit a row, of the spans that match. Rejects with TraceqlError for a query that is none, or is a metric. */
export async function localMatches(trace: LocalTrace, text: string, signal: AbortSignal): Promise<Uint32Array> {
  const query = parse(text);
  check(query);
  const evaluator = new SearchEvaluator(query);
  const read = await inTurns(readTrace(trace, attributesOfQuery(query)), signal);
  const bits = new Uint32Array((trace.rows + 31) >>> 5);
  for (const { spans } of evaluator.evaluate(read)) {
    for (const row of spans) {
      bits[row >>> 5] |= 1 << (row & 31);
    }
  }
  return bits;
}

function attributesOfQuery({ body }: Query): QueryAttribute[] {
  return body.kind === 'pipeline' ? body.stages.flatMap((stage) => [...attributesOfStage(stage)]) : [];
}

/** Reads from every span what the query asks about: spans are bytes, and decoding a million of them takes a while. */
function* readTrace(trace: LocalTrace, attributes: readonly QueryAttribute[]): Generator<void, EvaluatedTrace> {
  const names = new Set(attributes.flatMap((attribute) => (attribute.kind === 'attribute' ? [attribute.name] : [])));
  // What `trace:rootService` reads.
  names.add('service.name');
  const read = new ReadTrace(trace, names);
  if (needsDetails(attributes)) {
    for (let row = 0; row < trace.rows; row++) {
      read.take(row, trace.details(row));
      if (row % STRIDE === STRIDE - 1) {
        yield;
      }
    }
  }
  return read;
}

/** Intrinsics that the columns do not have, and all attributes. */
function needsDetails(attributes: readonly QueryAttribute[]): boolean {
  return attributes.some(
    (attribute) =>
      attribute.kind === 'attribute' ||
      /^(event|link|instrumentation):/.test(attribute.intrinsic) ||
      attribute.intrinsic === 'trace:rootService'
  );
}

interface Nested {
  readonly names: readonly string[];
  readonly timesNs: readonly bigint[];
  readonly traceIds: readonly string[];
  readonly spanIds: readonly string[];
}

class ReadTrace implements EvaluatedTrace {
  readonly traceId: string;
  readonly size: number;
  readonly #trace: LocalTrace;
  readonly #wanted: ReadonlySet<string>;
  readonly #messages: ReadonlyMap<number, number>;
  /** By scope and name: by row. */
  readonly #values = new Map<string, Map<number, Value>>();
  readonly #lacking = new Map<string, Set<number>>();
  readonly #nested = new Map<number, Nested>();
  readonly #scopes = new Map<number, { readonly name: string; readonly version: string }>();

  constructor(trace: LocalTrace, wanted: ReadonlySet<string>) {
    this.#trace = trace;
    this.#wanted = wanted;
    this.traceId = trace.traceId;
    this.size = trace.rows;
    const { messageRows, messages } = trace.columns;
    this.#messages = new Map(Array.from(messageRows, (row, index) => [row, messages[index]]));
  }

  take(row: number, details: SpanDetails): void {
    const { attributes, resource, scope, events, links } = details;
    this.#put('span', row, [attributes]);
    this.#put('resource', row, [resource]);
    this.#put('instrumentation', row, [scope.attributes]);
    this.#putNested('event', row, events);
    this.#putNested('link', row, links);
    if (scope.name !== '' || scope.version !== '') {
      this.#scopes.set(row, scope);
    }
    if (events.length > 0 || links.length > 0) {
      this.#nested.set(row, {
        names: events.map(({ name }) => name),
        timesNs: events.map(({ timeNs }) => timeNs),
        traceIds: links.map(({ traceId }) => traceId),
        spanIds: links.map(({ spanId }) => spanId),
      });
    }
  }

  spanId(row: number): string {
    return spanIdText(this.#trace.columns.spanIds, row);
  }

  parentSpanId(row: number): string {
    const id = spanIdText(this.#trace.columns.parentSpanIds, row);
    return /^0+$/.test(id) ? '' : id;
  }

  name(row: number): string {
    return this.#trace.names.get(this.#trace.columns.names[row]);
  }

  statusCode(row: number): number {
    return this.#trace.columns.statuses[row];
  }

  statusMessage(row: number): string {
    const message = this.#messages.get(row);
    return message === undefined ? '' : this.#trace.messages.get(message);
  }

  kindCode(row: number): number {
    return this.#trace.columns.kinds[row];
  }

  startNs(row: number): bigint {
    return this.#trace.baseNs + this.#trace.columns.startOffsets[row];
  }

  durationNs(row: number): bigint {
    return this.#trace.columns.durations[row];
  }

  scopeName(row: number): string {
    return this.#scopes.get(row)?.name ?? '';
  }

  scopeVersion(row: number): string {
    return this.#scopes.get(row)?.version ?? '';
  }

  eventNames(row: number): readonly string[] {
    return this.#nested.get(row)?.names ?? NO_TEXTS;
  }

  eventTimesNs(row: number): readonly bigint[] {
    return this.#nested.get(row)?.timesNs ?? NO_TIMES;
  }

  linkTraceIds(row: number): readonly string[] {
    return this.#nested.get(row)?.traceIds ?? NO_TEXTS;
  }

  linkSpanIds(row: number): readonly string[] {
    return this.#nested.get(row)?.spanIds ?? NO_TEXTS;
  }

  attribute(scope: NamedScope, name: string): AttributeReader | undefined {
    const values = this.#values.get(keyOf(scope, name));
    return values && ((row) => values.get(row));
  }

  lacksAttribute(scope: 'event' | 'link', name: string): (row: number) => boolean {
    const lacking = this.#lacking.get(keyOf(scope, name));
    return (row) => lacking?.has(row) ?? false;
  }

  #putNested(scope: 'event' | 'link', row: number, nested: ReadonlyArray<{ attributes: SpanDetails['attributes'] }>) {
    this.#put(
      scope,
      row,
      nested.map(({ attributes }) => attributes)
    );
    for (const name of this.#wanted) {
      if (nested.some(({ attributes }) => !attributes.some(({ key, value }) => key === name && value !== null))) {
        const key = keyOf(scope, name);
        const lacking = this.#lacking.get(key) ?? new Set();
        lacking.add(row);
        this.#lacking.set(key, lacking);
      }
    }
  }

  /** Several lists, as those of events: their values of a name together. */
  #put(scope: NamedScope, row: number, lists: ReadonlyArray<SpanDetails['attributes']>): void {
    for (const list of lists) {
      for (const { key: name, value } of list) {
        // Of a list of keys and values, the parts are attributes with names of their own, as in the store.
        for (const [flatName, flatValue] of flattened(name, value)) {
          if (this.#wanted.has(flatName)) {
            this.#add(scope, flatName, row, flatValue);
          }
        }
      }
    }
  }

  #add(scope: NamedScope, name: string, row: number, value: Value): void {
    if (value === undefined) {
      return;
    }
    const key = keyOf(scope, name);
    let values = this.#values.get(key);
    if (!values) {
      values = new Map();
      this.#values.set(key, values);
    }
    const known = scope === 'event' || scope === 'link' ? values.get(row) : undefined;
    values.set(row, known === undefined ? value : [known, value].flat());
  }
}

const keyOf = (scope: NamedScope, name: string): string => `${scope} ${name}`;

function flattened(name: string, value: AttributeValue): Array<[string, Value]> {
  if (typeof value === 'object' && value !== null && !isList(value)) {
    return Object.entries(value).flatMap(([key, inner]) => flattened(`${name}.${key}`, inner));
  }
  return [[name, valueOf(value)]];
}

const isList = (value: object): value is readonly AttributeValue[] => Array.isArray(value);

/** Whole numbers come as numbers where those hold them; whether the sender meant a float makes no difference to comparing. */
function valueOf(value: AttributeValue): Value {
  if (value === null) {
    return undefined;
  }
  if (typeof value !== 'object') {
    return value;
  }
  const elements = isList(value) ? value.map(valueOf).filter((element): element is Scalar => isScalar(element)) : [];
  return elements.length > 0 ? elements : undefined;
}

const isScalar = (value: Value): boolean => value !== undefined && !Array.isArray(value);
