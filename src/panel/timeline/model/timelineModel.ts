import { groupSiblings } from '@clew/trace-model';
import { type AttributeColumn, type TraceTable } from '../../trace/traceTable';
import { NEUTRAL_TONE, ToneBook } from '../theme/tones';
import { mapNodes } from './carryOver';
import { CollapseState } from './collapseState';
import { colourTable, STATUS_ERROR, type Colours, type ToneBooks } from './colouring';
import { FindState } from './findState';
import { FoldBook } from './foldBook';
import { EMPTY_FOREST, foldedForest, plainForest, type Forest } from './forest';
import { type MatchList } from './matchList';
import { type PathMarks } from './pathMarks';
import { firstAtLeast, listRows } from './rowList';
import { sliced, type Scheduler } from './scheduler';
import { TableWork } from './tableWork';
import {
  type Colouring,
  type Fold,
  type LegendEntry,
  type LineMarks,
  type ModelChange,
  type RowHeight,
  type RowId,
  type RowKind,
} from './types';

/** Siblings of one service and one name from which on they are a fold. */
const LEAST_REPEATED = 4;

const NO_COLOURS: Colours = { tones: new Uint8Array(0), legend: [] };

interface Built {
  readonly table: TraceTable;
  readonly forest: Forest;
  readonly folded: boolean;
  readonly colours: Colours;
}

/**
 * What the timeline shows of a trace: which rows there are, what is collapsed, selected, found. Knows nothing of pixels and of the
 * DOM. Large tables, folding and colouring are worked on in slices: what was there stays until they are done.
 */
export class TimelineModel {
  readonly #listeners = new Set<(change: ModelChange) => void>();
  readonly #work: TableWork<Built>;
  readonly #collapse = new CollapseState();
  #find = new FindState();

  #table: TraceTable | undefined;
  #forest: Forest = EMPTY_FOREST;
  #forestIsFolded = false;
  #folds = new FoldBook(EMPTY_FOREST, undefined);
  #colours: Colours = NO_COLOURS;
  #books: ToneBooks = { services: new ToneBook(), values: new ToneBook() };
  #traceNumber = 0;
  #version = 0;
  #keepView = true;

  #rows = new Uint32Array(0);
  #rowCount = 0;

  #focused: RowId | undefined;
  #selected: RowId | undefined;
  #hovered: RowId | undefined;
  #folding = false;
  #colouring: Colouring = { kind: 'service' };
  #columns: readonly AttributeColumn[] = [];
  #rowHeight: RowHeight = 24;
  #events = new Map<number, Float64Array>();
  #path: PathMarks | undefined;
  #logs: LineMarks | undefined;

