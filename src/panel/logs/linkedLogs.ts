import { asString, isObject } from '../../shared/narrowing';
import { chosenTags, settingsOf, shiftMs } from '../linked/linkSettings';
import { throwIfAborted } from '../trace/abort';
import { type TraceSource, type TraceTable } from '../trace/traceTable';
import { type LogDialect } from './query/dialect';
import { LOGSQL } from './query/logsql';
import { LOKI } from './query/loki';
import { LUCENE } from './query/lucene';
import { type TagValues } from './query/question';

const DIALECTS: readonly LogDialect[] = [LOKI, LUCENE, LOGSQL];
const SERVICE = 'service.name';
/** What Grafana's own trace view looks for where the settings name no attribute. */
const USUAL_KEYS = ['cluster', 'hostname', 'namespace', 'pod', SERVICE, 'service.namespace'];

export interface TagLabel {
  /** The span's attribute. */
  readonly key: string;
  /** The label that lines have it in. */
  readonly label: string;
}

/** What the settings of a trace's datasource say of its logs. */
export interface LogsLink {
  /** Of the logs datasource. */
  readonly uid: string;
  readonly name: string;
  /** The name of the trace's datasource. */
  readonly linkedBy: string;
  readonly dialect: LogDialect;
  readonly tags: readonly TagLabel[];
  readonly areTagsChosen: boolean;
  readonly customQuery: string | undefined;
  /** Milliseconds, to be added to the start of the trace and to its end. */
  readonly startShiftMs: number;
  readonly endShiftMs: number;
}

/** Why there is no link. Names are of datasources. */
export type NoLink =
  /** The trace comes from no datasource: a file. */
  | { readonly kind: 'no-datasource' }
  | { readonly kind: 'not-set'; readonly name: string; readonly uid: string }
  /** The linked datasource is none, or is hidden from this user. */
  | { readonly kind: 'missing'; readonly name: string; readonly uid: string; readonly logsUid: string }
  | { readonly kind: 'unsupported'; readonly name: string; readonly uid: string; readonly logs: string };

/** Reads `tracesToLogsV2` of a datasource, which Grafana's trace view reads too, whatever the datasource's type. */
export function linkedLogs(datasourceUid: string | undefined): LogsLink | NoLink {
  const settings = settingsOf(datasourceUid);
  if (!settings) {
    return { kind: 'no-datasource' };
  }
  const { name, uid } = settings;
  const jsonData: unknown = settings.jsonData;
  const options: unknown = isObject(jsonData) ? jsonData.tracesToLogsV2 : undefined;
  const logsUid = isObject(options) ? asString(options.datasourceUid) : undefined;
  if (!isObject(options) || !logsUid) {
    return { kind: 'not-set', name, uid };
  }
  const logs = settingsOf(logsUid);
  if (!logs) {
    return { kind: 'missing', name, uid, logsUid };
  }
  const dialect = DIALECTS.find(({ types }) => types.includes(logs.type));
  if (!dialect) {
    return { kind: 'unsupported', name, uid, logs: logs.name };
  }
  const chosen = chosenTags(options.tags).map(({ key, label = key }): TagLabel => ({ key, label }));
  const query = asString(options.query)?.trim();
  return {
    uid: logs.uid,
    name: logs.name,
    linkedBy: name,
    dialect,
    tags: chosen.length > 0 ? chosen : USUAL_KEYS.map((key) => ({ key, label: key.replace('.', '_') })),
    areTagsChosen: chosen.length > 0,
    customQuery: options.customQuery === true && query ? query : undefined,
    startShiftMs: shiftMs(options.spanStartTimeShift) ?? 0,
    endShiftMs: shiftMs(options.spanEndTimeShift) ?? 0,
  };
}

export const isLink = (link: LogsLink | NoLink): link is LogsLink => 'dialect' in link;

/** The label that lines have their service in. */
export const serviceLabelOf = ({ tags }: LogsLink): string | undefined =>
  tags.find(({ key }) => key === SERVICE)?.label;

/**
 * The values that the spans of a trace have in each of the link's attributes. Services are in the table; the source is asked for
 * others, and those that it does not have, or cannot say, have no values.
 */
export function tagValuesOf(
  link: LogsLink,
  table: TraceTable,
  source: TraceSource | undefined,
  signal: AbortSignal
): Promise<TagValues[]> {
  return Promise.all(
    link.tags.map(async ({ key, label }): Promise<TagValues> => {
      const known = key === SERVICE ? servicesOf(table) : await columnValues(key, source, signal);
      return { key, label, ...known };
    })
  );
}

type Values = Pick<TagValues, 'values' | 'isOnAll'>;

function servicesOf({ columns, services, tree }: TraceTable): Values {
  const used = new Uint8Array(services.length);
  for (let row = 0; row < tree.rows; row++) {
    used[columns.services[row]] = 1;
  }
  const names = Array.from({ length: services.length }, (_, index) => (used[index] ? services.get(index) : undefined));
  const present = names.filter((name) => name !== undefined);
  const values = present.filter((name) => name !== '');
  return { values: [...new Set(values)].sort(), isOnAll: values.length === present.length };
}

async function columnValues(key: string, source: TraceSource | undefined, signal: AbortSignal): Promise<Values> {
  for (const scoped of source ? [`resource.${key}`, `span.${key}`] : []) {
    const column = await source?.column(scoped, signal).catch(() => undefined);
    throwIfAborted(signal);
    if (column && column.texts.length > 0) {
      const values = column.texts.filter((text) => text !== '');
      return { values: [...new Set(values)].sort(), isOnAll: column.values.every((value) => value > 0) };
    }
  }
  return { values: [], isOnAll: false };
}
