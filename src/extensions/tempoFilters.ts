import { intrinsicFromSpelling, quoteString } from '@clew/traceql';
import { asArray, asString, isObject } from '../shared/narrowing';

const SCOPES = new Set(['event', 'instrumentation', 'link', 'resource', 'span']);

/** The search form of Grafana's Tempo datasource keeps what was chosen, not the TraceQL that it makes of it. */
export function tempoFilters(filters: unknown): string {
  const all = asArray(filters).filter(isObject);
  const ofTraces = all.some(({ id, value }) => id === 'duration-type' && value === 'trace');
  const conditions = all.flatMap((filter) => condition(filter, ofTraces) ?? []);
  return conditions.length > 0 ? `{ ${conditions.join(' && ')} }` : '{ }';
}

function condition(filter: Record<string, unknown>, ofTraces: boolean): string | undefined {
  const tag = asString(filter.tag);
  const operator = asString(filter.operator);
  const values = (Array.isArray(filter.value) ? filter.value : [filter.value]).flatMap(
    (value) => asString(value) || []
  );
  if (filter.id === 'duration-type' || !tag || !operator || values.length === 0) {
    return undefined;
  }
  const left = attribute(tag, asString(filter.scope), ofTraces);
  if (operator.endsWith('~')) {
    const isChosen = Array.isArray(filter.value) && filter.isCustomValue !== true;
    return `${left} ${operator} ${quoteString((isChosen ? values.map(escapeRegex) : values).join('|'))}`;
  }
  // Keywords, numbers and durations stand as they are.
  const written = filter.valueType === 'string' ? values.map(quoteString) : values;
  const parts = written.map((value) => `${left} ${operator} ${value}`);
  return parts.length > 1 ? `(${parts.join(operator === '!=' ? ' && ' : ' || ')})` : parts[0];
}

function attribute(tag: string, scope: string | undefined, ofTraces: boolean): string {
  if (tag === 'duration' && ofTraces) {
    return 'traceDuration';
  }
  if (intrinsicFromSpelling(tag) !== undefined) {
    return tag;
  }
  return `${scope && SCOPES.has(scope) ? scope : ''}.${tag}`;
}

const escapeRegex = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
