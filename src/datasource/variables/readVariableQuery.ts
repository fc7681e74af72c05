import { isObject, asString } from '../../shared/narrowing';
import { VARIABLE_KINDS, type ClewVariableQuery } from '../types';

/**
 * A stored variable query as ours. Also takes text, for provisioned dashboards: `services`, `operations`,
 * `operations(checkout)`, `tag_names`, `tag_values(span.http.route)`.
 */
export function readVariableQuery(query: unknown): ClewVariableQuery {
  if (typeof query === 'string') {
    return fromText(query);
  }
  const stored = isObject(query) ? query : {};
  const kind = VARIABLE_KINDS.find((known) => known === stored.kind) ?? 'services';
  return { refId: asString(stored.refId) ?? 'A', kind, service: asString(stored.service), tag: asString(stored.tag) };
}

function fromText(text: string): ClewVariableQuery {
  const [, name = '', argument] = /^\s*(\w+)\s*(?:\(\s*(.*?)\s*\))?\s*$/.exec(text) ?? [];
  switch (name) {
    case 'operations':
      return { refId: 'A', kind: 'operations', service: argument || undefined };
    case 'tag_names':
      return { refId: 'A', kind: 'tagNames' };
    case 'tag_values':
      return { refId: 'A', kind: 'tagValues', tag: argument };
    case 'services':
    case '':
      return { refId: 'A', kind: 'services' };
    default:
      throw new Error(
        `"${text}" is no variable query: write services, operations(service), tag_names or tag_values(tag).`
      );
  }
}
