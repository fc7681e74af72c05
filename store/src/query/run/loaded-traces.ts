import {
  attributesOfStage,
  type Attribute,
  type AttributeReader,
  type EvaluatedTrace,
  type Intrinsic,
  type NamedScope,
  type Value,
} from '@clew/traceql';

import { EngineError, type Engine } from '../../engine/engine.ts';
import { bitName, type SearchPlan } from '../plan/search-plan.ts';
import { mayHaveAnywhere, type KnownKeys } from '../sql/known-keys.ts';
import { SqlParameters } from '../sql/sql-text.ts';
import {
  resourceValuesSql,
  spanColumns,
  traceColumnsSql,
  type ExtraColumn,
  type ResourceValuesRow,
} from '../sql/trace-columns-sql.ts';
import type { RowSource } from '../sql/trace-frame-sql.ts';
import { readNativeBlocks, type NativeBlock } from './native-reader.ts';
import { readValue, SpanColumns } from './span-columns.ts';

type SpanScopeName = 'span' | 'event' | 'link';
type EmitterScopeName = 'resource' | 'instrumentation';

interface Wanted<Scope extends NamedScope> {
  readonly scope: Scope;
  readonly name: string;
}

/** What a trace is made of besides its rows; can be cloned for another thread. */
export interface TraceParts {
  readonly plan: SearchPlan;
  readonly needs: Needs;
  readonly emitters: ReadonlyMap<bigint, Emitter>;
}

/** What an evaluation of a plan reads. */
interface Needs {
  readonly spanAttributes: ReadonlyArray<Wanted<SpanScopeName>>;
  readonly emitterAttributes: ReadonlyArray<Wanted<EmitterScopeName>>;
  readonly extras: readonly ExtraColumn[];
  readonly readsScopes: boolean;
}

/** ClickHouse's ErrorCodes.cpp: what is read is too much. */
const TOO_MANY_ROWS = 158;

/** Traces in one statement: a remote engine gets their ids in its URL, which may have a megabyte. */
const MAX_TRACES = 2000;
/** Spans in one statement. A trace with more comes alone. */
const MAX_ROWS = 250_000;
/** Where more attributes than this are read of each span, a statement reads so many fewer spans. */
const USUAL_ATTRIBUTES = 16;
/** A trace with more is not evaluated: its columns would take gigabytes. */
const MAX_TRACE_ROWS = 4_000_000;

/** Reads whole traces, with what a plan needs of each span. */
export class TraceLoader {
  readonly #engine: Engine;
  readonly #tenant: string;
  readonly #plan: SearchPlan;
  readonly #keys: KnownKeys;
  readonly #needs: Needs;
  readonly #emitters = new Map<bigint, Emitter>();

  /** `keys`: of all that the plan names. */
  constructor(engine: Engine, tenant: string, plan: SearchPlan, keys: KnownKeys) {
    this.#engine = engine;
    this.#tenant = tenant;
    this.#plan = plan;
    this.#keys = keys;
    this.#needs = needsOf(plan, keys);
  }

