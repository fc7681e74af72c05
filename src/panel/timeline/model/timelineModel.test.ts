import { groupSiblings, PHANTOM, runNow } from '@clew/trace-model';
import { firstRows, syntheticTable, tableOf, type SpanLine } from '../testing/syntheticTable';
import { foldedForest, plainForest, type Forest } from './forest';
import { immediately, type Scheduler } from './scheduler';
import { TimelineModel } from './timelineModel';
import { type ModelChange } from './types';

const LINES: SpanLine[] = [
  { id: 1, service: 'web', name: 'GET', start: 0, duration: 100 },
  { id: 2, parent: 1, service: 'cart', name: 'get', start: 10, duration: 40 },
  { id: 3, parent: 2, service: 'db', name: 'select', start: 12, duration: 5 },
  { id: 4, parent: 2, service: 'db', name: 'select', start: 20, duration: 6, error: true },
  { id: 5, parent: 2, service: 'cache', name: 'get', start: 27, duration: 1 },
  { id: 6, parent: 2, service: 'db', name: 'select', start: 30, duration: 7 },
  { id: 7, parent: 2, service: 'db', name: 'select', start: 40, duration: 8 },
  { id: 8, parent: 1, service: 'pay', name: 'charge', start: 60, duration: 20 },
];

function modelOf(lines: readonly SpanLine[] = LINES): TimelineModel {
  const model = new TimelineModel(immediately);
  model.setTable(tableOf(lines));
  return model;
}

/** Rows as texts, indented: nodes by number, folds as `×`. */
function rowsOf(model: TimelineModel): string[] {
  return Array.from({ length: model.rowCount }, (_, row) => {
    const id = model.rowId(row);
    const text =
      model.kindOf(id) === 'fold' ? `${model.foldCount(id)}×` : model.kindOf(id) === 'phantom' ? '?' : String(id + 1);
    return `${'  '.repeat(model.depthOf(id))}${text}`;
  });
}

const bitsOf = (rows: readonly number[], count: number): Uint32Array => {
  const bits = new Uint32Array((count + 31) >> 5);
  rows.forEach((row) => (bits[row >> 5] |= 1 << (row & 31)));
  return bits;
};

describe('TimelineModel: rows', () => {
  it('lists the tree depth-first', () => {
    const model = modelOf();
    expect(rowsOf(model)).toEqual(['1', '  2', '    3', '    4', '    5', '    6', '    7', '  8']);
    expect(model.rowOf(7)).toBe(7);
    expect(model.descendants(0)).toBe(7);
  });

  it('hides what is below a closed row', () => {
    const model = modelOf();
    model.toggle(1);
    expect(rowsOf(model)).toEqual(['1', '  2', '  8']);
    expect(model.isCollapsed(1)).toBe(true);
    expect(model.rowOf(3)).toBe(-1);
    expect(model.closestRow(3)).toBe(1);
    model.toggle(1);
    expect(model.rowCount).toBe(8);
    model.toggle(7);
    expect(model.isCollapsed(7)).toBe(false);
  });

  it('closes and opens all, to a depth, and below a row', () => {
    const model = modelOf();
    model.collapseAll();
    expect(rowsOf(model)).toEqual(['1']);
    model.collapseToDepth(1);
    expect(rowsOf(model)).toEqual(['1', '  2', '  8']);
    model.expandAll();
    expect(model.rowCount).toBe(8);
    model.setSubtreeCollapsed(1, true);
    expect(rowsOf(model)).toEqual(['1', '  2', '  8']);
  });

  it('focuses a subtree', () => {
    const model = modelOf();
    model.focus(1);
    expect(rowsOf(model)).toEqual(['  2', '    3', '    4', '    5', '    6', '    7']);
    expect(model.closestRow(7)).toBe(-1);
    model.focus(undefined);
    expect(model.rowCount).toBe(8);
  });

  it('reveals what is hidden', () => {
    const model = modelOf();
    model.collapseAll();
    expect(model.reveal(4)).toBe(true);
    expect(rowsOf(model)).toEqual(['1', '  2', '    3', '    4', '    5', '    6', '    7', '  8']);
    model.focus(7);
    expect(model.reveal(4)).toBe(false);
  });

  it('has a row for a parent that nobody sent', () => {
    const model = modelOf([...LINES, { id: 9, parent: 77, service: 'lost', name: 'x', start: 50, duration: 2 }]);
    expect(rowsOf(model).slice(-2)).toEqual(['?', '  9']);
    const phantom = model.rowId(model.rowCount - 2);
    expect(model.kindOf(phantom)).toBe('phantom');
    expect((model.table?.tree.flags[phantom] ?? 0) & PHANTOM).toBe(PHANTOM);
    expect([model.startOf(phantom), model.endOf(phantom)]).toEqual([50_000, 52_000]);
  });

  it('shows nothing of nothing', () => {
    const model = new TimelineModel(immediately);
    expect(model.rowCount).toBe(0);
    expect(model.nextMatch()).toBeUndefined();
    expect(model.nextError()).toBeUndefined();
    model.setTable(tableOf([]));
    expect(model.rowCount).toBe(0);
    model.setTable(undefined);
    expect(model.table).toBeUndefined();
  });
});

