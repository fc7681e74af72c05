import type { AttributeReader, EvaluatedTrace, NamedScope } from './source.ts';
import { Relations } from './relate.ts';
import { buildTree, type TraceTree } from './tree.ts';
import type { Value } from './value.ts';

/** What is known of the trace as a whole. Names are undefined while a trace has no root: nothing is true of them. */
export interface TraceFacts {
  readonly durationNs: bigint;
  readonly rootName: string | undefined;
  readonly rootService: string | undefined;
}

/** What is looked up in each trace before its spans are read. */
type Lookup = (trace: EvaluatedTrace) => AttributeReader | undefined;

/** The trace that a compiled query is looking at. What is costly is made when it is first asked for. */
export class Frame {
  /** Whether positions are those of the tree: where the query relates spans. Else a span's position is its index. */
  isOrderedByTree = false;
  #trace: EvaluatedTrace | undefined;
  #tree: TraceTree | undefined;
  #relations: Relations | undefined;
  #facts: TraceFacts | undefined;
  readonly #lookups: Lookup[] = [];
  #readers: Array<AttributeReader | undefined> = [];

  enter(trace: EvaluatedTrace): void {
    this.leave();
    this.#trace = trace;
    this.#readers = this.#lookups.map((lookup) => lookup(trace));
  }

  leave(): void {
    this.#trace = undefined;
    this.#tree = undefined;
    this.#relations = undefined;
    this.#facts = undefined;
    this.#readers = [];
  }

  get trace(): EvaluatedTrace {
    if (!this.#trace) {
      throw new Error('A query was read outside of evaluate()');
    }
    return this.#trace;
  }

  /** The index of the span at a position. */
  spanAt(position: number): number {
    return this.isOrderedByTree ? this.tree.spans[position] : position;
  }

  get tree(): TraceTree {
    return (this.#tree ??= buildTree(this.trace));
  }

  get relations(): Relations {
    return (this.#relations ??= new Relations(this.tree));
  }

  get facts(): TraceFacts {
    return (this.#facts ??= factsOf(this.trace));
  }

  /** Reads the attribute in whichever trace is entered. */
  attribute(scope: NamedScope, name: string): AttributeReader {
    return this.reader((trace) => attributeReader(trace, scope, name));
  }

  reader(lookup: Lookup): AttributeReader {
    const slot = this.#lookups.push(lookup) - 1;
    return (span) => this.#readers[slot]?.(span);
  }
}

/** A resource always has a service's name: an empty one where it was sent without (features.md 1.6: it is never nil). */
function attributeReader(trace: EvaluatedTrace, scope: NamedScope, name: string): AttributeReader | undefined {
  const read = trace.attribute(scope, name);
  if (scope !== 'resource' || name !== 'service.name') {
    return read;
  }
  return (span): Value => read?.(span) ?? '';
}

/** Of several roots the one that starts first counts, by span id where two start together. */
function factsOf(trace: EvaluatedTrace): TraceFacts {
  let start: bigint | undefined;
  let end = 0n;
  let root: number | undefined;
  for (let span = 0; span < trace.size; span++) {
    const startNs = trace.startNs(span);
    const durationNs = trace.durationNs(span);
    start = start === undefined || startNs < start ? startNs : start;
    const endNs = startNs + (durationNs > 0n ? durationNs : 0n);
    end = endNs > end ? endNs : end;
    if (trace.parentSpanId(span) === '' && (root === undefined || isEarlier(trace, span, root))) {
      root = span;
    }
  }
  const service = root === undefined ? undefined : attributeReader(trace, 'resource', 'service.name')?.(root);
  return {
    durationNs: start === undefined ? 0n : end - start,
    rootName: root === undefined ? undefined : trace.name(root),
    rootService: typeof service === 'string' ? service : undefined,
  };
}

function isEarlier(trace: EvaluatedTrace, span: number, other: number): boolean {
  const [start, otherStart] = [trace.startNs(span), trace.startNs(other)];
  return start === otherStart ? trace.spanId(span) < trace.spanId(other) : start < otherStart;
}
