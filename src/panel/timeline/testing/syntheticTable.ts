import { buildTree, emptyColumns, runNow, type FrameColumns } from '@clew/trace-model';
import { type Texts, type TraceTable } from '../../trace/traceTable';

/** One span, as tests write them down. Microseconds, from the trace's start. */
export interface SpanLine {
  readonly id: number;
  readonly parent?: number;
  readonly service: string;
  readonly name: string;
  readonly start: number;
  readonly duration: number;
  readonly error?: boolean;
  readonly events?: number;
  readonly links?: number;
  /** OTLP's number; 2 is a server. */
  readonly kind?: number;
}

class TextList implements Texts {
  readonly texts: string[] = [];
  #indexes = new Map<string, number>();

  get length(): number {
    return this.texts.length;
  }

  get(index: number): string {
    return this.texts[index];
  }

  add(text: string): number {
    let index = this.#indexes.get(text);
    if (index === undefined) {
      index = this.texts.push(text) - 1;
      this.#indexes.set(text, index);
    }
    return index;
  }
}

export interface TableOptions {
  readonly complete?: boolean;
  readonly expectedSpans?: number;
  readonly correctSkew?: boolean;
  readonly traceId?: string;
}

/** A table of the spans in the order in which they are written down. */
export function tableOf(lines: readonly SpanLine[], options: TableOptions = {}): TraceTable {
  const columns = emptyColumns(lines.length, 0);
  const names = new TextList();
  const services = new TextList();
  const ids = new DataView(columns.spanIds.buffer);
  const parents = new DataView(columns.parentSpanIds.buffer);
  lines.forEach((line, row) => {
    ids.setUint32(row * 8 + 4, line.id);
    parents.setUint32(row * 8 + 4, line.parent ?? 0);
    columns.startOffsets[row] = BigInt(Math.round(line.start * 1000));
    columns.durations[row] = BigInt(Math.round(line.duration * 1000));
    columns.names[row] = names.add(line.name);
    columns.services[row] = services.add(line.service);
    columns.resources[row] = columns.services[row];
    columns.statuses[row] = line.error ? 2 : 0;
    columns.eventCounts[row] = line.events ?? 0;
    columns.linkCounts[row] = line.links ?? 0;
    columns.kinds[row] = line.kind ?? 1;
  });
  return tableFromColumns(columns, names, services, options);
}

function tableFromColumns(columns: FrameColumns, names: Texts, services: Texts, options: TableOptions): TraceTable {
  return {
    traceId: options.traceId ?? '0123456789abcdef0123456789abcdef',
    baseNs: 1_700_000_000_000_000_000n,
    columns,
    names,
    services,
    messages: new TextList(),
    tree: runNow(buildTree(columns, { correctSkew: options.correctSkew ?? false })),
    complete: options.complete ?? true,
    expectedSpans: options.expectedSpans,
  };
}

/** The first rows of a table: what has come of it so far. */
export function firstRows(table: TraceTable, rows: number): TraceTable {
  const { columns } = table;
  const part: FrameColumns = {
    spanIds: columns.spanIds.subarray(0, rows * 8),
    parentSpanIds: columns.parentSpanIds.subarray(0, rows * 8),
    startOffsets: columns.startOffsets.subarray(0, rows),
    durations: columns.durations.subarray(0, rows),
    resources: columns.resources.subarray(0, rows),
    names: columns.names.subarray(0, rows),
    services: columns.services.subarray(0, rows),
    eventCounts: columns.eventCounts.subarray(0, rows),
    linkCounts: columns.linkCounts.subarray(0, rows),
    kinds: columns.kinds.subarray(0, rows),
    statuses: columns.statuses.subarray(0, rows),
    flags: columns.flags.subarray(0, rows),
    messageRows: columns.messageRows,
    messages: columns.messages,
  };
  return {
    ...table,
    columns: part,
    tree: runNow(buildTree(part)),
    complete: false,
    expectedSpans: columns.kinds.length,
  };
}

interface Kind {
  readonly names: readonly string[];
  /** Whom it calls. */
  readonly calls: readonly string[];
}

