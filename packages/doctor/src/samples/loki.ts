import { proxied, type GrafanaResponse } from '../grafana.ts';
import { isRecord, type Datasource, type Inventory } from '../inventory.ts';
import { goString } from '../logql/index.ts';
import type { DoctorContext } from '../types.ts';

export const LOKI_TYPE = 'loki';
/** Lines of a sample. */
export const SAMPLED = 100;
/** Labels that name services, the usual first. */
export const SERVICE_LABELS = [
  'service_name',
  'service',
  'app',
  'app_kubernetes_io_name',
  'job',
  'container',
  'container_name',
  'compose_service',
];
/** Names of labels that are looked at. A Loki with more has a trouble of its own. */
const MAX_NAMES = 1000;
/** Half of a sample is older than that: traces of the newest lines may not have come yet. */
const OLDER_MS = 20_000;
const MAX_LINE_CHARS = 16_384;
/** What names a trace in a text, broadly. */
const NAMES_TRACE = '(?i)trace[_.-]?id|traceparent|[0-9a-f]{32}';

export const isLoki = ({ type }: Pick<Datasource, 'type'>): boolean => type === LOKI_TYPE;
export const lokiOf = ({ datasources }: Inventory): Datasource[] => datasources.filter(isLoki);

export interface Range {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface LokiLabels {
  /** Of the index, in the range; undefined where Loki did not tell. */
  readonly names: readonly string[] | undefined;
  readonly response: GrafanaResponse;
}

/** Rejects with CallFailed. */
export function readLokiLabels(context: DoctorContext, loki: Datasource): Promise<LokiLabels> {
  return context.once(`loki-labels ${loki.uid}`, async () => {
    const response = await context.call(proxied(loki.uid, 'loki/api/v1/labels', timesOf(context.range)));
    const { status, data } = response;
    // Loki leaves `data` out where there is none.
    const all = status === 200 && isRecord(data) && data.status === 'success' ? (data.data ?? []) : undefined;
    const names = Array.isArray(all)
      ? all.filter((name): name is string => typeof name === 'string' && !name.startsWith('__')).slice(0, MAX_NAMES)
      : undefined;
    return { names, response };
  });
}

export interface SampledLine {
  /** Unix milliseconds. */
  readonly atMs: number;
  /** No more than its first 16 thousand characters. */
  readonly line: string;
  /** Labels of the index and structured metadata, which Loki's API does not tell apart. */
  readonly labels: Readonly<Record<string, string>>;
}

export interface LogSample {
  /** The newest, and some that are older; where none of them names a trace, also some that may. */
  readonly lines: readonly SampledLine[];
  readonly indexed: readonly string[];
  /** Names of structured metadata that lines have, except what Loki adds by itself. */
  readonly metadata: readonly string[];
  /** Loki adds metadata by itself only where it may keep any. */
  readonly hasMetadata: boolean;
  /** The answer that is none; undefined where there was one. */
  readonly problem: GrafanaResponse | undefined;
}

/** Lines of whatever service. `namesTrace` says whether a line does. Rejects with CallFailed. */
export function readLogSample(
  context: DoctorContext,
  loki: Datasource,
  namesTrace: (line: SampledLine) => boolean
): Promise<LogSample> {
  return context.once(`loki-sample ${loki.uid}`, async () => {
    const { names, response } = await readLokiLabels(context, loki);
    if (names === undefined) {
      return { ...NOTHING, problem: response };
    }
    const label = SERVICE_LABELS.find((name) => names.includes(name)) ?? names[0];
    if (label === undefined) {
      return NOTHING;
    }
    const streams = `{${label}=~".+"}`;
    const { fromMs, toMs } = context.range;
    const middle = Math.max(fromMs, toMs - OLDER_MS);
    const [newest, older] = await Promise.all([
      queryLoki(context, loki, streams, { fromMs: middle, toMs }, SAMPLED / 2),
      queryLoki(context, loki, streams, { fromMs, toMs: middle }, SAMPLED / 2),
    ]);
    const problem = newest.problem ?? older.problem;
    if (problem) {
      return { ...NOTHING, indexed: names, problem };
    }
    const first = [...newest.lines, ...older.lines];
    const known = new Set(first.map(keyOf));
    const more = first.some(namesTrace)
      ? []
      : (await thoseThatMay(context, loki, streams)).filter((line) => !known.has(keyOf(line)));
    const lines = [...first.slice(0, SAMPLED - more.length), ...more];
    const keys = new Set(lines.flatMap(({ labels }) => Object.keys(labels)));
    const beyond = [...keys].filter((key) => !names.includes(key));
    return {
      ...{ lines, indexed: names, problem: undefined },
      metadata: beyond.filter((key) => key !== ADDED),
      hasMetadata: beyond.length > 0,
    };
  });
}

/** Found out by Loki from the line, and kept as structured metadata. */
const ADDED = 'detected_level';
const NOTHING: LogSample = { lines: [], indexed: [], metadata: [], hasMetadata: false, problem: undefined };

const keyOf = ({ atMs, line }: SampledLine): string => `${atMs} ${line}`;

/** These queries may read much for nothing: what does not come in time is none. */
async function thoseThatMay(context: DoctorContext, loki: Datasource, streams: string): Promise<SampledLine[]> {
  const queries = [`${streams} | trace_id!=""`, `${streams} |~ ${goString(NAMES_TRACE)}`];
  const found = await Promise.all(
    queries.map((query) =>
      queryLoki(context, loki, query, context.range, SAMPLED / 4).then(
        ({ lines }) => lines,
        (): SampledLine[] => []
      )
    )
  );
  return found.flat();
}

export interface LokiAnswer {
  /** Newest first. */
  readonly lines: readonly SampledLine[];
  readonly problem: GrafanaResponse | undefined;
}

/** A query for lines. Rejects with CallFailed. */
export async function queryLoki(
  context: DoctorContext,
  loki: Datasource,
  query: string,
  range: Range,
  limit: number
): Promise<LokiAnswer> {
  const params = { query, ...timesOf(range), limit, direction: 'backward' };
  const response = await context.call(proxied(loki.uid, 'loki/api/v1/query_range', params));
  const { status, data } = response;
  const inner = status === 200 && isRecord(data) && isRecord(data.data) ? data.data : undefined;
  if (!Array.isArray(inner?.result) || inner.resultType !== 'streams') {
    return { lines: [], problem: response };
  }
  const lines = inner.result.filter(isRecord).flatMap(({ stream, values }) => {
    const labels = textsIn(stream);
    return (Array.isArray(values) ? values : []).flatMap((value): SampledLine[] => {
      const [ns, line] = Array.isArray(value) ? value : [];
      return typeof ns === 'string' && typeof line === 'string'
        ? [{ atMs: Number(ns.slice(0, -6)), line: line.slice(0, MAX_LINE_CHARS), labels }]
        : [];
    });
  });
  return { lines: lines.sort((a, b) => b.atMs - a.atMs), problem: undefined };
}

export type MetadataSetting = 'on' | 'off' | 'too-old' | 'unknown';

/**
 * Whether Loki may keep structured metadata, as it says itself: it came with 2.9, and `limits_config.allow_structured_metadata` is on since
 * 3.0. Gateways often hide `/config`. Rejects with CallFailed.
 */
export function readMetadataSetting(context: DoctorContext, loki: Datasource): Promise<MetadataSetting> {
  return context.once(`loki-metadata ${loki.uid}`, async () => {
    const [build, config] = await Promise.all([
      context.call(proxied(loki.uid, 'loki/api/v1/status/buildinfo')),
      context.call(proxied(loki.uid, 'config')),
    ]);
    const version = isRecord(build.data) && typeof build.data.version === 'string' ? build.data.version : '';
    const [, major, minor] = /^v?(\d+)\.(\d+)\./.exec(version) ?? [];
    if (major !== undefined && Number(major) * 1000 + Number(minor) < 2009) {
      return 'too-old';
    }
    const text = config.status === 200 && typeof config.data === 'string' ? config.data : '';
    if (!/^limits_config:/m.test(text)) {
      return 'unknown';
    }
    // What is false is left out of it.
    return /^\s+allow_structured_metadata:\s*true\s*$/m.test(text) ? 'on' : 'off';
  });
}

/** Loki takes nanoseconds. */
const timesOf = ({ fromMs, toMs }: Range) => ({
  start: `${Math.floor(fromMs)}000000`,
  end: `${Math.ceil(toMs)}000000`,
});

const textsIn = (value: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(isRecord(value) ? value : {}).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string'
    )
  );
