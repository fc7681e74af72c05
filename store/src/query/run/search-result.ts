import type { Operand, SearchPlan } from '../plan/plan.ts';
import type { AttributeValues, MatchRow, ResourceRow, SummaryRow } from '../sql/search-sql.ts';

/** What Tempo says in place of a root's service when a trace has none (yet). */
const NO_ROOT = '<root span not yet received>';

/** proto3 JSON of OTLP's AnyValue, as far as search answers need it. */
export type AnyValueJson =
  | { readonly stringValue: string }
  | { readonly intValue: string }
  | { readonly doubleValue: number | string }
  | { readonly boolValue: boolean }
  | { readonly arrayValue: { readonly values: readonly AnyValueJson[] } };

export interface KeyValueJson {
  readonly key: string;
  readonly value: AnyValueJson;
}

/** tempopb.Span in proto3 JSON. */
export interface FoundSpan {
  readonly spanID: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly durationNanos: string;
  readonly attributes?: readonly KeyValueJson[];
}

export interface SpanSet {
  readonly spans: readonly FoundSpan[];
  /** Matching spans in the trace, of which `spans` are the first. */
  readonly matched: number;
}

/**
 * tempopb.TraceSearchMetadata in proto3 JSON. Grafana decodes it strictly: a field more than these is an error there
 * (research of Grafana 12.4, which pins tempopb of May 2025).
 */
export interface FoundTrace {
  readonly traceID: string;
  readonly rootServiceName: string;
  readonly rootTraceName: string;
  readonly startTimeUnixNano: string;
  readonly durationMs: number;
  /** The first of `spanSets`, for older clients. */
  readonly spanSet?: SpanSet;
  readonly spanSets?: readonly SpanSet[];
  readonly serviceStats: Readonly<Record<string, { readonly spanCount: number; readonly errorCount: number }>>;
}

/** Puts the rows of each trace together, in the order of `traceIds`. */
export function assembleTraces(
  plan: SearchPlan,
  traceIds: readonly string[],
  summaries: readonly SummaryRow[],
  matches: readonly MatchRow[],
  resources: readonly ResourceRow[]
): FoundTrace[] {
  const summariesById = byId(summaries);
  const matchesById = byId(matches);
  const resourcesById = new Map(resources.map((resource) => [resource.resourceId, resource]));
  return traceIds.flatMap((id) => {
    const services = summariesById.get(id);
    const spans = matchesById.get(id);
    // A trace can go between two statements, when its day is dropped.
    return services && spans ? [assembleTrace(plan, id, services, spans, resourcesById)] : [];
  });
}

function byId<Row extends { readonly id: string }>(rows: readonly Row[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.id);
    if (group) {
      group.push(row);
    } else {
      groups.set(row.id, [row]);
    }
  }
  return groups;
}

function assembleTrace(
  plan: SearchPlan,
  id: string,
  services: readonly SummaryRow[],
  matches: readonly MatchRow[],
  resources: ReadonlyMap<string, ResourceRow>
): FoundTrace {
  const start = services.map((row) => BigInt(row.start)).reduce((a, b) => (a < b ? a : b));
  const end = services.map((row) => BigInt(row.end)).reduce((a, b) => (a > b ? a : b));
  const withRoot = services.filter(({ roots }) => roots !== '0');
  const root = withRoot.length > 0 ? first(withRoot, 'root') : undefined;
  const spanSet: SpanSet = {
    spans: matches.map((match) => foundSpan(plan, match, resources.get(match.resourceId))),
    matched: Number(matches[0].matched),
  };
  return {
    traceID: id,
    rootServiceName: root?.service ?? NO_ROOT,
    rootTraceName: root ? root.root[2] : first(services, 'earliest').earliest[2],
    startTimeUnixNano: String(start),
    // An unsigned 32-bit number in the protocol: 49 days.
    durationMs: Number(BigInt.asUintN(32, (end - start) / 1_000_000n)),
    spanSet,
    spanSets: [spanSet],
    serviceStats: Object.fromEntries(
      services.map(({ service, spans, errors }) => [service, { spanCount: Number(spans), errorCount: Number(errors) }])
    ),
  };
}

/** The service whose root, or earliest span, starts first; by span id where two start together. */
function first(services: readonly SummaryRow[], field: 'root' | 'earliest'): SummaryRow {
  return services.reduce((best, row) => {
    const [start, spanId] = row[field];
    const [bestStart, bestSpanId] = best[field];
    const isEarlier = start === bestStart ? spanId < bestSpanId : BigInt(start) < BigInt(bestStart);
    return isEarlier ? row : best;
  });
}

function foundSpan(plan: SearchPlan, match: MatchRow, resource: ResourceRow | undefined): FoundSpan {
  const attributes = plan.mentioned.flatMap((operand, index): KeyValueJson[] => {
    const value = anyValue(match[`v${index}`]) ?? anyValue(resource?.[`v${index}`]);
    return value ? [{ key: keyOf(operand), value }] : [];
  });
  return {
    spanID: match.spanId,
    name: match.name,
    startTimeUnixNano: match.start,
    durationNanos: BigInt.asUintN(64, BigInt(match.duration)).toString(),
    ...(attributes.length > 0 ? { attributes } : {}),
  };
}

/** Attributes by name alone, as Tempo has them; intrinsics as they are called without a scope where there is such a name. */
function keyOf(operand: Operand): string {
  return operand.name.replace(/^span:(status|statusMessage|kind)$/, '$1');
}

/** One value as it is, several as an array, none as undefined. */
function anyValue(value: AttributeValues | string | readonly string[] | undefined): AnyValueJson | undefined {
  if (value === undefined) {
    return undefined;
  }
  if (typeof value === 'string') {
    return { stringValue: value };
  }
  const values = isTyped(value)
    ? [
        ...value[0].map((stringValue) => ({ stringValue })),
        ...value[1].map((intValue) => ({ intValue })),
        ...value[2].map((doubleValue) => ({ doubleValue: doubleJson(doubleValue) })),
        ...value[3].map((boolValue) => ({ boolValue })),
      ]
    : value.map((stringValue) => ({ stringValue }));
  return values.length > 1 ? { arrayValue: { values } } : values[0];
}

const isTyped = (value: AttributeValues | readonly string[]): value is AttributeValues => Array.isArray(value[0]);

/** ClickHouse says `nan`, `inf`, `-inf`; proto3 JSON `NaN`, `Infinity`, `-Infinity`. */
function doubleJson(value: number | string): number | string {
  switch (value) {
    case 'nan':
    case '-nan':
      return 'NaN';
    case 'inf':
      return 'Infinity';
    case '-inf':
      return '-Infinity';
    default:
      return value;
  }
}