const SERVICES: Readonly<Record<string, Kind>> = {
  storefront: {
    names: ['GET /checkout', 'GET /product/{id}', 'POST /cart'],
    calls: ['checkout', 'cart', 'catalogue', 'recommendation'],
  },
  checkout: {
    names: ['PlaceOrder', 'PrepareItems'],
    calls: ['cart', 'payment', 'shipping', 'currency', 'email', 'kafka', 'postgres'],
  },
  cart: { names: ['GetCart', 'AddItem', 'EmptyCart'], calls: ['redis', 'catalogue'] },
  catalogue: { names: ['GetProduct', 'ListProducts', 'SearchProducts'], calls: ['postgres', 'redis', 'inventory'] },
  recommendation: { names: ['ListRecommendations'], calls: ['catalogue', 'redis'] },
  payment: { names: ['Charge', 'Authorise'], calls: ['fraud', 'postgres'] },
  shipping: { names: ['GetQuote', 'ShipOrder'], calls: ['currency', 'postgres'] },
  fraud: { names: ['Score'], calls: ['redis', 'postgres'] },
  inventory: { names: ['Reserve', 'Release'], calls: ['postgres'] },
  currency: { names: ['Convert', 'GetSupportedCurrencies'], calls: [] },
  email: { names: ['SendConfirmation'], calls: [] },
  postgres: { names: ['SELECT orders', 'SELECT stock', 'INSERT orders', 'UPDATE stock'], calls: [] },
  redis: { names: ['GET', 'SET', 'HGETALL'], calls: [] },
  kafka: { names: ['publish orders'], calls: [] },
};

/** Numbers that are the same each time. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * A trace that looks like one: requests in parallel lanes, calls in calls, loops over a database, errors that come in bursts.
 * Sorted by start, as the store sends it.
 */
export function syntheticTable(spans: number, seed = 7, options: TableOptions = {}): TraceTable {
  const random = randomOf(seed);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)];
  const lines: SpanLine[] = [];
  let nextId = 2;
  let failing = 0;
  const call = (parent: number, service: string, start: number): number => {
    const { names, calls } = SERVICES[service];
    const id = nextId++;
    const at = lines.length;
    const name = pick(names);
    const error = random() < failing;
    const open = { id, parent, service, name, start };
    lines.push({ ...open, duration: 0 });
    let now = start + 5 + random() * 60;
    if (calls.length === 0) {
      now += 10 + random() * random() * 900;
    }
    for (let left = calls.length === 0 ? 0 : 1 + Math.floor(random() * 4); left > 0 && nextId < spans; left--) {
      const callee = pick(calls);
      if (callee === 'postgres' && random() < 0.15) {
        // A query for each row of an answer.
        for (let row = 6 + Math.floor(random() * 40); row > 0 && nextId < spans; row--) {
          const duration = 20 + random() * random() * 400;
          lines.push({
            id: nextId++,
            parent: id,
            service: callee,
            name: 'SELECT products',
            start: now,
            duration,
            error: random() < failing / 2,
          });
          now += duration + 3;
        }
      } else {
        const end = call(id, callee, now);
        now = random() < 0.3 ? now + 30 + random() * 50 : end + 5 + random() * 40;
      }
    }
    let end = now;
    for (let index = at + 1; index < lines.length; index++) {
      end = Math.max(end, lines[index].start + lines[index].duration);
    }
    lines[at] = {
      ...open,
      duration: end - start + random() * 30,
      error,
      events: error ? 1 : random() < 0.05 ? 3 : 0,
      links: random() < 0.02 ? 1 : 0,
    };
    return end;
  };
  const lanes = spans < 200 ? 0 : Math.min(12, Math.round(spans / 100));
  nextId += lanes;
  const ends = new Float64Array(lanes + 1).fill(200);
  while (nextId < spans) {
    const lane = lanes > 0 ? Math.floor(random() * random() * lanes) : 0;
    failing = random() < 0.02 ? 0.2 : 0.0004;
    ends[lane] = call(lanes > 0 ? lane + 2 : 1, 'storefront', ends[lane]) + 20 + random() * 200;
  }
  for (let lane = 0; lane < lanes; lane++) {
    lines.push({
      id: lane + 2,
      parent: 1,
      service: 'load-test',
      name: `worker ${lane + 1}`,
      start: 60 + lane * 9,
      duration: ends[lane] - 60,
    });
  }
  const end = lines.reduce((last, { start, duration }) => Math.max(last, start + duration), 0);
  lines.push({ id: 1, service: 'load-test', name: 'run scenario', start: 0, duration: end + 100 });
  lines.sort((left, right) => left.start - right.start || left.id - right.id);
  return tableOf(lines, options);
}