describe('TimelineModel: folding', () => {
  it('puts siblings that repeat into one row, wherever they stand', () => {
    const model = modelOf();
    model.setFolding(true);
    expect(rowsOf(model)).toEqual(['1', '  2', '    4×', '    5', '  8']);
    const fold = model.fold(model.rowId(2));
    expect(fold).toMatchObject({
      count: 4,
      sumNs: 26_000,
      p95Ns: 8000,
      errors: 1,
      startNs: 12_000,
      endNs: 48_000,
      parent: 1,
    });
  });

  it('opens a fold, and finds the way up through it', () => {
    const model = modelOf();
    model.setFolding(true);
    const fold = model.rowId(2);
    model.toggle(fold);
    expect(rowsOf(model)).toEqual(['1', '  2', '    4×', '      3', '      4', '      6', '      7', '    5', '  8']);
    expect(model.parentOf(5)).toBe(fold);
    expect(model.parentOf(fold)).toBe(1);
    model.setFolding(false);
    expect(model.rowCount).toBe(8);
  });

  it('folds within folds', () => {
    const lines: SpanLine[] = [{ id: 1, service: 'a', name: 'root', start: 0, duration: 1000 }];
    for (let loop = 0; loop < 4; loop++) {
      lines.push({ id: 10 + loop, parent: 1, service: 'b', name: 'loop', start: loop * 100, duration: 90 });
      for (let call = 0; call < 5; call++) {
        lines.push({
          id: 100 + loop * 10 + call,
          parent: 10 + loop,
          service: 'c',
          name: 'call',
          start: loop * 100 + call * 10,
          duration: 5,
        });
      }
    }
    const model = modelOf(lines);
    model.setFolding(true);
    expect(rowsOf(model)).toEqual(['1', '  4×']);
    model.toggle(model.rowId(1));
    expect(rowsOf(model)).toEqual([
      '1',
      '  4×',
      '    2',
      '      5×',
      '    8',
      '      5×',
      '    14',
      '      5×',
      '    20',
      '      5×',
    ]);
  });

  it('keeps every node exactly once, with sizes that hold', () => {
    const table = syntheticTable(3000);
    const groups = runNow(groupSiblings(table.tree, table.columns, 4));
    const forest = runNow(foldedForest(table.tree, groups));
    expect(groups.count).toBeGreaterThan(5);
    expectForest(forest);
    expect(forest.count).toBe(table.tree.nodes + groups.count);
    expectForest(plainForest(table.tree));
  });

  it('counts spans below, not rows', () => {
    const model = modelOf();
    model.setFolding(true);
    expect(model.descendants(0)).toBe(7);
    expect(model.rowsBelow(0)).toBe(8);
    const fold = Array.from({ length: model.rowCount }, (_, row) => model.rowId(row)).find(
      (id) => model.kindOf(id) === 'fold'
    );
    expect(fold !== undefined && model.descendants(fold)).toBe(4);
  });
});