  /** The traces of these ids that there are, in the order of their ids. Rejects with EngineError. */
  async *load(traceIds: readonly string[]): AsyncGenerator<LoadedTrace> {
    const share = Math.min(1, USUAL_ATTRIBUTES / this.#needs.spanAttributes.length);
    const [mostTraces, mostRows] = [Math.ceil(MAX_TRACES * share), Math.ceil(MAX_ROWS * share)];
    for (let at = 0; at < traceIds.length; at += mostTraces) {
      let rest = traceIds.slice(at, at + mostTraces);
      for (let maxRows = mostRows; rest.length > 0;) {
        const columns = await this.#read(rest, maxRows);
        const traces = this.#split(columns, columns.rows === maxRows);
        if (columns.rows < maxRows) {
          yield* traces;
          break;
        }
        // The last trace may be cut off: it and those after it are read again.
        const last = traces.at(-1)?.traceId;
        if (last === undefined) {
          maxRows *= 4;
          if (maxRows > MAX_TRACE_ROWS) {
            throw new EngineError(`A trace has more than ${MAX_TRACE_ROWS} spans`, TOO_MANY_ROWS);
          }
        } else {
          yield* traces;
          maxRows = mostRows;
          rest = rest.filter((id) => id > last);
        }
      }
    }
  }

  /** Columns that `traceOf` is to be given of each row of a trace. */
  columnsOf(traceId: string): Pick<RowSource, 'columns' | 'params'> {
    const { spanAttributes, extras } = this.#needs;
    const params = new SqlParameters();
    const request = { bits: this.#plan.bits, attributes: spanAttributes, extras };
    const columns = spanColumns(request, this.#tenant, [traceId], this.#keys, params);
    const sql = Object.values(columns).map((column) => column.sql);
    return { columns, params: params.query(sql.join(', ')).params };
  }

  /** What `traceOf` is to be given besides: of emitters those whose spans `readEmitters` was given. */
  get parts(): TraceParts {
    return { plan: this.#plan, needs: this.#needs, emitters: this.#emitters };
  }

  async #read(traceIds: readonly string[], maxRows: number): Promise<SpanColumns> {
    const { spanAttributes, extras } = this.#needs;
    const { query, types } = traceColumnsSql(
      { tenant: this.#tenant, traceIds, bits: this.#plan.bits, attributes: spanAttributes, extras, maxRows },
      this.#keys
    );
    const columns = new SpanColumns(readNativeBlocks(await this.#engine.bytes(query, 'Native'), types));
    await this.readEmitters(columns);
    return columns;
  }

  /** Rejects with EngineError. */
  async readEmitters(columns: SpanColumns): Promise<void> {
    const { emitterAttributes, readsScopes } = this.#needs;
    if (emitterAttributes.length === 0 && !readsScopes) {
      return;
    }
    const ids = [...new Set(columns.unsigned('resource_id'))].filter((id) => !this.#emitters.has(id));
    for (let at = 0; at < ids.length; at += MAX_TRACES) {
      const query = resourceValuesSql(this.#tenant, emitterAttributes, ids.slice(at, at + MAX_TRACES));
      for (const row of await this.#engine.rows<ResourceValuesRow>(query)) {
        const values = emitterAttributes.map((_, index) => readValue(row[`v${index}`]));
        this.#emitters.set(BigInt(row.resourceId), { name: row.scopeName, version: row.scopeVersion, values });
      }
    }
  }

  /** `isCut`: the last trace may lack spans, and is left out. */
  #split(columns: SpanColumns, isCut: boolean): LoadedTrace[] {
    const source = new LoadedColumns(columns, this.#plan, this.#needs, this.#emitters);
    const traces: LoadedTrace[] = [];
    for (let start = 0; start < columns.rows;) {
      let end = start + 1;
      while (end < columns.rows && source.isSameTrace(start, end)) {
        end++;
      }
      if (end < columns.rows || !isCut) {
        traces.push(new LoadedTrace(source, source.spansBetween(start, end)));
      }
      start = end;
    }
    return traces;
  }
}

/** A trace that was read elsewhere, of which each row is a span. */
export function traceOf(blocks: readonly NativeBlock[], { plan, needs, emitters }: TraceParts): LoadedTrace {
  const columns = new SpanColumns(blocks);
  const rows = Int32Array.from({ length: columns.rows }, (_, row) => row);
  return new LoadedTrace(new LoadedColumns(columns, plan, needs, emitters), rows);
}

interface Emitter {
  readonly name: string;
  readonly version: string;
  readonly values: readonly Value[];
}

const EXTRAS_OF: Partial<Record<Intrinsic, ExtraColumn>> = {
  'span:statusMessage': 'status_message',
  'event:name': 'event_names',
  'event:timeSinceStart': 'event_times',
  'link:traceID': 'link_trace_ids',
  'link:spanID': 'link_span_ids',
};

/** What no span of the tenant has is not read. */
function needsOf({ query, mentioned }: SearchPlan, keys: KnownKeys): Needs {
  const evaluated = query.body.kind === 'pipeline' ? [...attributesOfStage(query.body)] : [];
  const spanAttributes = new Map<string, Wanted<SpanScopeName>>();
  const emitterAttributes = new Map<string, Wanted<EmitterScopeName>>();
  const extras = new Set<ExtraColumn>();
  let readsScopes = false;
  for (const attribute of [...evaluated, ...mentioned]) {
    if (attribute.kind === 'intrinsic') {
      const extra = EXTRAS_OF[attribute.intrinsic];
      if (extra) {
        extras.add(extra);
      }
      readsScopes ||= attribute.intrinsic.startsWith('instrumentation:');
      continue;
    }
    for (const scope of scopesOf(attribute)) {
      const key = `${scope} ${attribute.name}`;
      if (!mayHaveAnywhere(keys, scope, attribute.name)) {
        continue;
      }
      if (scope === 'resource' || scope === 'instrumentation') {
        // The service's name is a column of its own.
        if (scope === 'instrumentation' || attribute.name !== 'service.name') {
          emitterAttributes.set(key, { scope, name: attribute.name });
        }
      } else if (!attribute.name.startsWith(BIT_PREFIX)) {
        spanAttributes.set(key, { scope, name: attribute.name });
      }
    }
  }
  return {
    spanAttributes: [...spanAttributes.values()],
    emitterAttributes: [...emitterAttributes.values()],
    extras: [...extras],
    readsScopes,
  };
}

const BIT_PREFIX = bitName(0).slice(0, 1);
const ALL_SCOPES: readonly NamedScope[] = ['span', 'resource', 'event', 'link', 'instrumentation'];

const scopesOf = ({ scope }: Extract<Attribute, { kind: 'attribute' }>): readonly NamedScope[] =>
  scope === 'any' ? ALL_SCOPES : [scope];

/** The columns of one answer, which many traces share. */
class LoadedColumns {
  readonly #columns: SpanColumns;
  readonly #plan: SearchPlan;
  readonly #needs: Needs;
  readonly #emitters: ReadonlyMap<bigint, Emitter>;
  readonly traceIds: Buffer;
  readonly spanIds: Buffer;
  readonly parentIds: Buffer;
  readonly starts: BigUint64Array;
  readonly durations: BigInt64Array;
  readonly kinds: Buffer;
  readonly statuses: Buffer;
  readonly names: readonly string[];
  readonly services: readonly string[];
  readonly #resourceIds: BigUint64Array;
  readonly #bits = new Map<string, Buffer>();
  /** JSON texts that were read, for each column: values repeat. */
  readonly #values = new Map<string, Map<string, Value>>();

  constructor(columns: SpanColumns, plan: SearchPlan, needs: Needs, emitters: ReadonlyMap<bigint, Emitter>) {
    this.#columns = columns;
    this.#plan = plan;
    this.#needs = needs;
    this.#emitters = emitters;
    this.traceIds = columns.bytes('trace_id');
    this.spanIds = columns.bytes('span_id');
    this.parentIds = columns.bytes('parent_span_id');
    this.starts = columns.unsigned('start_ns');
    this.durations = columns.signed('duration_ns');
    this.kinds = columns.bytes('kind');
    this.statuses = columns.bytes('status_code');
    this.names = columns.texts('name');
    this.services = columns.texts('service');
    this.#resourceIds = columns.unsigned('resource_id');
  }

  isSameTrace(row: number, other: number): boolean {
    return this.traceIds.compare(this.traceIds, other * 16, other * 16 + 16, row * 16, row * 16 + 16) === 0;
  }

  /** The rows of a trace, of those that are one span delivered twice the first. */
  spansBetween(start: number, end: number): Int32Array {
    return Int32Array.from({ length: end - start }, (_, index) => start + index).filter(
      (row) => row === start || !this.#isTwin(row)
    );
  }

  /** Whether a row is the one before it, delivered a second time. */
  #isTwin(row: number): boolean {
    const before = row - 1;
    return (
      this.starts[row] === this.starts[before] &&
      this.kinds[row] === this.kinds[before] &&
      this.spanIds.compare(this.spanIds, before * 8, row * 8, row * 8, row * 8 + 8) === 0
    );
  }

  text(extra: ExtraColumn, row: number): string {
    return this.#columns.texts(`x_${extra}`)[row];
  }

  list(extra: ExtraColumn, row: number): readonly string[] {
    const text = this.text(extra, row);
    return text === '' ? [] : (JSON.parse(text) as string[]);
  }

  emitter(row: number): Emitter | undefined {
    return this.#emitters.get(this.#resourceIds[row]);
  }

  /** Reads an attribute by row; undefined for one that is not there. */
  attribute(scope: NamedScope, name: string): ((row: number) => Value) | undefined {
    if (scope === 'span' && name.startsWith(BIT_PREFIX)) {
      const bits = this.#flags(`b${name.slice(BIT_PREFIX.length)}`);
      return (row) => bits[row] === 1;
    }
    if (scope === 'resource' && name === 'service.name') {
      return (row) => this.services[row];
    }
    if (scope === 'resource' || scope === 'instrumentation') {
      const index = this.#needs.emitterAttributes.findIndex((wanted) => wanted.scope === scope && wanted.name === name);
      return index === -1 ? undefined : (row) => this.emitter(row)?.values[index];
    }
    const index = this.#indexOf(scope, name);
    return index === -1 ? undefined : this.#reader(`v${index}`);
  }

  lacks(scope: 'event' | 'link', name: string): (row: number) => boolean {
    const flags = this.#flags(`l${this.#indexOf(scope, name)}`);
    return (row) => flags[row] === 1;
  }

  #indexOf(scope: NamedScope, name: string): number {
    return this.#needs.spanAttributes.findIndex((wanted) => wanted.scope === scope && wanted.name === name);
  }

  #flags(column: string): Buffer {
    const flags = this.#bits.get(column) ?? this.#columns.bytes(column);
    this.#bits.set(column, flags);
    return flags;
  }

  #reader(column: string): (row: number) => Value {
    const texts = this.#columns.texts(column);
    const known = this.#values.get(column) ?? new Map<string, Value>();
    this.#values.set(column, known);
    return (row) => {
      const text = texts[row];
      if (!known.has(text)) {
        known.set(text, readValue(text));
      }
      return known.get(text);
    };
  }
}

/** A whole trace as the evaluator reads it: spans by start, a span that was delivered twice once. */
export class LoadedTrace implements EvaluatedTrace {
  readonly traceId: string;
  readonly #columns: LoadedColumns;
  readonly #rows: Int32Array;

  /** `rows`: of the trace's spans. */
  constructor(columns: LoadedColumns, rows: Int32Array) {
    this.#columns = columns;
    this.#rows = rows;
    this.traceId = columns.traceIds.toString('hex', rows[0] * 16, rows[0] * 16 + 16);
  }

  get size(): number {
    return this.#rows.length;
  }

  spanId(span: number): string {
    return hexId(this.#columns.spanIds, this.#rows[span]);
  }

  parentSpanId(span: number): string {
    return this.isRoot(span) ? '' : hexId(this.#columns.parentIds, this.#rows[span]);
  }

  isRoot(span: number): boolean {
    return this.#columns.parentIds.readBigUInt64LE(this.#rows[span] * 8) === 0n;
  }

  name(span: number): string {
    return this.#columns.names[this.#rows[span]];
  }

  /** Empty where the resource has none. */
  service(span: number): string {
    return this.#columns.services[this.#rows[span]];
  }

  statusCode(span: number): number {
    return this.#columns.statuses[this.#rows[span]];
  }

  statusMessage(span: number): string {
    return this.#columns.text('status_message', this.#rows[span]);
  }

  kindCode(span: number): number {
    return this.#columns.kinds[this.#rows[span]];
  }

  startNs(span: number): bigint {
    return this.#columns.starts[this.#rows[span]];
  }

  durationNs(span: number): bigint {
    return this.#columns.durations[this.#rows[span]];
  }

  scopeName(span: number): string {
    return this.#columns.emitter(this.#rows[span])?.name ?? '';
  }

  scopeVersion(span: number): string {
    return this.#columns.emitter(this.#rows[span])?.version ?? '';
  }

  eventNames(span: number): readonly string[] {
    return this.#columns.list('event_names', this.#rows[span]);
  }

  eventTimesNs(span: number): readonly bigint[] {
    return this.#columns.list('event_times', this.#rows[span]).map(BigInt);
  }

  linkTraceIds(span: number): readonly string[] {
    return this.#columns.list('link_trace_ids', this.#rows[span]);
  }

  linkSpanIds(span: number): readonly string[] {
    return this.#columns.list('link_span_ids', this.#rows[span]);
  }

  attribute(scope: NamedScope, name: string): AttributeReader | undefined {
    const read = this.#columns.attribute(scope, name);
    return read && ((span) => read(this.#rows[span]));
  }

  lacksAttribute(scope: 'event' | 'link', name: string): (span: number) => boolean {
    const lacks = this.#columns.lacks(scope, name);
    return (span) => lacks(this.#rows[span]);
  }
}

const hexId = (ids: Buffer, row: number): string => ids.toString('hex', row * 8, row * 8 + 8);
