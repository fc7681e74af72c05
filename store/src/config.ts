/**
 * Every option of the store, once: the variable's name, its default, its range, and what it does. docs/store.md lists
 * the same table, and a test keeps the two in step.
 */
interface OptionBase {
  readonly env: string;
  readonly doc: string;
}

interface TextOption extends OptionBase {
  readonly kind: 'text';
  readonly fallback: string;
}

interface NumberOption extends OptionBase {
  readonly kind: 'number';
  readonly fallback: number;
  readonly min: number;
  readonly max: number;
  readonly unit?: string;
}

interface FlagOption extends OptionBase {
  readonly kind: 'flag';
  readonly fallback: boolean;
}

type Option = TextOption | NumberOption | FlagOption;

const text = (env: string, fallback: string, doc: string): TextOption => ({ kind: 'text', env, fallback, doc });
const number = (env: string, fallback: number, min: number, max: number, doc: string): NumberOption => ({
  kind: 'number',
  env,
  fallback,
  min,
  max,
  doc,
});
const flag = (env: string, fallback: boolean, doc: string): FlagOption => ({ kind: 'flag', env, fallback, doc });
const port = (env: string, fallback: number, doc: string) => number(env, fallback, 0, 65_535, doc);

const MIB = 1024 ** 2;

export const OPTIONS = {
  dataDir: text('CLEW_DATA_DIR', './data', 'Folder of the journal and the embedded engine.'),
  clickhouseUrl: text(
    'CLEW_CLICKHOUSE_URL',
    '',
    'A ClickHouse server, `http://user:password@host:8123`, instead of the embedded engine.'
  ),
  listenHost: text(
    'CLEW_LISTEN_HOST',
    '127.0.0.1',
    'Address that all listeners bind. `0.0.0.0` opens them to the network: set the tokens too.'
  ),
  otlpGrpcPort: port('CLEW_OTLP_GRPC_PORT', 4317, 'OTLP over gRPC.'),
  otlpHttpPort: port('CLEW_OTLP_HTTP_PORT', 4318, 'OTLP over HTTP, `/v1/traces`.'),
  queryPort: port('CLEW_QUERY_PORT', 3200, "Query API: Tempo's, and `/clew/v1`. The address to give to Grafana."),
  adminPort: port('CLEW_ADMIN_PORT', 3201, '`/ready` and `/metrics`.'),
  ingestToken: text('CLEW_INGEST_TOKEN', '', 'If set, OTLP clients must send `Authorization: Bearer <token>`.'),
  queryToken: text('CLEW_QUERY_TOKEN', '', 'If set, the query API demands `Authorization: Bearer <token>`.'),
  maxRequestBytes: number(
    'CLEW_MAX_REQUEST_BYTES',
    32 * MIB,
    1024,
    1024 * MIB,
    'Largest OTLP request, uncompressed, in bytes.'
  ),
  maxInflightBytes: number(
    'CLEW_MAX_INFLIGHT_BYTES',
    128 * MIB,
    MIB,
    1024 ** 4,
    'OTLP requests under way take at most this many bytes together; then clients are told to retry. Over gRPC a request counts when it is whole.'
  ),
  maxSpanBytes: number(
    'CLEW_MAX_SPAN_BYTES',
    16 * MIB,
    0,
    1024 * MIB,
    'A span of more bytes is refused, and its trace says so. 0 sets no limit.'
  ),
  maxAttributeBytes: number(
    'CLEW_MAX_ATTRIBUTE_BYTES',
    0,
    0,
    1024 * MIB,
    'A text attribute of more bytes is cut, a longer list, map or byte string dropped, and the trace says so. 0 sets no limit.'
  ),
  maxSpansPerSecond: number(
    'CLEW_MAX_SPANS_PER_SECOND',
    0,
    0,
    1e9,
    'Above this rate, averaged over two seconds, clients are told to retry. 0 sets no limit.'
  ),
  maxBytesPerSecond: number(
    'CLEW_MAX_BYTES_PER_SECOND',
    0,
    0,
    1024 ** 4,
    'The same for bytes of OTLP, uncompressed. 0 sets no limit.'
  ),
  multiTenant: flag(
    'CLEW_MULTI_TENANT',
    false,
    '`true`: every request names its tenant in the header `X-Scope-OrgID`, and sees only its own spans.'
  ),
  tenantsFile: text('CLEW_TENANTS_FILE', '', 'JSON file of limits that differ by tenant, see below.'),
  batchBytes: number(
    'CLEW_BATCH_BYTES',
    24 * MIB,
    1024,
    256 * MIB,
    'A batch is inserted when its requests reach this many bytes.'
  ),
  batchSpans: number('CLEW_BATCH_SPANS', 100_000, 1, 1_000_000, 'A batch is inserted when it has this many spans.'),
  batchMs: number(
    'CLEW_BATCH_MS',
    1000,
    10,
    60_000,
    'A batch is inserted at the latest this many milliseconds after its first span: how old a span is when search finds it.'
  ),
  journalBytes: number(
    'CLEW_JOURNAL_BYTES',
    1024 * MIB,
    MIB,
    1024 ** 4,
    'Received spans wait on disk for the engine up to this many bytes; then clients are told to retry.'
  ),
  retentionDays: number(
    'CLEW_RETENTION_DAYS',
    14,
    0,
    36_500,
    'Spans received longer ago than this many days are dropped, a whole day at a time. 0 keeps them.'
  ),
  retentionBytes: number(
    'CLEW_RETENTION_BYTES',
    0,
    0,
    1024 ** 5,
    'When the data takes more bytes than this, the oldest days are dropped. 0 sets no limit.'
  ),
  minFreeBytes: number(
    'CLEW_MIN_FREE_BYTES',
    1024 * MIB,
    0,
    1024 ** 5,
    'When the disk has fewer bytes free than this, the oldest days are dropped. 0 switches the rule off.'
  ),
  keptBytes: number(
    'CLEW_KEPT_BYTES',
    1024 * MIB,
    0,
    1024 ** 5,
    'Pinned traces that outlive their day take at most this many bytes on disk. 0 keeps none.'
  ),
  maxPins: number(
    'CLEW_MAX_PINS',
    100_000,
    0,
    10_000_000,
    'Traces pinned by exemplars, at most; then the oldest pins go. Prometheus holds as many exemplars by default.'
  ),
  prometheusUrl: text(
    'CLEW_PROMETHEUS_URL',
    '',
    'A Prometheus, `http://user:password@host:9090`, whose exemplars pin the traces that they refer to.'
  ),
  prometheusToken: text('CLEW_PROMETHEUS_TOKEN', '', 'If set, it is sent there as `Authorization: Bearer <token>`.'),
  prometheusTenant: text(
    'CLEW_PROMETHEUS_TENANT',
    '',
    'The tenant whose traces its exemplars refer to. Needed with `CLEW_MULTI_TENANT`.'
  ),
  exemplarsEvery: number('CLEW_EXEMPLARS_EVERY', 60, 1, 3600, 'Seconds from one reading of exemplars to the next.'),
  exemplarLabels: text(
    'CLEW_EXEMPLAR_LABELS',
    'trace_id,traceID,traceId,TraceId,traceid,TraceID,trace.id',
    'Labels of exemplars that have a trace id, with commas between them; the first that is there counts.'
  ),
  spanMetrics: flag(
    'CLEW_SPAN_METRICS',
    true,
    'Counts and latencies by span name, and calls between services, at `/metrics/spans` of the admin port. `off`: none.'
  ),
  spanMetricsMaxSeries: number(
    'CLEW_SPAN_METRICS_MAX_SERIES',
    5000,
    1,
    100_000,
    'Label sets of span metrics, and of calls between services; what is above goes into one series.'
  ),
  remoteWriteUrl: text(
    'CLEW_REMOTE_WRITE_URL',
    '',
    "Where span metrics are sent by Prometheus remote write, `http://user:password@host:9090/api/v1/write` for Prometheus' own receiver."
  ),
  remoteWriteToken: text('CLEW_REMOTE_WRITE_TOKEN', '', 'Sent there as `Authorization: Bearer <token>`.'),
  remoteWriteHeaders: text(
    'CLEW_REMOTE_WRITE_HEADERS',
    '',
    'More headers for it, `X-Scope-OrgID=team-a,name=value`, values percent-encoded.'
  ),
  remoteWriteSeconds: number('CLEW_REMOTE_WRITE_SECONDS', 15, 1, 3600, 'How often they are sent, in seconds.'),
  readers: number('CLEW_READERS', 4, 1, 64, 'Queries of the embedded engine that run side by side.'),
} as const satisfies Record<string, Option>;