  constructor(scheduler: Scheduler = sliced()) {
    this.#work = new TableWork(
      scheduler,
      (table) => this.#build(table),
      (built) => this.#apply(built)
    );
  }

  /** Answers the way to stop listening. */
  subscribe(listener: (change: ModelChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  // The trace

  get table(): TraceTable | undefined {
    return this.#table;
  }

  get forest(): Forest {
    return this.#forest;
  }

  /** Another number: another trace, of which nothing was kept. */
  get traceNumber(): number {
    return this.#traceNumber;
  }

  /** Changes with rows, their order and their colours; for caches of pictures. */
  get version(): number {
    return this.#version;
  }

  /** A table or a folding is being worked on. */
  get busy(): boolean {
    return this.#work.busy;
  }

  /**
   * Shows a trace, or more of the one that is shown: what is collapsed, selected, focused and found is kept by span id then, unless
   * `keepView` is false. Undefined: nothing is shown.
   */
  setTable(table: TraceTable | undefined, { keepView = true }: { keepView?: boolean } = {}): void {
    if (!table) {
      this.#work.forget();
      this.#reset();
      this.#emit('table');
      return;
    }
    this.#keepView &&= keepView;
    this.#work.want(table);
  }

  // Rows

  get rowCount(): number {
    return this.#rowCount;
  }

  rowId(row: number): RowId {
    return this.#forest.order[this.#rows[row]];
  }

  /** Where the row stands in `forest`. */
  rowPosition(row: number): number {
    return this.#rows[row];
  }

  /** Positions of the rows, the first `rowCount` of them. */
  get rowPositions(): Uint32Array {
    return this.#rows;
  }

  kindOf(id: RowId): RowKind {
    const { nodes } = this.#forest;
    return id >= nodes ? 'fold' : id >= (this.#table?.tree.rows ?? 0) ? 'phantom' : 'span';
  }

  /** The node of a row; of a fold the first of its members. */
  nodeOf(id: RowId): number {
    return this.#folds.isFold(id) ? this.#folds.firstNode(id) : id;
  }

  nodeOfRow(row: number): number {
    return this.nodeOf(this.rowId(row));
  }

  /** The fold with its sums, undefined for what is no fold. */
  fold(id: RowId): Fold | undefined {
    return this.#folds.get(id);
  }

  foldCount(id: RowId): number {
    return this.#folds.count(id);
  }

  /** -1 if it cannot be seen now. */
  rowOf(id: RowId): number {
    const position = this.#forest.positions[id];
    const row = this.#lastRowAt(position);
    return row >= 0 && this.#rows[row] === position ? row : -1;
  }

  /** The row that stands for it: its own, or of what it is hidden in; -1 if that is filtered out or out of focus. */
  closestRow(id: RowId): number {
    const position = this.#forest.positions[id];
    const row = this.#lastRowAt(position);
    if (row < 0) {
      return -1;
    }
    const found = this.#rows[row];
    return position < found + this.#forest.sizes[found] ? row : -1;
  }

  depthOf(id: RowId): number {
    return this.#forest.depths[this.#forest.positions[id]];
  }

  /** Rows that there are below it when all is open, folds included. */
  rowsBelow(id: RowId): number {
    return this.#forest.sizes[this.#forest.positions[id]] - 1;
  }

  /** Spans below, at any depth; of a fold its members too. */
  descendants(id: RowId): number {
    return this.#folds.descendants(id);
  }

  /** The row that it is a child of, -1 at a root. */
  parentOf(id: RowId): RowId {
    return this.#folds.parentOf(id);
  }

  startOf(id: RowId): number {
    return this.#folds.startOf(id);
  }

  endOf(id: RowId): number {
    return this.#folds.endOf(id);
  }

  isError(id: RowId): boolean {
    return this.#folds.isFold(id) ? (this.#folds.get(id)?.errors ?? 0) > 0 : this.isErrorNode(id);
  }

  isErrorNode(node: number): boolean {
    return this.#table?.columns.statuses[node] === STATUS_ERROR;
  }

  // The tree

  isCollapsed(id: RowId): boolean {
    return this.#collapse.closed[id] !== 0 && this.rowsBelow(id) > 0;
  }

  toggle(id: RowId): void {
    this.setCollapsed(id, !this.isCollapsed(id));
  }

  setCollapsed(id: RowId, collapsed: boolean): void {
    if (this.rowsBelow(id) > 0 && this.isCollapsed(id) !== collapsed) {
      this.#collapse.set(id, collapsed);
      this.#listRows();
    }
  }

  /** Folds stay as they are. */
  expandAll(): void {
    this.collapseToDepth(Infinity);
  }

  /** Only roots, or only what is focused. */
  collapseAll(): void {
    this.collapseToDepth(0);
  }

  /** Everything deeper than `depth` is hidden; roots, or what is focused, have 0. In spans that come later, too. */
  collapseToDepth(depth: number): void {
    this.#collapse.toDepth(depth, this.#focused === undefined ? 0 : this.depthOf(this.#focused));
    this.#listRows();
  }

  /** The whole subtree, itself included, and its folds. */
  setSubtreeCollapsed(id: RowId, collapsed: boolean): void {
    this.#collapse.setSubtree(id, collapsed);
    this.#listRows();
  }

  /** Opens what it is hidden in. False if it cannot be seen all the same: out of focus, or filtered out. */
  reveal(id: RowId): boolean {
    if (this.#collapse.openAbove(id, this.#folds)) {
      this.#listRows();
    }
    return this.rowOf(id) >= 0;
  }

  get focused(): RowId | undefined {
    return this.#focused;
  }

  /** Only the subtree of it. Undefined: everything. */
  focus(id: RowId | undefined): void {
    if (id === this.#focused) {
      return;
    }
    this.#focused = id;
    if (id !== undefined) {
      this.#collapse.set(id, false);
    }
    this.#look();
    this.#listRows();
  }

  get folding(): boolean {
    return this.#folding;
  }

  /** Siblings that repeat stand in one row each. Large traces take a moment. */
  setFolding(on: boolean): void {
    if (on !== this.#folding) {
      this.#folding = on;
      this.#work.want();
    }
  }

  // Search

  get matchBits(): Uint32Array | undefined {
    return this.#find.bits;
  }

  get hideOthers(): boolean {
    return this.#find.hideOthers;
  }

  isMatch(id: RowId): boolean {
    return this.#find.isMatch(id);
  }

  /** Some of what is below it, or of what a fold stands for. */
  holdsMatch(id: RowId): boolean {
    return this.#find.holdsMatch(id);
  }

  /**
   * One bit a row of the table, of what a search found; undefined: there is no search. What holds a match is opened, folds aside, and
   * closed again when the search ends. `hideOthers`: only matches and what they are in are rows.
   */
  setMatches(bits: Uint32Array | undefined, { hideOthers = false }: { hideOthers?: boolean } = {}): void {
    const find = this.#find;
    const before = find.bits;
    if (bits === before && hideOthers === find.hideOthers) {
      return;
    }
    find.bits = bits;
    find.hideOthers = hideOthers && bits !== undefined;
    if (bits && !before) {
      this.#collapse.remember();
    } else if (!bits) {
      this.#collapse.restore();
    }
    if (bits !== before) {
      find.find();
      this.#openMatches();
    }
    this.#listRows();
    this.#emit('matches');
  }

  /** In what is focused. */
  get matchCount(): number {
    return this.matches?.count ?? 0;
  }

  /** Which of the matches is selected, from 0; -1 if none is. */
  get matchIndex(): number {
    return this.matches && this.#selected !== undefined
      ? this.matches.indexAt(this.#forest.positions[this.#selected])
      : -1;
  }

  get matches(): MatchList | undefined {
    return this.#find.matches;
  }

  /** Spans with errors, of what is focused. */
  get errors(): MatchList {
    return this.#find.errors;
  }

  /** Selects it and opens what it is in. Goes round at the end. */
  nextMatch(): RowId | undefined {
    return this.#goTo(this.matches?.after(this.#selectedPosition()));
  }

  previousMatch(): RowId | undefined {
    return this.#goTo(this.matches?.before(this.#selectedPosition()));
  }

  nextError(): RowId | undefined {
    return this.#goTo(this.errors.after(this.#selectedPosition()));
  }

  previousError(): RowId | undefined {
    return this.#goTo(this.errors.before(this.#selectedPosition()));
  }

  // Selection

  get selected(): RowId | undefined {
    return this.#selected;
  }

  select(id: RowId | undefined): void {
    if (id !== this.#selected) {
      this.#selected = id;
      this.#emit('selection');
    }
  }

  get hovered(): RowId | undefined {
    return this.#hovered;
  }

  hover(id: RowId | undefined): void {
    if (id !== this.#hovered) {
      this.#hovered = id;
      this.#emit('hover');
    }
  }

  // Looks

  get colouring(): Colouring {
    return this.#colouring;
  }

  setColouring(colouring: Colouring): void {
    if (
      this.#colouring.kind !== 'column' ||
      colouring.kind !== 'column' ||
      this.#colouring.column.key !== colouring.column.key
    ) {
      this.#books = { services: this.#books.services, values: new ToneBook() };
    }
    this.#colouring = colouring;
    this.#work.want();
  }

  get legend(): readonly LegendEntry[] {
    return this.#colours.legend;
  }

  /** By node. */
  get tones(): Uint8Array {
    return this.#colours.tones;
  }

  toneOf(id: RowId): number {
    return this.#colours.tones[this.nodeOf(id)] ?? NEUTRAL_TONE;
  }

  /** The tone of a service's name, whatever bars are coloured by. */
  serviceTone(service: string): number {
    return this.#books.services.toneOf(service);
  }

  get columns(): readonly AttributeColumn[] {
    return this.#columns;
  }

  setColumns(columns: readonly AttributeColumn[]): void {
    this.#columns = columns;
    this.#emit('columns');
  }

  get rowHeight(): RowHeight {
    return this.#rowHeight;
  }

  setRowHeight(height: RowHeight): void {
    if (height !== this.#rowHeight) {
      this.#rowHeight = height;
      this.#emit('rowHeight');
    }
  }

  /** When the events of a span are, in nanoseconds after the table's base: until they are known, it is only known how many. */
  setEvents(node: number, timesNs: readonly number[]): void {
    this.#events.set(node, Float64Array.from(timesNs).sort());
    this.#emit('events');
  }

  eventsOf(node: number): Float64Array | undefined {
    return this.#events.get(node);
  }

  /** The critical path, drawn below the bars. Shown with the table that it was made from. Undefined: none. */
  setPath(path: PathMarks | undefined): void {
    if (path !== this.#path) {
      this.#path = path;
      this.#emit('path');
    }
  }

  get path(): PathMarks | undefined {
    return this.#path?.tree === this.#table?.tree ? this.#path : undefined;
  }

  /** Log lines above the bars. Undefined: none. */
  setLogs(logs: LineMarks | undefined): void {
    if (logs !== this.#logs) {
      this.#logs = logs;
      this.#emit('logs');
    }
  }

  /** Undefined also where they are of another tree than is shown. */
  get logs(): LineMarks | undefined {
    return this.#logs?.offsets.length === (this.#table?.tree.nodes ?? -1) + 1 ? this.#logs : undefined;
  }

  // Inside

  #emit(change: ModelChange): void {
    for (const listener of this.#listeners) {
      listener(change);
    }
  }

  *#build(table: TraceTable): Generator<void, Built> {
    const folded = this.#folding;
    let forest = this.#forest;
    if (this.#table !== table || folded !== this.#forestIsFolded) {
      const { tree, columns } = table;
      forest = folded
        ? yield* foldedForest(tree, yield* groupSiblings(tree, columns, LEAST_REPEATED))
        : plainForest(tree);
    }
    const colours = yield* colourTable(table, this.#colouring, this.#books);
    return { table, forest, folded, colours };
  }

  #apply({ table, forest, folded, colours }: Built): void {
    this.#colours = colours;
    this.#forestIsFolded = folded;
    if (forest === this.#forest) {
      this.#version += 1;
      this.#emit('colours');
      return;
    }
    const old = this.#table;
    if (old && old.traceId === table.traceId && this.#keepView) {
      this.#carry(old, table, forest);
    } else {
      this.#reset();
      this.#colours = colours;
      this.#take(table, forest);
      this.#collapse.take(forest);
    }
    this.#keepView = true;
    this.#look();
    this.#openMatches();
    this.#listRows();
    this.#emit('table');
  }

  #reset(): void {
    this.#table = undefined;
    this.#forest = EMPTY_FOREST;
    this.#folds = new FoldBook(EMPTY_FOREST, undefined);
    this.#colours = NO_COLOURS;
    this.#rows = new Uint32Array(0);
    this.#rowCount = 0;
    this.#collapse.take(EMPTY_FOREST);
    this.#find = new FindState();
    this.#focused = undefined;
    this.#selected = undefined;
    this.#hovered = undefined;
    this.#events = new Map();
    this.#traceNumber += 1;
    this.#version += 1;
  }

  #take(table: TraceTable, forest: Forest): void {
    this.#table = table;
    this.#forest = forest;
    this.#folds = new FoldBook(forest, table);
    if (this.#rows.length < forest.count) {
      this.#rows = new Uint32Array(forest.count);
    }
  }

  #carry(old: TraceTable, table: TraceTable, forest: Forest): void {
    const oldFolds = this.#folds;
    const closed = this.#collapse.save(oldFolds);
    const single = [this.#focused, this.#selected, this.#hovered].filter((id) => id !== undefined);
    const map = mapNodes(old, table, {
      nodes: [...single.map((id) => oldFolds.firstNode(id)), ...closed.openFolds, ...this.#events.keys()],
      flags: closed.before ? [closed.closed, closed.before] : [closed.closed],
    });
    this.#take(table, forest);
    this.#collapse.take(forest, map.kept);
    this.#collapse.load(closed, map, this.#folds);
    const follow = (id: RowId | undefined): RowId | undefined => {
      const node = id === undefined ? -1 : map.of(oldFolds.firstNode(id));
      if (id === undefined || node < 0) {
        return undefined;
      }
      return oldFolds.isFold(id) ? (this.#folds.foldOfNode(node) ?? node) : node;
    };
    this.#focused = follow(this.#focused);
    this.#selected = follow(this.#selected);
    this.#hovered = follow(this.#hovered);
    this.#events = new Map([...this.#events].map(([node, times]) => [map.of(node), times]));
  }

  #bounds(): [begin: number, end: number] {
    if (this.#focused === undefined) {
      return [0, this.#forest.count];
    }
    const begin = this.#forest.positions[this.#focused];
    return [begin, begin + this.#forest.sizes[begin]];
  }

  #look(): void {
    this.#find.look(this.#table, this.#forest, this.#bounds());
  }

  #openMatches(): void {
    if (this.matches) {
      this.#collapse.openMatches(this.matches, this.#folds);
    }
  }

  #listRows(): void {
    const [begin, end] = this.#bounds();
    this.#rowCount = listRows(
      this.#forest,
      { collapsed: this.#collapse.closed, begin, end, only: this.hideOthers ? this.matches?.positions : undefined },
      this.#rows
    );
    this.#version += 1;
    this.#emit('rows');
  }

  #lastRowAt(position: number): number {
    return firstAtLeast(this.#rows, this.#rowCount, position + 1) - 1;
  }

  #selectedPosition(): number {
    return this.#selected === undefined ? -1 : this.#forest.positions[this.#selected];
  }

  #goTo(position: number | undefined): RowId | undefined {
    if (position === undefined) {
      return undefined;
    }
    const id = this.#forest.order[position];
    this.reveal(id);
    this.select(id);
    return id;
  }
}
