import { buildTree, type TreeOptions } from '../../tree/build-tree.ts';
import { runNow } from '../../tree/steps.ts';
import { emptyColumns } from '../../wire-frame/columns.ts';
import type { AnalysisInput, Texts } from '../input.ts';

export const [INTERNAL, SERVER, CLIENT, PRODUCER, CONSUMER] = [1, 2, 3, 4, 5];
export const ERROR = 2;

export interface TestSpan {
  readonly id: number;
  /** 0 for none. */
  readonly parent?: number;
  readonly start?: number;
  readonly end?: number;
  readonly kind?: number;
  readonly service?: string;
  readonly name?: string;
  readonly status?: number;
}

class TestTexts implements Texts {
  readonly #texts: string[] = [];
  readonly #indexes = new Map<string, number>();

  get length(): number {
    return this.#texts.length;
  }

  get(index: number): string {
    return this.#texts[index];
  }

  add(text: string): number {
    const known = this.#indexes.get(text);
    if (known !== undefined) {
      return known;
    }
    this.#indexes.set(text, this.#texts.length);
    return this.#texts.push(text) - 1;
  }
}

/** Rows in the order of `spans`. */
export function inputOf(spans: readonly TestSpan[], options?: TreeOptions): AnalysisInput {
  const columns = emptyColumns(spans.length, 0);
  const ids = new DataView(columns.spanIds.buffer);
  const parents = new DataView(columns.parentSpanIds.buffer);
  const [names, services] = [new TestTexts(), new TestTexts()];
  spans.forEach(({ id, parent = 0, start = 0, end = start, kind = 0, service = 's', name = 'n', status = 0 }, row) => {
    ids.setBigUint64(row * 8, BigInt(id));
    parents.setBigUint64(row * 8, BigInt(parent));
    columns.startOffsets[row] = BigInt(start);
    columns.durations[row] = BigInt(end - start);
    columns.kinds[row] = kind;
    columns.statuses[row] = status;
    columns.names[row] = names.add(name);
    columns.services[row] = services.add(service);
    columns.resources[row] = columns.services[row];
  });
  return { tree: runNow(buildTree(columns, options)), columns, names, services };
}

/** xorshift32. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed * 2654435761 + 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Spans whose parents, times and kinds are anything. With `latest` times stay below it. */
export function soup(seed: number, latest = 60): TestSpan[] {
  const random = randomNumbers(seed);
  const size = 1 + random(40);
  // Half of the soups are mostly well formed.
  const isTame = random(2) === 0;
  return Array.from({ length: size }, (_, n) => {
    const start = random(latest);
    const parent = isTame ? (n === 0 ? 0 : 1 + random(n)) : random(4) === 0 ? 0 : 1 + random(size + 3);
    return {
      id: n + 1,
      parent,
      start: isTame && n === 0 ? 0 : start,
      end:
        isTame && n === 0
          ? latest
          : random(6) === 0
            ? Math.max(start - random(9), 0)
            : start + random(latest - start + 1),
      kind: isTame ? [0, 1, 1, 1, 2, 3, 4, 5][random(8)] : random(6),
      service: 'abc'[random(3)],
      name: 'xyz'[random(3)],
      status: random(4) === 0 ? ERROR : 0,
    };
  });
}

export function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  const random = randomNumbers(seed);
  const mixed = [...items];
  for (let at = mixed.length - 1; at > 0; at--) {
    const other = random(at + 1);
    [mixed[at], mixed[other]] = [mixed[other], mixed[at]];
  }
  return mixed;
}
