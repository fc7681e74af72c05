import { PROMOTED, type PromotedAttribute } from '../../schema/promoted.ts';
import { ATTRIBUTE_MAPS, type AttributeMapSuffix } from '../../schema/tables.ts';
import type { AttributeScope, Comparison, Literal } from '../plan/plan.ts';
import { compareSql, isComparable, isNegative, NEVER, positive, rightSql, type ValueType } from './compare-sql.ts';
import { ANY_KEYS, type KnownKeys } from './known-keys.ts';
import type { SqlParameters } from './sql-text.ts';

const SUFFIXES = Object.keys(ATTRIBUTE_MAPS) as AttributeMapSuffix[];

const TYPE_OF_MAP: Readonly<Record<AttributeMapSuffix, ValueType>> = {
  str: 'string',
  int: 'number',
  float: 'number',
  bool: 'bool',
};

const EMPTY_ARRAYS: Readonly<Record<AttributeMapSuffix, string>> = {
  str: 'emptyArrayString()',
  int: 'emptyArrayInt64()',
  float: 'emptyArrayFloat64()',
  bool: 'CAST([] AS Array(Bool))',
};

/** Where the attributes of a scope are: the prefix of their columns, and of their keys where scopes share columns. */
interface Place {
  readonly columns: string;
  readonly keyPrefix: string;
  /** The columns are those of `clew.resources`, not of `clew.spans`. */
  readonly isResourceSide: boolean;
}

export const PLACES: Readonly<Record<AttributeScope, Place>> = {
  span: { columns: 'attrs', keyPrefix: '', isResourceSide: false },
  resource: { columns: 'resource', keyPrefix: '', isResourceSide: true },
  instrumentation: { columns: 'scope', keyPrefix: '', isResourceSide: true },
  event: { columns: 'nested', keyPrefix: 'event.', isResourceSide: false },
  link: { columns: 'nested', keyPrefix: 'link.', isResourceSide: false },
};

/** One attribute of one scope, as SQL over the table that has the scope's columns. */
export class AttributeSql {
  readonly #columns: string;
  readonly #key: string;
  readonly #promoted: PromotedAttribute | undefined;
  readonly #params: SqlParameters;
  /** Maps that may have the key. */
  readonly #maps: readonly AttributeMapSuffix[];
  #placeholder: string | undefined;

  constructor(scope: AttributeScope, name: string, params: SqlParameters, keys: KnownKeys = ANY_KEYS) {
    const place = PLACES[scope];
    this.#columns = place.columns;
    this.#key = place.keyPrefix + name;
    this.#promoted = scope === 'span' ? PROMOTED.find(({ key }) => key === name) : undefined;
    this.#params = params;
    this.#maps = SUFFIXES.filter((suffix) => keys.mayHave(scope, name, suffix));
  }

  /**
   * An array is true if any of its elements is, for `!=` and `!~` if all are; repeated keys are arrays. So the negative
   * operators say: there are values of the literal's type, and none of them matches.
   */
  compare(comparison: Comparison, literal: Literal): string {
    const suffixes = SUFFIXES.filter((suffix) => isComparable(TYPE_OF_MAP[suffix], comparison, literal));
    if (suffixes.length === 0) {
      return NEVER;
    }
    const right = rightSql(comparison, literal, this.#params);
    const matches = suffixes.flatMap((suffix) => this.#anyMatch(suffix, positive(comparison), right));
    if (!isNegative(comparison)) {
      return anyOf(matches);
    }
    const exists = this.#existsIn(suffixes);
    return exists.length === 0 ? NEVER : `(${anyOf(exists)} AND NOT ${anyOf(matches)})`;
  }

  exists(): string {
    return anyOf(this.#existsIn(SUFFIXES));
  }

  /** The values of each type, as a tuple of arrays: strings, ints, floats, bools. */
  values(): string {
    return `tuple(${this.#arrays().join(', ')})`;
  }

  /** The same as JSON, with numbers and bools as text: 64 bits and infinities are nothing that JSON knows. */
  valuesText(): string {
    const texts = this.#arrays().map((array, index) => (index === 0 ? array : `arrayMap(n -> toString(n), ${array})`));
    return `toJSONString(tuple(${texts.join(', ')}))`;
  }

  #arrays(): string[] {
    return SUFFIXES.map((suffix) => {
      const map = `${this.#columns}_${suffix}`;
      const promoted = this.#promotedTo(suffix);
      const inColumn = promoted && `if(isNull(${promoted}), [], [assumeNotNull(${promoted})])`;
      if (!this.#maps.includes(suffix)) {
        return inColumn ?? EMPTY_ARRAYS[suffix];
      }
      const found = `arrayFilter((v, k) -> k = ${this.#keySql()}, mapValues(${map}), mapKeys(${map}))`;
      return inColumn ? `arrayConcat(${inColumn}, ${found})` : found;
    });
  }

  #anyMatch(suffix: AttributeMapSuffix, comparison: Comparison, right: string): string[] {
    const map = `${this.#columns}_${suffix}`;
    const promoted = this.#promotedTo(suffix);
    const inColumn = promoted ? [`ifNull(${compareSql(promoted, comparison, right)}, false)`] : [];
    if (!this.#maps.includes(suffix)) {
      return inColumn;
    }
    const element = `arrayExists((k, v) -> k = ${this.#keySql()} AND ${compareSql('v', comparison, right)}, mapKeys(${map}), mapValues(${map}))`;
    // The first half is what the bloom filter index answers; without it every granule would be read.
    const inMap =
      suffix === 'str' && comparison === '=' ? `(has(mapValues(${map}), ${right}) AND ${element})` : element;
    return [...inColumn, inMap];
  }

  #existsIn(suffixes: readonly AttributeMapSuffix[]): string[] {
    return suffixes.flatMap((suffix) => {
      const promoted = this.#promotedTo(suffix);
      return [
        ...(promoted ? [`isNotNull(${promoted})`] : []),
        ...(this.#maps.includes(suffix) ? [`mapContains(${this.#columns}_${suffix}, ${this.#keySql()})`] : []),
      ];
    });
  }

  #promotedTo(suffix: AttributeMapSuffix): string | undefined {
    const takes = this.#promoted?.type === 'string' ? 'str' : 'int';
    return this.#promoted && takes === suffix ? this.#promoted.column : undefined;
  }

  #keySql(): string {
    this.#placeholder ??= this.#params.value('String', this.#key);
    return this.#placeholder;
  }
}

function anyOf(conditions: readonly string[]): string {
  switch (conditions.length) {
    case 0:
      return NEVER;
    case 1:
      return conditions[0];
    default:
      return `(${conditions.join(' OR ')})`;
  }
}