function expectForest({ count, order, positions, depths, sizes }: Forest): void {
  expect(new Set(order).size).toBe(count);
  for (let at = 0; at < count; at++) {
    if (positions[order[at]] !== at) {
      throw new Error(`position of ${order[at]}`);
    }
    let end = at + 1;
    while (end < count && depths[end] > depths[at]) {
      end += 1;
    }
    if (sizes[at] !== end - at) {
      throw new Error(`size at ${at}: ${sizes[at]}, not ${end - at}`);
    }
  }
}

describe('TimelineModel: search', () => {
  it('counts and walks matches, round and round', () => {
    const model = modelOf();
    model.setMatches(bitsOf([2, 6, 7], 8));
    expect(model.matchCount).toBe(3);
    expect(model.matchIndex).toBe(-1);
    expect([model.nextMatch(), model.nextMatch(), model.matchIndex, model.nextMatch(), model.nextMatch()]).toEqual([
      2, 6, 1, 7, 2,
    ]);
    expect(model.previousMatch()).toBe(7);
  });

  it('opens what holds a match, and closes it again when the search ends', () => {
    const model = modelOf();
    model.collapseAll();
    model.setMatches(bitsOf([3], 8));
    expect(model.rowOf(3)).toBe(3);
    model.setMatches(undefined);
    expect(rowsOf(model)).toEqual(['1']);
  });

  it('hides all but matches and what they are in', () => {
    const model = modelOf();
    model.setMatches(bitsOf([3, 7], 8), { hideOthers: true });
    expect(rowsOf(model)).toEqual(['1', '  2', '    4', '  8']);
    model.setMatches(bitsOf([], 8), { hideOthers: true });
    expect(model.rowCount).toBe(0);
    model.setMatches(undefined);
    expect(model.rowCount).toBe(8);
  });

  it('leaves folds closed, which say that they hold one, until one goes there', () => {
    const model = modelOf();
    model.setFolding(true);
    model.setMatches(bitsOf([5], 8));
    const fold = model.rowId(2);
    expect(model.isCollapsed(fold)).toBe(true);
    expect(model.holdsMatch(fold)).toBe(true);
    expect(model.nextMatch()).toBe(5);
    expect(model.rowOf(5)).toBeGreaterThan(0);
  });

  it('searches what is focused', () => {
    const model = modelOf();
    model.setMatches(bitsOf([0, 3, 7], 8));
    model.focus(1);
    expect(model.matchCount).toBe(1);
  });

  it('walks errors', () => {
    const model = modelOf();
    expect(model.nextError()).toBe(3);
    expect(model.errors.count).toBe(1);
  });

  it('finds many as it finds few', () => {
    const table = syntheticTable(120_000);
    const model = new TimelineModel(immediately);
    model.setTable(table);
    const rows = table.tree.rows;
    const even = Array.from({ length: Math.ceil(rows / 2) }, (_, index) => index * 2);
    model.setMatches(bitsOf(even, rows));
    const expected = even.map((row) => table.tree.positions[row]).sort((left, right) => left - right);
    expect(model.matches?.positions).toEqual(Uint32Array.from(expected));
  });

  it('agrees with a slow search on a real tree', () => {
    const table = syntheticTable(2000);
    const model = new TimelineModel(immediately);
    model.setTable(table);
    const wanted = Array.from({ length: table.tree.rows }, (_, row) => row).filter((row) => row % 17 === 3);
    model.setMatches(bitsOf(wanted, table.tree.rows), { hideOthers: true });
    const keep = new Set<number>();
    wanted.forEach((row) => {
      for (let node = row; node >= 0; node = table.tree.parents[node]) {
        keep.add(node);
      }
    });
    const shown = Array.from({ length: model.rowCount }, (_, row) => model.rowId(row));
    expect(shown).toEqual([...table.tree.order].filter((node) => keep.has(node)));
  });
});