export type Config = {
  readonly [Name in keyof typeof OPTIONS]: (typeof OPTIONS)[Name]['kind'] extends 'number'
    ? number
    : (typeof OPTIONS)[Name]['kind'] extends 'flag'
      ? boolean
      : string;
};

/** Thrown at start, with every wrong value in one message. */
export class ConfigError extends Error {
  constructor(problems: readonly string[]) {
    super(`The store's settings need attention:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

const FLAG_WORDS: Readonly<Record<string, boolean>> = { true: true, false: false, on: true, off: false };

/** Values from the environment, and warnings about variables that look like options and are none. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): { config: Config; warnings: string[] } {
  const problems: string[] = [];
  const warnings: string[] = [];
  const known = new Set<string>(Object.values(OPTIONS).map((option) => option.env));
  for (const name of Object.keys(env)) {
    if (name.startsWith('CLEW_') && !known.has(name)) {
      warnings.push(`${name} is not an option of the store. Did you mean ${closest(name, [...known])}?`);
    }
  }
  const entries = Object.entries<Option>(OPTIONS).map(([name, option]) => {
    const given = env[option.env];
    if (given === undefined || given === '') {
      return [name, option.fallback];
    }
    if (option.kind === 'text') {
      return [name, given];
    }
    if (option.kind === 'flag') {
      if (!Object.hasOwn(FLAG_WORDS, given)) {
        problems.push(`${option.env}=${given}: give true or false, or on or off`);
      }
      return [name, FLAG_WORDS[given] ?? false];
    }
    const value = Number(given);
    if (!Number.isInteger(value) || value < option.min || value > option.max) {
      problems.push(`${option.env}=${given}: give a whole number from ${option.min} to ${option.max}`);
    }
    return [name, value];
  });
  const config = Object.fromEntries(entries) as Config;
  problems.push(...prometheusProblems(config));
  if (problems.length > 0) {
    throw new ConfigError(problems);
  }
  return { config, warnings };
}

function prometheusProblems({ prometheusUrl, prometheusTenant, multiTenant }: Config): string[] {
  if (prometheusUrl === '') {
    return [];
  }
  if (!/^https?:$/.test(URL.parse(prometheusUrl)?.protocol ?? '')) {
    // The text itself may have a password in it.
    return ['CLEW_PROMETHEUS_URL: give a URL like http://prometheus:9090'];
  }
  return multiTenant && prometheusTenant === ''
    ? ['CLEW_PROMETHEUS_TENANT: name the tenant whose traces the exemplars refer to, because CLEW_MULTI_TENANT is on']
    : [];
}

/** The candidate with the longest common beginning: enough to catch a typo at the end of a name. */
function closest(name: string, candidates: readonly string[]): string {
  const common = (candidate: string) => [...candidate].findIndex((letter, index) => letter !== name[index]);
  const score = (candidate: string) => (common(candidate) < 0 ? candidate.length : common(candidate));
  return candidates.reduce((best, candidate) => (score(candidate) > score(best) ? candidate : best));
}
