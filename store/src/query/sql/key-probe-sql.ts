import type { SqlQuery } from '../../engine/engine.ts';
import { ATTRIBUTE_MAPS, RESOURCES, SPANS, type AttributeMapSuffix } from '../../schema/tables.ts';
import { ALWAYS, type AttributeScope } from '../plan/plan.ts';
import { PLACES } from './attribute-sql.ts';
import { ConditionSql, type SpanScope } from './condition-sql.ts';
import { SqlParameters } from './sql-text.ts';

const SUFFIXES = Object.keys(ATTRIBUTE_MAPS) as AttributeMapSuffix[];

/** An attribute to look for, by its place in the list of them. */
export interface ProbedAttribute {
  readonly name: string;
  readonly scopes: readonly AttributeScope[];
}

/** `attribute` is an index into the list of probed attributes. */
export interface ProbeRow {
  readonly attribute: number;
  readonly scope: AttributeScope;
  readonly suffix: AttributeMapSuffix;
}

/**
 * A row for each map that has an attribute somewhere among the spans. Each part ends at the first hit, and where there is
 * none, a key that is in no dictionary is not looked for row by row: milliseconds either way.
 */
export function keyProbeSql(attributes: readonly ProbedAttribute[], scope: SpanScope): SqlQuery {
  const params = new SqlParameters();
  const spans = new ConditionSql(params, scope).where(ALWAYS);
  const resources = `tenant = ${params.value('String', scope.tenant)}`;
  const probes = attributes.flatMap(({ name, scopes }, index) =>
    scopes.flatMap((place) => {
      const { columns, keyPrefix, isResourceSide } = PLACES[place];
      const key = params.value('String', keyPrefix + name);
      const [table, where] = isResourceSide ? [RESOURCES.name, resources] : [SPANS.name, spans];
      return SUFFIXES.map(
        (suffix) =>
          `SELECT ${index} AS attribute, '${place}' AS scope, '${suffix}' AS suffix FROM ${table} WHERE ${where} AND mapContains(${columns}_${suffix}, ${key}) LIMIT 1`
      );
    })
  );
  return params.query(probes.join('\nUNION ALL\n'));
}