describe('TimelineModel: a trace that grows', () => {
  it('keeps what is closed, selected and focused', () => {
    const whole = syntheticTable(2000);
    const model = new TimelineModel(immediately);
    model.setTable(firstRows(whole, 500));
    const closed = model.rowId(5);
    const span = (node: number): string => [...whole.columns.spanIds.subarray(node * 8, node * 8 + 8)].join();
    const before = span(closed);
    model.setCollapsed(closed, true);
    model.select(40);
    model.setTable(whole);
    expect(model.traceNumber).toBe(1);
    expect(model.selected).toBe(40);
    expect(span(closed)).toBe(before);
    expect(model.isCollapsed(closed)).toBe(model.rowsBelow(closed) > 0);
    expect(model.table).toBe(whole);
  });

  it('follows a parent that was missing and has come', () => {
    const lines: SpanLine[] = [
      { id: 2, parent: 1, service: 'a', name: 'x', start: 5, duration: 2 },
      { id: 3, parent: 1, service: 'a', name: 'y', start: 8, duration: 2 },
      { id: 1, service: 'a', name: 'root', start: 0, duration: 20 },
    ];
    const whole = tableOf(lines);
    const model = new TimelineModel(immediately);
    model.setTable(firstRows(whole, 2));
    expect(rowsOf(model)).toEqual(['?', '  1', '  2']);
    model.select(model.rowId(0));
    model.toggle(model.rowId(0));
    model.setTable(whole);
    expect(rowsOf(model)).toEqual(['3']);
    expect(model.selected).toBe(2);
  });

  it('finds spans by their ids when rows have other numbers', () => {
    const model = modelOf();
    model.select(7);
    model.setCollapsed(1, true);
    model.setTable(tableOf([...LINES].reverse()));
    expect(model.selected).toBe(0);
    expect(model.isCollapsed(6)).toBe(true);
  });

  it('begins anew with another trace, or when asked to', () => {
    const model = modelOf();
    model.select(3);
    model.setTable(tableOf(LINES, { traceId: 'f'.repeat(32) }));
    expect(model.selected).toBeUndefined();
    model.select(3);
    model.setTable(tableOf(LINES, { traceId: 'f'.repeat(32) }), { keepView: false });
    expect(model.selected).toBeUndefined();
  });

  it('keeps folds open', () => {
    const whole = syntheticTable(2000);
    const model = new TimelineModel(immediately);
    model.setFolding(true);
    model.setTable(firstRows(whole, 900));
    const row = Array.from({ length: model.rowCount }, (_, at) => at).findIndex(
      (at) => model.kindOf(model.rowId(at)) === 'fold'
    );
    const fold = model.rowId(row);
    const node = model.nodeOf(fold);
    model.toggle(fold);
    model.setTable(whole);
    const parent = model.parentOf(node);
    expect(model.kindOf(parent)).toBe('fold');
    expect(model.isCollapsed(parent)).toBe(false);
  });

  it('works in slices on what is large, and shows what it had until it is done', () => {
    const waiting: Array<() => void> = [];
    const later: Scheduler = {
      run: (work, done) => {
        waiting.push(() => immediately.run(work, done));
        return () => undefined;
      },
    };
    const model = new TimelineModel(later);
    const changes: ModelChange[] = [];
    model.subscribe((change) => changes.push(change));
    const large = syntheticTable(25_000);
    model.setTable(large);
    expect(model.busy).toBe(true);
    expect(model.rowCount).toBe(0);
    const larger = { ...large };
    model.setTable(larger);
    waiting.shift()?.();
    expect(model.table).toBe(large);
    waiting.shift()?.();
    expect(model.table).toBe(larger);
    expect(model.busy).toBe(false);
    expect(changes).toContain('table');
  });
});

describe('TimelineModel: colours', () => {
  it('colours by service, status and attribute, with a legend', () => {
    const model = modelOf();
    expect(model.legend[0]).toMatchObject({ label: 'db', spans: 4 });
    expect(model.toneOf(2)).toBe(model.serviceTone('db'));
    model.setColouring({ kind: 'status' });
    expect(model.legend.map(({ label, spans }) => `${label} ${spans}`)).toEqual(['unset 7', 'error 1']);
    expect(model.toneOf(3)).not.toBe(model.toneOf(2));
    const column = {
      key: 'span.rows',
      values: Uint32Array.from([0, 1, 2, 3, 1, 1, 1, 1]),
      texts: ['1', '50', '100'],
      numeric: true,
    };
    model.setColouring({ kind: 'column', column });
    expect(model.toneOf(1)).toBeLessThan(model.toneOf(2));
    expect(model.toneOf(2)).toBeLessThan(model.toneOf(3));
    expect(model.toneOf(0)).toBe(0);
  });
});
