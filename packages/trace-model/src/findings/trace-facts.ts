import { isBlocking } from '../analysis/blocking.ts';
import { criticalPath } from '../analysis/critical-path.ts';
import { STATUS_ERROR } from '../analysis/input.ts';
import { selfTime } from '../analysis/self-time.ts';
import { toNumbers } from '../wire-frame/columns.ts';
import { CONSUMER } from '../tree/parents.ts';
import { STRIDE, type Steps } from '../tree/steps.ts';
import type { TraceTree } from '../tree/trace-tree.ts';
import type { FindingAttribute, FindingsInput, OperationHistory } from './finding.ts';

/** OTLP's Status.code of a span that somebody declared to have gone well. */
const STATUS_OK = 1;

/** Fewer spans than this are no history: percentiles of them say nothing. */
const MIN_HISTORY = 20;

/** Answers of 4xx that a later try can turn into a success: timeout, too early, too many requests. */
const RETRIABLE = new Set(['408', '425', '429']);

/** What the rules know in common of a trace: by node, and answers to questions that several of them ask. */
export class TraceFacts {
  readonly input: FindingsInput;
  readonly tree: TraceTree;
  /** By node: its duration less what its children cover. */
  readonly selfNs: Float64Array;
  /** By node: how much of the critical path of its root it holds. */
  readonly onPathNs: Float64Array;
  /**
   * By node: the span at which its piece of work began, a root or what a queue delivered. What is above the head did not wait
   * for what is below.
   */
  readonly heads: Uint32Array;
  /** From the first start to the last end. */
  readonly extentNs: number;
  /** By row, the start as it was sent, before clock-skew correction. */
  readonly sentStarts: Float64Array;
  readonly #usual = new Map<number, OperationHistory | undefined>();

  private constructor(input: FindingsInput, times: Pick<TraceFacts, 'selfNs' | 'onPathNs' | 'heads' | 'sentStarts'>) {
    this.input = input;
    this.tree = input.tree;
    this.selfNs = times.selfNs;
    this.onPathNs = times.onPathNs;
    this.heads = times.heads;
    this.sentStarts = times.sentStarts;
    this.extentNs = input.tree.lastEnd - input.tree.firstStart;
  }

  static *of(input: FindingsInput): Steps<TraceFacts> {
    const { tree, columns } = input;
    const { selfNs } = yield* selfTime(input);
    const { onPathNs } = yield* criticalPath(input);
    const heads = yield* headsOf(tree, columns.kinds);
    const sentStarts = toNumbers(columns.startOffsets);
    yield;
    return new TraceFacts(input, { selfNs, onPathNs, heads, sentStarts });
  }

  isRow(node: number): boolean {
    return node >= 0 && node < this.tree.rows;
  }

  /** '' for a phantom. */
  service(node: number): string {
    return this.isRow(node) ? this.input.services.get(this.input.columns.services[node]) : '';
  }

  /** '' for a phantom. */
  name(node: number): string {
    return this.isRow(node) ? this.input.names.get(this.input.columns.names[node]) : '';
  }

  /** OTLP's SpanKind; 0 for a phantom. */
  kind(node: number): number {
    return this.isRow(node) ? this.input.columns.kinds[node] : 0;
  }

  /** A number that nodes of one service and name have in common, and others have not. */
  operation(node: number): number {
    const { columns } = this.input;
    return this.isRow(node) ? columns.services[node] * 0x1_0000_0000 + columns.names[node] : -1;
  }

  isError(node: number): boolean {
    return this.isRow(node) && this.input.columns.statuses[node] === STATUS_ERROR;
  }

  isOk(node: number): boolean {
    return this.isRow(node) && this.input.columns.statuses[node] === STATUS_OK;
  }

