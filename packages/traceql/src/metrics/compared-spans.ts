import type { Attribute, MetricsCompare, Query } from '../ast.ts';
import { readAttribute, SearchEvaluator } from '../evaluate/evaluate.ts';
import type { AttributeReader, EvaluatedTrace } from '../evaluate/source.ts';
import { groupKey } from '../evaluate/value.ts';
import { DEFAULT_TOP_VALUES, finishComparison, type ComparedTotal, type ComparedValue } from './compare.ts';
import { ExemplarChoice, exemplarTimeMs } from './exemplars.ts';
import type { MetricsGrid } from './grid.ts';
import type { Exemplar, Series } from './series.ts';

/** An attribute as `compare()` names it. */
export interface NamedAttribute {
  readonly name: string;
  readonly attribute: Attribute;
}

type Named = ReadonlyArray<{ readonly name: string; readonly read: AttributeReader }>;

/**
 * Values of one attribute that are counted at a time: of ids and URLs there are as many as spans. Beyond it the rarer half is
 * forgotten, and the attribute is said to have too many values; a value that is frequent throughout keeps its count.
 */
const MAX_COUNTED_VALUES = 10_000;

/** `compare()` over spans: of each every attribute that is to be compared, in or out of the selection. */
export class ComparedSpans {
  readonly #node: MetricsCompare;
  readonly #grid: MetricsGrid;
  readonly #compared: readonly NamedAttribute[];
  readonly #selection: SearchEvaluator;
  readonly #values = new Map<string, ValueCounts>();
  readonly #totals = new Counts<Pick<ComparedTotal, 'attribute' | 'isSelection'>>();
  readonly #choice: ExemplarChoice;
  readonly #selectionExemplars: Exemplar[] = [];
  readonly #baselineExemplars: Exemplar[] = [];

  /** `query` is the one that `node` stands in; its hints count for the selection too. `exemplars`: at most. */
  constructor(
    node: MetricsCompare,
    query: Query,
    grid: MetricsGrid,
    { compared, exemplars }: { readonly compared: readonly NamedAttribute[]; readonly exemplars: number }
  ) {
    this.#node = node;
    this.#grid = grid;
    this.#compared = compared;
    this.#choice = new ExemplarChoice(grid, exemplars);
    const { selection, span } = node;
    this.#selection = new SearchEvaluator({ ...query, body: { kind: 'pipeline', stages: [selection], span } });
  }

  /** Spans by index. */
  add(trace: EvaluatedTrace, spans: Iterable<number>): void {
    const attributes = this.#compared.map(({ name, attribute }) => ({ name, read: readPresent(trace, attribute) }));
    const selected = new Set(this.#selection.evaluate(trace).flatMap((set) => [...set.spans]));
    for (const span of spans) {
      this.#observe(trace, attributes, span, selected.has(span));
    }
  }

  #observe(trace: EvaluatedTrace, attributes: Named, span: number, isSelected: boolean): void {
    const { startNs, endNs } = this.#node;
    const start = trace.startNs(span);
    const point = this.#grid.pointOf(start);
    if (point < 0) {
      return;
    }
    const isInTime = startNs === null || endNs === null || (start > startNs && start <= endNs);
    const isSelection = isInTime && isSelected;
    const present = attributes.flatMap(({ name, read }) => {
      const value = read(span);
      return value === undefined ? [] : [{ name, value }];
    });
    for (const { name: attribute, value } of present) {
      const side = `${isSelection ? 's' : 'b'} ${attribute}`;
      this.#totals.add(side, { attribute, isSelection }, point);
      const values = this.#values.get(side) ?? new Counts<CountedValue>(MAX_COUNTED_VALUES);
      this.#values.set(side, values);
      values.add(groupKey(value), { attribute, value, isSelection }, point);
    }
    if (this.#choice.takes(point, trace.traceId)) {
      const ids = [
        { name: 'trace:id', value: trace.traceId },
        { name: 'span:id', value: trace.spanId(span) },
      ];
      const exemplar = { labels: [...ids, ...present], value: NaN, timestampMs: exemplarTimeMs(start) };
      (isSelection ? this.#selectionExemplars : this.#baselineExemplars).push(exemplar);
    }
  }

  series(): Series[] {
    const values = [...this.#values.values()];
    const cut = values.filter(({ isCut }) => isCut).flatMap((counts) => counts.listed().slice(0, 1));
    const comparison = {
      values: values.flatMap((counts) => counts.listed()),
      totals: this.#totals.listed(),
      cut: new Set(cut.map(({ attribute }) => attribute)),
      selectionExemplars: this.#selectionExemplars,
      baselineExemplars: this.#baselineExemplars,
    };
    return finishComparison(this.#grid, comparison, Number(this.#node.topN ?? DEFAULT_TOP_VALUES));
  }
}

/** A status message or an instrumentation scope's name that is empty is none. */
function readPresent(trace: EvaluatedTrace, attribute: Attribute): AttributeReader {
  const read = readAttribute(trace, attribute);
  const isNoneIfEmpty =
    attribute.kind === 'intrinsic' &&
    (attribute.intrinsic === 'span:statusMessage' || attribute.intrinsic.startsWith('instrumentation:'));
  return isNoneIfEmpty ? (span) => read(span) || undefined : read;
}

type CountedValue = Pick<ComparedValue, 'attribute' | 'value' | 'isSelection'>;
type ValueCounts = Counts<CountedValue>;

/** Numbers of spans, by what they have and by point. */
class Counts<T extends object> {
  readonly #counts = new Map<string, { readonly of: T; sum: number; readonly at: Map<number, number> }>();
  readonly #limit: number;
  /** Some were forgotten. */
  isCut = false;

  constructor(limit = Infinity) {
    this.#limit = limit;
  }

  add(key: string, of: T, point: number): void {
    let known = this.#counts.get(key);
    if (!known) {
      this.#makeRoom();
      known = { of, sum: 0, at: new Map() };
      this.#counts.set(key, known);
    }
    known.sum += 1;
    known.at.set(point, (known.at.get(point) ?? 0) + 1);
  }

  #makeRoom(): void {
    if (this.#counts.size < this.#limit) {
      return;
    }
    this.isCut = true;
    const sums = Array.from(this.#counts.values(), ({ sum }) => sum).sort((a, b) => a - b);
    const median = sums[sums.length >>> 1];
    for (const [key, { sum }] of this.#counts) {
      if (sum <= median) {
        this.#counts.delete(key);
      }
    }
  }

  listed(): Array<T & { readonly points: number[]; readonly values: number[] }> {
    return Array.from(this.#counts.values(), ({ of, at }) => ({
      ...of,
      points: [...at.keys()],
      values: [...at.values()],
    }));
  }
}
