import { ATTRIBUTE_MAPS, type AttributeMapSuffix } from '../../schema/tables.ts';
import { PROMOTED } from '../../schema/promoted.ts';
import type { AttributeScope, IntrinsicOperand, Operand } from '../plan/plan.ts';
import { AttributeSql, PLACES } from '../sql/attribute-sql.ts';
import { LOOKUP_ORDER } from '../sql/condition-sql.ts';
import { IS_ROOT, SPAN_END } from '../sql/intrinsic-sql.ts';
import type { KnownKeys } from '../sql/known-keys.ts';
import type { SqlParameters } from '../sql/sql-text.ts';
import { NO_VALUE_TEXT, type Encoding } from './cell.ts';

/** Where a value is: in the row of the span, of what emitted it, in the root of its trace, or in all spans of the trace. */
export type Side = 'spans' | 'emitters' | 'roots' | 'traces';

/** One place where a value may be. */
export interface ValuePart {
  readonly side: Side;
  /** Over the side's own table; for `roots` and `traces` over these spans of a trace, for GROUP BY trace_id. */
  readonly sql: string;
  readonly encoding: Encoding;
}

/** A number to measure. Spans for which `present` is false have none. */
export interface NumberSql {
  readonly side: 'spans' | 'joined';
  /** What `value` and `present` read by the names `m0`, `m1`…; empty where they read the span's columns. */
  readonly inputs: ReadonlyArray<{ readonly side: Side; readonly sql: string }>;
  /** Float64, or Int64. */
  readonly value: string;
  readonly present: string;
  readonly unit: 'ns' | 'one';
}

const SUFFIXES = Object.keys(ATTRIBUTE_MAPS) as AttributeMapSuffix[];

const LIST_OF: Readonly<Record<AttributeMapSuffix, Encoding>> = {
  str: 'strings',
  int: 'ints',
  float: 'floats',
  bool: 'bools',
};

const hexOf = (sql: string): string => `lower(hex(${sql}))`;

const part = (side: Side, sql: string, encoding: Encoding): ValuePart => ({ side, sql, encoding });

/** Of several roots the one that starts first counts, by span id where two start together. */
const ofRoot = (column: string): string => `[toString(argMin(${column}, (start_ns, span_id)))]`;

const INTRINSICS: Partial<Record<IntrinsicOperand['name'], ValuePart>> = {
  'span:name': part('spans', 'name', 'string'),
  'span:statusMessage': part('spans', 'status_message', 'string'),
  'span:duration': part('spans', 'duration_ns', 'duration'),
  'span:status': part('spans', 'status_code', 'status'),
  'span:kind': part('spans', 'kind', 'kind'),
  'span:id': part('spans', hexOf('span_id'), 'string'),
  'span:parentID': part('spans', `if(${IS_ROOT}, '', ${hexOf('parent_span_id')})`, 'string'),
  'trace:id': part('spans', hexOf('trace_id'), 'string'),
  'trace:duration': part('traces', `[toInt64(max(${SPAN_END}) - min(start_ns))]`, 'durations'),
  'trace:rootName': part('roots', ofRoot('name'), 'strings'),
  'trace:rootService': part('roots', ofRoot('service'), 'strings'),
  'event:name': part('spans', 'arrayMap(v -> toString(v), event_names)', 'strings'),
  'event:timeSinceStart': part('spans', 'arrayMap(v -> toInt64(v - start_ns), event_times)', 'durations'),
  'link:traceID': part('spans', `arrayMap(v -> ${hexOf('v')}, link_trace_ids)`, 'strings'),
  'link:spanID': part('spans', `arrayMap(v -> ${hexOf('v')}, link_span_ids)`, 'strings'),
  'instrumentation:name': part('emitters', 'scope_name', 'string'),
  'instrumentation:version': part('emitters', 'scope_version', 'string'),
};

/**
 * Where the values of attributes and intrinsics are, as SQL that yields them with their types. A value here is the one that
 * the evaluator of packages/traceql reads from the same span.
 */
export class ValueSql {
  readonly #params: SqlParameters;
  readonly #keys: KnownKeys;

  constructor(params: SqlParameters, keys: KnownKeys) {
    this.#params = params;
    this.#keys = keys;
  }