  /** A status message, '' without one. */
  message(node: number): string {
    const { columns, messages } = this.input;
    if (!messages || !this.isRow(node)) {
      return '';
    }
    let [from, to] = [0, columns.messageRows.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (columns.messageRows[middle] < node) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return columns.messageRows[from] === node ? messages.get(columns.messages[from]) : '';
  }

  /** The value of the first of the keys that the span has; an empty one says nothing. */
  attribute(node: number, ...keys: FindingAttribute[]): string | undefined {
    if (!this.isRow(node)) {
      return undefined;
    }
    for (const key of keys) {
      const value = this.input.attribute(node, key);
      if (value !== undefined && value !== '') {
        return value;
      }
    }
    return undefined;
  }

  duration(node: number): number {
    return this.tree.ends[node] - this.tree.starts[node];
  }

  /** How long the piece of work took that the node is part of. */
  headDuration(node: number): number {
    return this.duration(this.heads[node]);
  }

  /** `ns` as a part of the piece of work that the node is part of, 0 to 1. */
  shareOfHead(node: number, ns: number): number {
    const whole = this.headDuration(node);
    return whole > 0 ? Math.min(1, ns / whole) : 0;
  }

  /** `ns` as a part of the whole trace, 0 to 1. */
  shareOfTrace(ns: number): number {
    return this.extentNs > 0 ? Math.min(1, ns / this.extentNs) : 0;
  }

  /** Children by start. */
  *children(node: number): Generator<number> {
    const { order, positions, subtreeSizes } = this.tree;
    const position = positions[node];
    const end = position + subtreeSizes[position];
    for (let at = position + 1; at < end; at += subtreeSizes[at]) {
      yield order[at];
    }
  }

  hasChildren(node: number): boolean {
    return this.tree.subtreeSizes[this.tree.positions[node]] > 1;
  }

  /** Whether the parent, if there is one, waited for the end of the node. */
  isAwaited(node: number): boolean {
    const parent = this.tree.parents[node];
    return parent === -1 || isBlocking(this.input, parent, node);
  }

  /** Whether `node` is `ancestor` or below it. */
  isWithin(node: number, ancestor: number): boolean {
    const { positions, subtreeSizes } = this.tree;
    const from = positions[ancestor];
    return positions[node] >= from && positions[node] < from + subtreeSizes[from];
  }

  /** The HTTP status code, '' without one. */
  httpStatus(node: number): string {
    return this.attribute(node, 'http.response.status_code', 'http.status_code') ?? '';
  }

  /** The other side said no to what was asked, and would again: a 4xx that is not about time or load. */
  isRefusal(node: number): boolean {
    const status = this.httpStatus(node);
    return status.length === 3 && status.startsWith('4') && !RETRIABLE.has(status);
  }

  isDatabase(node: number): boolean {
    return this.attribute(node, 'db.system.name', 'db.system') !== undefined;
  }

  /** What a call went to, as its attributes name it; for a call without them, the service of its server side. */
  peer(node: number): string | undefined {
    const named =
      this.attribute(node, 'peer.service', 'messaging.destination.name', 'server.address', 'net.peer.name') ??
      hostOf(this.attribute(node, 'url.full', 'http.url'));
    if (named !== undefined && named !== '') {
      return named;
    }
    for (const child of this.children(node)) {
      const service = this.service(child);
      if (service !== '' && service !== this.service(node)) {
        return service;
      }
    }
    return undefined;
  }

  /** What a call asked for, as exactly as its attributes tell; undefined where they do not. */
  target(node: number): string | undefined {
    const asked = this.attribute(
      node,
      'url.full',
      'http.url',
      'db.query.text',
      'db.statement',
      'http.target',
      'url.path',
      'rpc.method',
      'messaging.destination.name'
    );
    return asked === undefined ? undefined : `${this.peer(node) ?? ''} ${asked}`;
  }

  /** The history of the span's operation, if there is enough of it to go by. */
  usual(node: number): OperationHistory | undefined {
    if (!this.input.usual || !this.isRow(node)) {
      return undefined;
    }
    const operation = this.operation(node);
    if (!this.#usual.has(operation)) {
      const known = this.input.usual(this.service(node), this.name(node));
      this.#usual.set(operation, known && known.count >= MIN_HISTORY ? known : undefined);
    }
    return this.#usual.get(operation);
  }
}

function* headsOf({ nodes, order, parents, starts, ends }: TraceTree, kinds: Uint8Array): Steps<Uint32Array> {
  const heads = new Uint32Array(nodes);
  for (let position = 0; position < nodes; position++) {
    const node = order[position];
    const parent = parents[node];
    const begins = parent === -1 || kinds[node] === CONSUMER || starts[node] >= ends[parent];
    heads[node] = begins ? node : heads[parent];
    if (position % STRIDE === STRIDE - 1) {
      yield;
    }
  }
  return heads;
}

function hostOf(url: string | undefined): string | undefined {
  return url === undefined ? undefined : /^[a-z][a-z0-9+.-]*:\/\/(?:[^/@]*@)?(\[[^\]]*\]|[^:/?#]+)/i.exec(url)?.[1];
}
