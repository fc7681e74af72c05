import { type TraceTable } from '../../trace/traceTable';
import { type SentTimes } from './placeLogs';

export interface TimedLine {
  readonly line: number;
  /** Index into the table's services. */
  readonly service: number;
  /** Nanoseconds after the table's base: some time between the two. All lines are as long. */
  readonly from: number;
  readonly until: number;
}

interface Found {
  readonly line: number;
  readonly node: number;
}

/**
 * For each line the deepest span of its service that was running at its time, or some of it; of several of one depth the one that began last.
 * One sweep over rows, which are in order of start, and lines. A span waits in its service's heap only from the first line after its
 * start, and only if it still ran then.
 */
export function* deepestRunning(
  lines: readonly TimedLine[],
  { columns, tree }: TraceTable,
  { starts, ends }: SentTimes
): Generator<Found, void> {
  if (lines.length === 0) {
    return;
  }
  const byService = new Map<number, { readonly lines: TimedLine[]; readonly heap: number[]; next: number }>();
  for (const line of [...lines].sort((a, b) => a.until - b.until)) {
    const known = byService.get(line.service);
    if (known) {
      known.lines.push(line);
    } else {
      byService.set(line.service, { lines: [line], heap: [], next: 0 });
    }
  }
  const isAbove = (a: number, b: number): boolean => {
    const difference = tree.depths[tree.positions[a]] - tree.depths[tree.positions[b]];
    return difference !== 0 ? difference > 0 : starts[a] > starts[b];
  };
  /** Answers the lines of one service before `time`. */
  const answer = function* (
    service: NonNullable<ReturnType<typeof byService.get>>,
    time: number
  ): Generator<Found, void> {
    for (; service.next < service.lines.length && service.lines[service.next].until < time; service.next++) {
      const { line, from } = service.lines[service.next];
      while (service.heap.length > 0 && ends[service.heap[0]] < from) {
        popHeap(service.heap, isAbove);
      }
      if (service.heap.length > 0) {
        yield { line, node: service.heap[0] };
      }
    }
  };
  let waiting = byService.size;
  for (let row = 0; row < tree.rows && waiting > 0; row++) {
    const service = byService.get(columns.services[row]);
    if (!service || service.next >= service.lines.length) {
      continue;
    }
    yield* answer(service, starts[row]);
    if (service.next >= service.lines.length) {
      waiting -= 1;
    } else if (ends[row] >= service.lines[service.next].from) {
      pushHeap(service.heap, row, isAbove);
    }
  }
  for (const service of byService.values()) {
    yield* answer(service, Infinity);
  }
}

type IsAbove = (a: number, b: number) => boolean;

function pushHeap(heap: number[], node: number, isAbove: IsAbove): void {
  let at = heap.push(node) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!isAbove(node, heap[parent])) {
      break;
    }
    heap[at] = heap[parent];
    at = parent;
  }
  heap[at] = node;
}

function popHeap(heap: number[], isAbove: IsAbove): void {
  const node = heap.pop();
  if (node === undefined || heap.length === 0) {
    return;
  }
  let at = 0;
  for (;;) {
    let child = at * 2 + 1;
    if (child >= heap.length) {
      break;
    }
    if (child + 1 < heap.length && isAbove(heap[child + 1], heap[child])) {
      child += 1;
    }
    if (!isAbove(heap[child], node)) {
      break;
    }
    heap[at] = heap[child];
    at = child;
  }
  heap[at] = node;
}