  /** The value is that of the first part that has one; none for what no span can have. Several parts are all `text`. */
  parts(operand: Operand): ValuePart[] {
    if (operand.kind === 'intrinsic') {
      const found = INTRINSICS[operand.name];
      return found ? [found] : [];
    }
    if (operand.scope !== 'any') {
      return this.#place(operand.scope, operand.name, false);
    }
    const places = this.#places(operand.name);
    return places.flatMap((scope) => this.#place(scope, operand.name, places.length > 1));
  }

  /** Undefined for what is no number on any span. `isWhole`: only ints and durations count, exactly, as Int64. */
  number(operand: Operand, isWhole: boolean): NumberSql | undefined {
    if (operand.kind === 'intrinsic') {
      return this.#intrinsicNumber(operand);
    }
    const places = operand.scope === 'any' ? this.#places(operand.name) : [operand.scope];
    return this.#attributeNumber(places, operand.name, isWhole);
  }

  /** The scopes in which an attribute may be. A resource always has a service's name, so that nothing comes after it. */
  #places(name: string): AttributeScope[] {
    const places = LOOKUP_ORDER.filter((scope) => isService(scope, name) || this.#suffixes(scope, name).length > 0);
    const service = places.findIndex((scope) => isService(scope, name));
    return service === -1 ? places : places.slice(0, service + 1);
  }

  #place(scope: AttributeScope, name: string, asText: boolean): ValuePart[] {
    if (isService(scope, name)) {
      return [
        asText
          ? part('spans', 'toJSONString(([toString(service)], [], [], []))', 'text')
          : part('spans', 'service', 'string'),
      ];
    }
    const side = PLACES[scope].isResourceSide ? 'emitters' : 'spans';
    const suffixes = this.#suffixes(scope, name);
    if (suffixes.length === 0) {
      return [];
    }
    const column = promotedColumn(scope, name);
    if (!asText && suffixes.length === 1) {
      const inMap = this.#keys.mayHave(scope, name, suffixes[0]);
      if (column && !inMap) {
        return [part(side, column, suffixes[0] === 'str' ? 'string' : 'int')];
      }
      if (!column) {
        return [part(side, this.#list(scope, name, suffixes[0]), LIST_OF[suffixes[0]])];
      }
    }
    return [part(side, new AttributeSql(scope, name, this.#params, this.#keys).valuesText(), 'text')];
  }

  /** The values of one type. What is sent as an array stands in a map under repeated keys. */
  #list(scope: AttributeScope, name: string, suffix: AttributeMapSuffix): string {
    const { map, key, count } = this.#inMap(scope, name, suffix);
    return `multiIf(${count} = 0, [], ${count} = 1, [${map}[${key}]], arrayFilter((v, k) -> k = ${key}, mapValues(${map}), mapKeys(${map})))`;
  }

  #inMap(scope: AttributeScope, name: string, suffix: AttributeMapSuffix) {
    const { columns, keyPrefix } = PLACES[scope];
    const map = `${columns}_${suffix}`;
    const key = this.#params.value('String', keyPrefix + name);
    return { map, key, count: `countEqual(mapKeys(${map}), ${key})` };
  }

  /** Types that the attribute may have, wherever it is kept. */
  #suffixes(scope: AttributeScope, name: string): AttributeMapSuffix[] {
    const promoted = PROMOTED.find(({ key }) => scope === 'span' && key === name);
    const promotedSuffix = promoted && (promoted.type === 'string' ? 'str' : 'int');
    return SUFFIXES.filter((suffix) => suffix === promotedSuffix || this.#keys.mayHave(scope, name, suffix));
  }

  // ---- numbers

  #intrinsicNumber({ name }: IntrinsicOperand): NumberSql | undefined {
    const found = INTRINSICS[name];
    switch (found?.encoding) {
      case 'duration':
        return { side: 'spans', inputs: [], value: found.sql, present: 'true', unit: 'ns' };
      case 'durations':
        return {
          side: found.side === 'spans' ? 'spans' : 'joined',
          inputs: [found],
          value: 'm0[1]',
          present: 'length(m0) = 1',
          unit: 'ns',
        };
      default:
        return undefined;
    }
  }

  /** An array is no number. The first place that has the attribute decides, whatever its type. */
  #attributeNumber(places: readonly AttributeScope[], name: string, isWhole: boolean): NumberSql | undefined {
    const [only] = places;
    const column = only && promotedColumn(only, name);
    if (
      places.length === 1 &&
      column &&
      this.#suffixes(only, name).join() === 'int' &&
      !this.#keys.mayHave(only, name, 'int')
    ) {
      return {
        side: 'spans',
        inputs: [],
        value: `assumeNotNull(${column})`,
        present: `isNotNull(${column})`,
        unit: 'one',
      };
    }
    if (!places.some((scope) => this.#suffixes(scope, name).some((suffix) => suffix === 'int' || suffix === 'float'))) {
      return undefined;
    }
    const inputs = places.map((scope) => ({
      side: PLACES[scope].isResourceSide ? ('emitters' as const) : ('spans' as const),
      sql: this.#candidate(scope, name),
    }));
    const found =
      inputs.length === 1
        ? 'm0'
        : `multiIf(${inputs
            .slice(0, -1)
            .flatMap((_, index) => [`m${index}.1 > 0`, `m${index}`])
            .join(', ')}, m${inputs.length - 1})`;
    return {
      side: inputs.some(({ side }) => side === 'emitters') ? 'joined' : 'spans',
      inputs,
      value: `(${found}).${isWhole ? 5 : 4}`,
      present: `(${found}).1 = 1 AND ${isWhole ? `(${found}).2` : `((${found}).2 OR (${found}).3)`}`,
      unit: 'one',
    };
  }

  /** How many values there are, whether one is an int, whether one is a float that is a number, the number, and the int. */
  #candidate(scope: AttributeScope, name: string): string {
    if (isService(scope, name)) {
      return '(1, false, false, toFloat64(0), toInt64(0))';
    }
    const suffixes = this.#suffixes(scope, name);
    const column = promotedColumn(scope, name);
    const isIntColumn =
      column !== undefined && PROMOTED.some((known) => known.column === column && known.type === 'int');
    const maps = suffixes
      .filter((suffix) => this.#keys.mayHave(scope, name, suffix))
      .map((suffix) => ({ suffix, ...this.#inMap(scope, name, suffix) }));
    const counts = [...maps.map(({ count }) => count), ...(column ? [`isNotNull(${column})`] : [])];
    const int = maps.find(({ suffix }) => suffix === 'int');
    const float = maps.find(({ suffix }) => suffix === 'float');
    const hasInt =
      [...(int ? [`${int.count} > 0`] : []), ...(isIntColumn ? [`isNotNull(${column})`] : [])].join(' OR ') || 'false';
    const hasFloat = float ? `${float.count} > 0 AND NOT isNaN(${float.map}[${float.key}])` : 'false';
    const ints = [
      ...(isIntColumn ? [[`isNotNull(${column})`, `assumeNotNull(${column})`]] : []),
      ...(int ? [[`${int.count} > 0`, `${int.map}[${int.key}]`]] : []),
    ];
    const floats = float ? [[`${float.count} > 0`, `${float.map}[${float.key}]`]] : [];
    const numbers = [...ints.map(([test, value]) => [test, `toFloat64(${value})`]), ...floats];
    const choice = (cases: readonly string[][], none: string) =>
      cases.length === 0 ? none : `multiIf(${cases.flat().join(', ')}, ${none})`;
    const values = [choice(numbers, 'toFloat64(0)'), choice(ints, 'toInt64(0)')];
    return `(toUInt64(${counts.join(' + ') || '0'}), ${hasInt}, ${hasFloat}, ${values.join(', ')})`;
  }
}

/** SQL of the first of several texts that is a value. */
export function firstText(names: readonly string[]): string {
  if (names.length === 1) {
    return names[0];
  }
  const choices = names.flatMap((name) => [`${name} NOT IN ('', '${NO_VALUE_TEXT}')`, name]);
  return `multiIf(${choices.join(', ')}, '')`;
}

const isService = (scope: AttributeScope, name: string): boolean => scope === 'resource' && name === 'service.name';

function promotedColumn(scope: AttributeScope, name: string): string | undefined {
  return scope === 'span' ? PROMOTED.find(({ key }) => key === name)?.column : undefined;
}
