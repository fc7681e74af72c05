import { byUid, isRecord, type Datasource, type Inventory } from '../inventory.ts';
import { usableId } from '../samples/log-ids.ts';
import type { SampledLine } from '../samples/loki.ts';
import { isOnStore } from './exemplars.ts';

const APP_TRACE_URL = '/a/clew-correlation-app/trace/';
const VALUE = '${__value.raw}';

/** One entry of a Loki datasource's `derivedFields`. */
export interface DerivedField {
  readonly name: string;
  readonly matcherType: 'label' | 'regex';
  readonly matcherRegex: string;
  readonly url: string;
  readonly datasourceUid: string | undefined;
  /** `store`: to the store that is looked at. `app`: to the app's page, by URL. `gone`: to a uid that is not there. */
  readonly leadsTo: 'store' | 'app' | 'other' | 'gone' | 'nowhere';
  /** The datasource that it leads to. */
  readonly target: Datasource | undefined;
  /** The entry as it is set. */
  readonly raw: Readonly<Record<string, unknown>>;
}

/** The fields that are set, in their order. */
export function fieldsOf(inventory: Inventory, from: Datasource, store: Datasource): DerivedField[] {
  const all = from.jsonData.derivedFields;
  return (Array.isArray(all) ? all : []).filter(isRecord).map((raw) => {
    const datasourceUid = textOf(raw.datasourceUid);
    const url = textOf(raw.url) ?? '';
    const target = datasourceUid === undefined ? undefined : byUid(inventory, datasourceUid);
    return {
      ...{ datasourceUid, url, target, raw },
      name: textOf(raw.name) ?? '',
      matcherType: raw.matcherType === 'label' ? 'label' : 'regex',
      matcherRegex: textOf(raw.matcherRegex) ?? '',
      leadsTo: leadsTo(datasourceUid, url, target, store),
    };
  });
}

function leadsTo(
  uid: string | undefined,
  url: string,
  target: Datasource | undefined,
  store: Datasource
): DerivedField['leadsTo'] {
  if (uid !== undefined) {
    if (!target) {
      return 'gone';
    }
    // A search of the store, by whatever else lines have, is no link to their trace.
    const isSearch = /^\s*\{(?!__value)/.test(url);
    return (target.uid === store.uid || isOnStore(target, store)) && !isSearch ? 'store' : 'other';
  }
  if (url === '') {
    return 'nowhere';
  }
  return url.includes(APP_TRACE_URL) ? 'app' : 'other';
}

export const isToStore = ({ leadsTo: where }: DerivedField): boolean => where === 'store' || where === 'app';

/** Datasources that take a trace's id. */
const TRACING = /tempo|jaeger|zipkin|clew|trac|x-ray|honeycomb|signoz|quickwit|elastic/i;

/** It makes links of trace ids, and they lead to a datasource without traces. */
export const isAstray = (field: DerivedField, lines: readonly SampledLine[]): boolean =>
  field.target !== undefined &&
  !TRACING.test(field.target.type) &&
  lines.some((line) => traceIn(field, line) !== undefined);

/** Of the link, not of what it is found by: why what it opens is not the trace; undefined where it is. */
export function linkTrouble({ url }: DerivedField): string | undefined {
  if (url === '') {
    return `is empty, so the link asks for nothing: it has to be ${VALUE}; files of provisioning write $$ for $`;
  }
  if (url.includes(`$${VALUE}`)) {
    return `is ${url}, with a dollar sign too many: it stays in front of the id`;
  }
  if (/\$\{__value\.(?:raw|text)(?::\w+)?\}|\$__value\b|\$\{__data\./.test(url)) {
    return undefined;
  }
  return url.includes('{__value')
    ? `is ${url}, which has lost its dollar sign: it has to be ${VALUE}; files of provisioning write $$ for $`
    : `is ${url}, which has no ${VALUE} in it, so each line leads to the same`;
}

export const mendedUrl = ({ url, leadsTo: where }: DerivedField): string => {
  if (url.includes(`$${VALUE}`)) {
    return url.replaceAll(`$${VALUE}`, VALUE);
  }
  if (url.includes('{__value.raw}')) {
    return url.replaceAll('{__value.raw}', VALUE);
  }
  return where === 'app' ? `${APP_TRACE_URL}${VALUE}` : VALUE;
};

/** Why the pattern is none; undefined where it is one. */
export function patternTrouble({ matcherRegex, matcherType }: DerivedField): string | undefined {
  if (matcherRegex === '') {
    return 'is empty';
  }
  try {
    // With an alternative of nothing it matches everywhere, and shows how many groups it has.
    const groups = new RegExp(`${matcherRegex}|`).exec('');
    return matcherType === 'regex' && groups?.length === 1
      ? 'has no group: what stands in parentheses is the value of the link'
      : undefined;
  } catch {
    return 'is no regular expression';
  }
}

/**
 * What Grafana finds in a line by the field (getDerivedFields.ts of its Loki datasource): of labels the value of the first whose name
 * matches, else the first group of the regular expression. Undefined where it shows no link.
 */
export function valueIn(
  { matcherType, matcherRegex }: DerivedField,
  { line, labels }: SampledLine
): string | undefined {
  try {
    const regex = new RegExp(matcherRegex);
    if (matcherType === 'regex') {
      return regex.exec(line)?.[1] || undefined;
    }
    const key = Object.keys(labels).find((name) => regex.test(name));
    return key === undefined ? undefined : labels[key] || undefined;
  } catch {
    return undefined;
  }
}

/** The trace that the field's link opens from a line. */
export function traceIn(field: DerivedField, line: SampledLine): string | undefined {
  const value = valueIn(field, line);
  return value === undefined ? undefined : usableId(value);
}

/** `trace_id (label ^trace_id$) → Clew`. */
export const told = ({ name, matcherType, matcherRegex, target, datasourceUid, url }: DerivedField): string =>
  `${name || '(no name)'} (${matcherType === 'label' ? 'label' : 'line'} ${matcherRegex || 'nothing'}) → ${
    target?.name ?? (datasourceUid === undefined ? url || 'nowhere' : `uid ${datasourceUid}`)
  }`;

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
