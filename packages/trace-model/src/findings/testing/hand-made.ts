import { buildTree, type TreeOptions } from '../../tree/build-tree.ts';
import { runNow } from '../../tree/steps.ts';
import { emptyColumns } from '../../wire-frame/columns.ts';
import { findings } from '../find.ts';
import type { Finding, FindingAttribute, FindingsInput, OperationHistory } from '../finding.ts';

const KINDS = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const;

/** A span by hand: times in milliseconds. */
export interface Made {
  readonly service: string;
  readonly name: string;
  readonly kind: keyof typeof KINDS;
  readonly start: number;
  readonly end: number;
  readonly error?: string | true;
  readonly attributes?: Partial<Record<FindingAttribute, string>>;
  /** A resource of its own, beside the service's. */
  readonly instance?: string;
  /** Its parent is a span that is not there. */
  readonly lost?: true;
  readonly children?: readonly Made[];
}

export type MadeMore = Partial<Omit<Made, 'service' | 'name' | 'kind' | 'start' | 'end'>>;

/** `made('shop', 'server', 'GET /', [0, 100], { … }, child, child)`. */
export function made(
  service: string,
  kind: Made['kind'],
  name: string,
  [start, end]: readonly [number, number],
  more: MadeMore = {},
  ...children: readonly Made[]
): Made {
  return { service, kind, name, start, end, ...more, children };
}

export const query = (service: string, text: string, time: readonly [number, number], more: MadeMore = {}): Made =>
  made(service, 'client', text.split(' ').slice(0, 2).join(' '), time, {
    ...more,
    attributes: { 'db.system.name': 'postgresql', 'db.query.text': text, 'server.address': 'db', ...more.attributes },
  });

class Dictionary {
  readonly texts: string[] = [];

  get length(): number {
    return this.texts.length;
  }

  get(index: number): string {
    return this.texts[index];
  }

  add(text: string): number {
    const known = this.texts.indexOf(text);
    return known === -1 ? this.texts.push(text) - 1 : known;
  }
}

export interface Case {
  readonly spans: readonly Made[];
  readonly input: FindingsInput;
  readonly found: readonly Finding[];
  /** The spans of a finding as made; undefined for a missing one. */
  spansOf(finding: Finding): Array<Made | undefined>;
}

/** Rows are the spans in the order in which they stand, or as `order` puts them. */
export function look(
  roots: Made | readonly Made[],
  more: Partial<FindingsInput> & TreeOptions = {},
  order: (spans: Made[]) => Made[] = (spans) => spans
): Case {
  const parents = new Map<Made, Made>();
  const all: Made[] = [];
  const add = (span: Made): void => {
    all.push(span);
    span.children?.forEach((child) => {
      parents.set(child, span);
      add(child);
    });
  };
  [roots].flat().forEach(add);
  const ids = new Map(all.map((span, at) => [span, at + 1]));
  const spans = order([...all]);
  const messages = spans.flatMap((span, row) => (typeof span.error === 'string' ? [row] : []));
  const columns = emptyColumns(spans.length, messages.length);
  const [names, services, resources, texts] = [new Dictionary(), new Dictionary(), new Dictionary(), new Dictionary()];
  const idView = new DataView(columns.spanIds.buffer);
  const parentView = new DataView(columns.parentSpanIds.buffer);
  const first = Math.min(...spans.map(({ start }) => start));
  spans.forEach((span, row) => {
    const parent = parents.get(span);
    idView.setBigUint64(row * 8, BigInt(ids.get(span) ?? 0));
    parentView.setBigUint64(row * 8, span.lost ? 0xffffn : BigInt((parent && ids.get(parent)) ?? 0));
    columns.startOffsets[row] = BigInt(Math.round((span.start - first) * 1e6));
    columns.durations[row] = BigInt(Math.round((span.end - span.start) * 1e6));
    columns.kinds[row] = KINDS[span.kind];
    columns.statuses[row] = span.error === undefined ? 0 : 2;
    columns.names[row] = names.add(span.name);
    columns.services[row] = services.add(span.service);
    columns.resources[row] = resources.add(span.instance ?? span.service);
  });
  messages.forEach((row, at) => {
    columns.messageRows[at] = row;
    columns.messages[at] = texts.add(String(spans[row].error));
  });
  const input: FindingsInput = {
    tree: runNow(buildTree(columns, more)),
    columns,
    names,
    services,
    messages: texts,
    attribute: (row, key) => spans[row].attributes?.[key],
    ...more,
  };
  const found = runNow(findings(input));
  return { spans, input, found, spansOf: (finding) => finding.spans.map((node) => spans[node]) };
}

/** A history in milliseconds. */
export function history(p50: number, p99: number, more: Partial<OperationHistory> = {}): OperationHistory {
  return {
    count: 1000,
    p50Ns: p50 * 1e6,
    p95Ns: ((p50 + p99) / 2) * 1e6,
    p99Ns: p99 * 1e6,
    errorRate: 0,
    darkShareP95: 0.2,
    childCountP95: 4,
    ...more,
  };
}
