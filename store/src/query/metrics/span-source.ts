import { RESOURCES, SPANS } from '../../schema/tables.ts';
import type { Condition, Operand } from '../plan/plan.ts';
import { ConditionSql } from '../sql/condition-sql.ts';
import { IS_ROOT } from '../sql/intrinsic-sql.ts';
import type { KnownKeys } from '../sql/known-keys.ts';
import type { SqlParameters } from '../sql/sql-text.ts';
import type { Encoding } from './cell.ts';
import { pointSql, type PointRange } from './point-sql.ts';
import { firstText, ValueSql, type NumberSql, type Side } from './value-sql.ts';

export interface SpanSourceRequest {
  readonly tenant: string;
  readonly condition: Condition;
  readonly points: PointRange;
}

/** A label by the name of its column, and what it is made of. */
export interface LabelSql {
  readonly name: `l${number}`;
  /** Over the columns of `rows` and of what is joined to them. */
  readonly sql: string;
  readonly encoding: Encoding;
}

type OtherSide = Exclude<Side, 'spans'>;
const ID_COLUMNS: Readonly<Record<OtherSide, string>> = {
  emitters: 'resource_id',
  roots: 'trace_id',
  traces: 'trace_id',
};
const OTHER_SIDES: readonly OtherSide[] = ['emitters', 'roots', 'traces'];

/**
 * The spans that a metric counts, as rows with a column `point`, with what the metric groups by and measures. What is told
 * of a span elsewhere, by its emitter or by its trace, is joined to the rows, or to groups of them.
 */
export class SpanSource {
  readonly #params: SqlParameters;
  readonly #request: SpanSourceRequest;
  readonly #values: ValueSql;
  readonly #where: string;
  readonly #conditions: ConditionSql;
  readonly #columns: Readonly<Record<Side, Map<string, string>>> = {
    spans: new Map(),
    emitters: new Map(),
    roots: new Map(),
    traces: new Map(),
  };
  #isWhole = false;
  readonly labels: LabelSql[] = [];
  measured: NumberSql | undefined;

  /** `only`: a condition on the columns of spans, as SQL. */
  constructor(request: SpanSourceRequest, params: SqlParameters, keys: KnownKeys, only?: string) {
    const { tenant, points, condition } = request;
    this.#request = request;
    this.#params = params;
    this.#values = new ValueSql(params, keys);
    const range = { startNs: points.startNs + 1n, endNs: points.endNs };
    this.#conditions = new ConditionSql(params, { tenant, range }, keys);
    const where = this.#conditions.where(condition);
    this.#where = only ? `${where} AND ${only}` : where;
  }

  /** Undefined for what no span has. */
  group(index: number, operand: Operand): LabelSql | undefined {
    const parts = this.#values.parts(operand);
    if (parts.length === 0) {
      return undefined;
    }
    const names = parts.map(({ side, sql }, place) => {
      const name = `g${index}_${place}`;
      this.#columns[side].set(name, sql);
      return name;
    });
    const label: LabelSql = { name: `l${index}`, sql: firstText(names), encoding: parts[0].encoding };
    this.labels.push(label);
    return label;
  }

  /** False for what is a number on no span. `isWhole`: only ints and durations count, from 2 up: what has a bucket. */
  measure(operand: Operand, isWhole: boolean): boolean {
    this.#isWhole = isWhole;
    this.measured = this.#values.number(operand, isWhole);
    this.measured?.inputs.forEach(({ side, sql }, index) => this.#columns[side].set(`m${index}`, sql));
    return this.measured !== undefined;
  }

  /** A condition on spans as an expression over their columns. */
  test(condition: Condition): string {
    return this.#conditions.test(condition);
  }

  get isJoined(): boolean {
    return OTHER_SIDES.some((side) => this.#columns[side].size > 0);
  }

  /** Names of the columns that rows are grouped by before anything is joined to them. */
  get ownKeys(): string[] {
    return [...this.#columns.spans.keys()].filter((name) => name.startsWith('g')).concat(this.#ids());
  }

  /**
   * A row per span, with its keys, `point`, `measured` if it measures something, and `columns`. Spans without the number are
   * left out; `only` is a condition on the columns of spans.
   */
  rows(columns: readonly string[] = [], only?: string): string {
    const { measured } = this;
    const tests = measured ? [measured.present, this.#isWhole ? `${measured.value} >= 2` : 'true'] : [];
    const kept = tests.filter((test) => test !== 'true');
    const own = [
      ...Array.from(this.#columns.spans, ([name, sql]) => `${sql} AS ${name}`),
      ...this.#ids(),
      `${pointSql(this.#request.points, this.#params)} AS point`,
      ...columns,
    ];
    const from = `FROM ${SPANS.name} WHERE ${this.#where}${only ? ` AND ${only}` : ''}`;
    if (!measured || measured.inputs.length === 0) {
      const number = measured ? [`${measured.value} AS measured`] : [];
      const where = kept.map((test) => ` AND (${test})`).join('');
      return `SELECT ${[...own, ...number].join(', ')} ${from}${where}`;
    }
    const inner = `SELECT ${own.join(', ')} ${from}`;
    const source = measured.side === 'joined' ? this.joined(inner) : `(${inner})`;
    return `SELECT *, ${measured.value} AS measured FROM ${source} WHERE ${kept.join(' AND ') || 'true'}`;
  }

  /** `rows` with what is told elsewhere beside them. A row that nothing is known of gets empty texts and arrays. */
  joined(rows: string): string {
    const sides = OTHER_SIDES.filter((side) => this.#columns[side].size > 0);
    return [
      `(${rows}) AS spans`,
      ...sides.map((side) => `ANY LEFT JOIN (${this.#others(side)}) AS ${side} USING (${ID_COLUMNS[side]})`),
    ].join('\n');
  }

  #ids(): string[] {
    const sides = OTHER_SIDES.filter((side) => this.#columns[side].size > 0);
    return [...new Set(sides.map((side) => ID_COLUMNS[side]))];
  }

  #others(side: OtherSide): string {
    const columns = Array.from(this.#columns[side], ([name, sql]) => `${sql} AS ${name}`);
    const id = ID_COLUMNS[side];
    const tenant = `tenant = ${this.#params.value('String', this.#request.tenant)}`;
    const select = `SELECT ${[id, ...columns].join(', ')} FROM`;
    if (side === 'emitters') {
      return `${select} ${RESOURCES.name} WHERE ${tenant} LIMIT 1 BY ${id}`;
    }
    // All spans of a trace count for what it is, also those outside of the time range.
    const those = `${tenant}${side === 'roots' ? ` AND ${IS_ROOT}` : ''}`;
    return `${select} ${SPANS.name} WHERE ${those} AND trace_id IN (SELECT trace_id FROM ${SPANS.name} WHERE ${this.#where}) GROUP BY ${id}`;
  }
}

/**
 * A share of all traces. Within each hour spans are in the order of trace ids, which begin at random: it is also a share of
 * what is read.
 */
export function belowShare(share: number): string {
  const first = Math.round(share * 256)
    .toString(16)
    .padStart(2, '0');
  return `trace_id < toFixedString(unhex('${first}'), 16)`;
}
