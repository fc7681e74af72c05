import type { Query, MetricsCompare } from '../ast.ts';
import { TraceqlError, positionAt } from '../errors.ts';
import { SearchEvaluator } from '../evaluate/evaluate.ts';
import type { AttributeReader, EvaluatedTrace } from '../evaluate/source.ts';
import { groupKey } from '../evaluate/value.ts';
import { DEFAULT_TOP_VALUES, finishComparison, type ComparedTotal, type ComparedValue } from './compare.ts';
import { ExemplarChoice, exemplarTimeMs } from './exemplars.ts';
import type { MetricsGrid } from './grid.ts';
import type { Exemplar, Series } from './series.ts';

type Named = ReadonlyArray<{ readonly name: string; readonly read: AttributeReader }>;

/** `compare()` over spans: of each every attribute, in or out of the selection. */
export class ComparedSpans {
  readonly #node: MetricsCompare;
  readonly #grid: MetricsGrid;
  readonly #selection: SearchEvaluator;
  readonly #text: string;
  readonly #values = new Counts<Pick<ComparedValue, 'attribute' | 'value' | 'isSelection'>>();
  readonly #totals = new Counts<Pick<ComparedTotal, 'attribute' | 'isSelection'>>();
  readonly #choice: ExemplarChoice;
  readonly #selectionExemplars: Exemplar[] = [];
  readonly #baselineExemplars: Exemplar[] = [];

  /** `query` is the one that `node` stands in; its hints count for the selection too. `exemplars`: at most. */
  constructor(node: MetricsCompare, query: Query, grid: MetricsGrid, exemplars: number) {
    this.#node = node;
    this.#grid = grid;
    this.#text = query.text;
    this.#choice = new ExemplarChoice(grid, exemplars);
    const { selection, span } = node;
    this.#selection = new SearchEvaluator({ ...query, body: { kind: 'pipeline', stages: [selection], span } });
  }

  /** Spans by index. @throws TraceqlError where the trace cannot list its attributes */
  add(trace: EvaluatedTrace, spans: Iterable<number>): void {
    const attributes = trace.comparedAttributes?.();
    if (!attributes) {
      const { span } = this.#node;
      const hint = 'compare the spans of one filter: { … } | compare({ … })';
      const message = 'compare() after structural operators and aggregates is not supported';
      throw new TraceqlError('unsupported', message, span, positionAt(this.#text, span.start), hint);
    }
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
      this.#values.add(`${side} ${groupKey(value)}`, { attribute, value, isSelection }, point);
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
    const comparison = {
      values: this.#values.listed(),
      totals: this.#totals.listed(),
      cut: new Set<string>(),
      selectionExemplars: this.#selectionExemplars,
      baselineExemplars: this.#baselineExemplars,
    };
    return finishComparison(this.#grid, comparison, Number(this.#node.topN ?? DEFAULT_TOP_VALUES));
  }
}

/** Numbers of spans, by what they have and by point. */
class Counts<T extends object> {
  readonly #counts = new Map<string, { readonly of: T; readonly at: Map<number, number> }>();

  add(key: string, of: T, point: number): void {
    const known = this.#counts.get(key) ?? { of, at: new Map<number, number>() };
    this.#counts.set(key, known);
    known.at.set(point, (known.at.get(point) ?? 0) + 1);
  }

  listed(): Array<T & { readonly points: number[]; readonly values: number[] }> {
    return Array.from(this.#counts.values(), ({ of, at }) => ({
      ...of,
      points: [...at.keys()],
      values: [...at.values()],
    }));
  }
}
