import { INTRINSICS, formatExpression, intrinsicFromSpelling, type FieldExpression } from '@clew/traceql';
import {
  type AdHocVariableFilter,
  type DataSourceGetTagKeysOptions,
  type DataSourceGetTagValuesOptions,
  type MetricFindValue,
} from '@grafana/data';
import { type StoreClient, type TimeWindow } from '../../shared/storeClient';
import { classify } from '../query/classify';
import { tagOfScope } from '../query/form/readTag';
import { valueTypeFromStore } from '../query/form/valueType';
import { toWindow } from '../query/timeWindow';
import { type ClewQuery } from '../types';
import { cellCondition, conditionOf } from './condition';
import { attributeOfKey } from './filterKey';
import { narrow } from './narrow';
import { TagTypes } from './tagTypes';
import { addCondition, hasCondition, removeCondition } from './toggle';

/** A value of a result, to be filtered for or out. */
interface Cell {
  readonly key: string;
  readonly value: string;
}

/** Filters that are chosen outside a query: of a dashboard, or by a click on a value. */
export class AdHocFilters {
  readonly types: TagTypes;
  readonly #client: StoreClient;

  constructor(client: StoreClient) {
    this.#client = client;
    this.types = new TagTypes(client);
  }

  /** Learns what `narrow` needs to know. */
  load(filters: readonly AdHocVariableFilter[], window?: TimeWindow): Promise<void> {
    return this.types.load(
      filters.filter(({ key, operator }) => key && !operator.endsWith('~')).map(({ key }) => attributeOfKey(key)),
      Date.now(),
      window
    );
  }

  narrow(query: ClewQuery, filters: readonly AdHocVariableFilter[]): ClewQuery {
    const { kind } = classify(query);
    return kind === 'search' || kind === 'metrics'
      ? { ...query, query: narrow(query.query ?? '', this.#conditions(filters)) }
      : query;
  }

  /** What can be filtered by, as TraceQL has it, on spans that pass the other filters. */
  async keys({ filters = [], timeRange }: Partial<DataSourceGetTagKeysOptions> = {}): Promise<MetricFindValue[]> {
    const window = timeRange && toWindow(timeRange);
    const scopes = await this.#client.tagScopes({ window, query: await this.#filterText(filters, window) });
    return scopes.flatMap(({ name, tags }) =>
      tags
        .filter((tag) => name !== 'intrinsic' || isMainSpelling(tag))
        .map((tag) => {
          const text = tagOfScope(name, tag);
          return { text, value: text, group: name };
        })
    );
  }

  async values({ key, filters = [], timeRange }: DataSourceGetTagValuesOptions): Promise<MetricFindValue[]> {
    const attribute = attributeOfKey(key);
    const window = timeRange && toWindow(timeRange);
    const others = filters.filter((filter) => filter.key !== key);
    const query = await this.#filterText(others, window);
    const values = await this.#client.tagValues(attribute, { window, query });
    this.types.learn(
      attribute,
      values.map(({ type }) => valueTypeFromStore(type))
    );
    return values.map(({ value }) => ({ text: value, value }));
  }

  /** As Grafana asks for it: what is there is taken away, the opposite is replaced. */
  toggle(query: ClewQuery, cell: Cell, operator: '=' | '!='): ClewQuery {
    const condition = this.#cellCondition(cell, operator);
    return condition && hasCondition(query.query ?? '', condition)
      ? { ...query, query: removeCondition(query.query ?? '', condition) }
      : this.add(query, cell, operator);
  }

  add(query: ClewQuery, cell: Cell, operator: '=' | '!='): ClewQuery {
    const { kind } = classify(query);
    const condition = this.#cellCondition(cell, operator);
    if (!condition || kind === 'lookup' || kind === 'invalid') {
      return query;
    }
    const opposite = this.#cellCondition(cell, operator === '=' ? '!=' : '=');
    return { ...query, query: addCondition(query.query ?? '', condition, opposite) };
  }

  has({ query = '' }: ClewQuery, cell: Cell): boolean {
    const condition = this.#cellCondition(cell, '=');
    return condition !== undefined && hasCondition(query, condition);
  }

  async #filterText(filters: readonly AdHocVariableFilter[], window?: TimeWindow): Promise<string | undefined> {
    await this.load(filters, window);
    const conditions = this.#conditions(filters);
    return conditions.length > 0 ? narrow('{ }', conditions) : undefined;
  }

  #conditions(filters: readonly AdHocVariableFilter[]): FieldExpression[] {
    const byText = new Map<string, FieldExpression>();
    for (const filter of filters) {
      const condition = conditionOf(filter, (attribute) => this.types.of(attribute));
      if (condition) {
        byText.set(formatExpression(condition), condition);
      }
    }
    return [...byText.values()];
  }

  #cellCondition({ key, value }: Cell, operator: '=' | '!='): FieldExpression | undefined {
    return key ? cellCondition(key, value, operator, (attribute) => this.types.of(attribute)) : undefined;
  }
}

/** `name` and `span:name` are the same thing: it is offered once. */
function isMainSpelling(tag: string): boolean {
  const intrinsic = intrinsicFromSpelling(tag);
  return intrinsic === undefined || INTRINSICS[intrinsic].spellings[0] === tag;
}
