import { isObject, asString } from '../../shared/narrowing';
import { VARIABLE_KINDS, type ClewVariableQuery } from '../types';

/**
 * A stored variable query as ours. Also takes text, for provisioned dashboards: `services`, `operations`,
 * `operations(checkout)`, `tag_names`, `tag_values(span.http.route)`, `tag_values(span.http.route, { status = error })`,
 * and TraceQL as it is, `{ status = error } | distinct(span.http.route)`.
 */
export function readVariableQuery(query: unknown): ClewVariableQuery {
  if (typeof query === 'string') {
    return fromText(query);
  }
  const stored = isObject(query) ? query : {};
  const kind = VARIABLE_KINDS.find((known) => known === stored.kind) ?? 'services';
  return {
    refId: asString(stored.refId) ?? 'A',
    kind,
    service: asString(stored.service),
    tag: asString(stored.tag),
    query: asString(stored.query),
  };
}

function fromText(text: string): ClewVariableQuery {
  if (/^\s*[({]/.test(text)) {
    return { refId: 'A', kind: 'traceql', query: text.trim() };
  }
  const [, name = '', argument] = /^\s*(\w+)\s*(?:\(\s*([\s\S]*?)\s*\))?\s*$/.exec(text) ?? [];
  switch (name) {
    case 'operations':
      return { refId: 'A', kind: 'operations', service: argument || undefined };
    case 'tag_names':
      return { refId: 'A', kind: 'tagNames' };
    case 'tag_values': {
      const [, tag = argument, query] = /^([\s\S]*?)\s*,\s*([({][\s\S]*)$/.exec(argument ?? '') ?? [];
      return { refId: 'A', kind: 'tagValues', tag, query };
    }
    case 'services':
    case '':
      return { refId: 'A', kind: 'services' };
    default:
      throw new Error(
        `"${text}" is no variable query: write services, operations(service), tag_names, tag_values(tag), tag_values(tag, { … }) or { … } | distinct(tag).`
      );
  }
}
