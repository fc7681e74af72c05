import { isRecord, type Datasource } from '../inventory.ts';

/** Attributes that Grafana looks for where the settings name none; dots become underscores in Loki. */
const USUAL_KEYS = ['cluster', 'hostname', 'namespace', 'pod', 'service.name', 'service.namespace'];

export interface TagLabel {
  /** The span's attribute. */
  readonly key: string;
  /** The label that lines have it in. */
  readonly label: string;
}

/** What a tracing datasource's settings say of logs, as Grafana's trace view and Clew's panel read it. */
export interface LogsLink {
  /** `v2`: `tracesToLogsV2`. `v1`: `tracesToLogs`, which Grafana still reads, and Clew's panel does not. */
  readonly version: 'v2' | 'v1';
  readonly datasourceUid: string | undefined;
  readonly tags: readonly TagLabel[];
  readonly areTagsChosen: boolean;
  readonly filterByTraceID: boolean;
  readonly filterBySpanID: boolean;
  /** Undefined where it is switched off. */
  readonly customQuery: string | undefined;
  /** Milliseconds, to be added to the start of a span and to its end; undefined for what is no such time. */
  readonly startShiftMs: number | undefined;
  readonly endShiftMs: number | undefined;
  readonly raw: Readonly<Record<string, unknown>>;
}

/** Undefined where there are no such settings. */
export function logsLinkOf({ jsonData }: Pick<Datasource, 'jsonData'>): LogsLink | undefined {
  const { tracesToLogsV2: v2, tracesToLogs: v1 } = jsonData;
  if (isRecord(v2) && Object.keys(v2).length > 0) {
    return linkIn(v2, 'v2', mapped(v2.tags));
  }
  if (!isRecord(v1) || Object.keys(v1).length === 0) {
    return undefined;
  }
  const keys = Array.isArray(v1.tags) ? v1.tags.filter((key): key is string => typeof key === 'string') : [];
  const tags = v1.mapTagNamesEnabled === true ? mapped(v1.mappedTags) : keys.map((key) => ({ key, label: key }));
  return linkIn(v1, 'v1', tags);
}

function linkIn(raw: Readonly<Record<string, unknown>>, version: 'v1' | 'v2', chosen: readonly TagLabel[]): LogsLink {
  const query = textOf(raw.query)?.trim();
  return {
    ...{ version, raw },
    datasourceUid: textOf(raw.datasourceUid),
    tags: chosen.length > 0 ? chosen : USUAL_KEYS.map((key) => ({ key, label: key.replace('.', '_') })),
    areTagsChosen: chosen.length > 0,
    filterByTraceID: raw.filterByTraceID === true,
    filterBySpanID: raw.filterBySpanID === true,
    customQuery: raw.customQuery === true && query ? query : undefined,
    startShiftMs: shiftMs(raw.spanStartTimeShift),
    endShiftMs: shiftMs(raw.spanEndTimeShift),
  };
}

const mapped = (tags: unknown): TagLabel[] =>
  (Array.isArray(tags) ? tags : []).filter(isRecord).flatMap(({ key, value }) => {
    const name = textOf(key)?.trim();
    return name ? [{ key: name, label: textOf(value)?.trim() || name }] : [];
  });

/** The settings of version 1 as version 2 writes them. */
export const asV2 = ({ raw, tags, areTagsChosen, filterByTraceID, filterBySpanID, version }: LogsLink) =>
  version === 'v2'
    ? raw
    : {
        ...{ datasourceUid: raw.datasourceUid, filterByTraceID, filterBySpanID, customQuery: false },
        ...(raw.spanStartTimeShift !== undefined && { spanStartTimeShift: raw.spanStartTimeShift }),
        ...(raw.spanEndTimeShift !== undefined && { spanEndTimeShift: raw.spanEndTimeShift }),
        tags: areTagsChosen ? tags.map(({ key, label }) => ({ key, value: label })) : [],
      };

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Milliseconds of `-5m`, `30s`; 0 for nothing, undefined for what is none. */
function shiftMs(value: unknown): number | undefined {
  if (value === undefined || value === null || value === '') {
    return 0;
  }
  const [, sign, number, unit] = /^\s*([+-]?)(\d+(?:\.\d+)?)(ms|s|m|h|d|w)\s*$/.exec(textOf(value) ?? '') ?? [];
  return unit === undefined ? (value === '0' ? 0 : undefined) : Number(number) * UNITS[unit] * (sign === '-' ? -1 : 1);
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
