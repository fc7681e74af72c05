import { CLIENT, CONSUMER, PRODUCER, SERVER } from '../parents.ts';
import { CYCLE, DUPLICATE_ID, ORPHAN, PHANTOM, SKEWED } from '../trace-tree.ts';
import type { Span } from './spans.ts';

/** What a tree says, as plain arrays. */
export interface ReferenceTree {
  readonly nodes: number;
  readonly parents: number[];
  readonly order: number[];
  readonly depths: number[];
  readonly subtreeSizes: number[];
  readonly flags: number[];
  readonly phantomIds: number[];
  readonly starts: number[];
  readonly ends: number[];
  readonly maxSkewNs: number;
  readonly skewedSpans: number;
}

interface Node {
  readonly index: number;
  /** Undefined for a phantom. */
  readonly span: Span | undefined;
  readonly id: number;
  readonly kind: number;
  start: number;
  end: number;
  flags: number;
  parent: Node | undefined;
  shift: number;
}

/** The rules of the tree, word by word, with objects and recursion: for a few hundred spans. */
export function referenceTree(spans: readonly Span[], correctSkew: boolean): ReferenceTree {
  const nodes = spans.map(nodeOf);
  linkParents(nodes);
  for (const node of nodes) {
    cutCircleOf(node);
  }
  const children = (node: Node | undefined): Node[] => nodes.filter(({ parent }) => parent === node);
  if (correctSkew) {
    children(undefined).forEach((root) => children(root).forEach((child) => correct(child, children)));
  }
  for (const phantom of nodes.slice(spans.length)) {
    phantom.start = Math.min(...children(phantom).map(({ start }) => start));
    phantom.end = Math.max(...children(phantom).map(({ end }) => end));
  }
  const [order, depths, subtreeSizes]: number[][] = [[], [], []];
  const visit = (node: Node, depth: number): void => {
    const position = order.push(node.index) - 1;
    depths.push(depth);
    subtreeSizes.push(0);
    sorted(children(node)).forEach((child) => visit(child, depth + 1));
    subtreeSizes[position] = order.length - position;
  };
  sorted(children(undefined)).forEach((root) => visit(root, 0));
  return {
    nodes: nodes.length,
    parents: nodes.map(({ parent }) => parent?.index ?? -1),
    order,
    depths,
    subtreeSizes,
    flags: nodes.map(({ flags }) => flags),
    phantomIds: nodes.slice(spans.length).map(({ id }) => id),
    starts: nodes.map(({ start }) => start),
    ends: nodes.map(({ end }) => end),
    maxSkewNs: Math.max(0, ...nodes.map(({ shift }) => Math.abs(shift))),
    skewedSpans: nodes.filter(({ shift }) => shift !== 0).length,
  };
}

function nodeOf(span: Span, index: number): Node {
  const start = Number(span.start ?? 0);
  const end = start + Math.max(0, Number(span.duration ?? 0));
  return { index, span, id: span.id, kind: span.kind ?? 0, start, end, flags: 0, parent: undefined, shift: 0 };
}

/** Adds phantoms to `nodes`. */
function linkParents(nodes: Node[]): void {
  const rows = nodes.slice();
  for (const node of rows) {
    const named = node.span?.parent ?? 0;
    const namesakes = rows.filter((other) => other !== node && other.id === node.id);
    const candidates = rows.filter((other) => other !== node && other.id === named);
    const clients = namesakes.filter(({ kind }) => kind === CLIENT);
    node.flags |= namesakes.length > 0 ? DUPLICATE_ID : 0;
    if (node.kind === SERVER && clients.length > 0) {
      node.parent = underWay(clients, node);
    } else if (named === node.id && named !== 0 && namesakes.length === 0) {
      node.parent = node;
    } else if (named !== 0 && candidates.length > 0) {
      const servers = candidates.filter(({ kind }) => kind === SERVER);
      const isShared = servers.length > 0 && candidates.some(({ kind }) => kind === CLIENT);
      node.parent = underWay(isShared ? servers : candidates, node);
    } else if (named !== 0) {
      node.flags |= ORPHAN;
      node.parent = nodes.slice(rows.length).find(({ id }) => id === named);
      if (!node.parent) {
        node.parent = { ...nodeOf({ id: named }, nodes.length), span: undefined, flags: PHANTOM };
        nodes.push(node.parent);
      }
    }
  }
}

const underWay = (nodes: readonly Node[], child: Node): Node => nodes.find(({ end }) => end >= child.start) ?? nodes[0];

function cutCircleOf(node: Node): void {
  const above: Node[] = [];
  for (let at: Node | undefined = node; at && !above.includes(at); at = at.parent) {
    above.push(at);
    if (at.parent === node) {
      const first = sorted(above)[0];
      first.parent = undefined;
      first.flags |= CYCLE;
      return;
    }
  }
}

function correct(node: Node, children: (node: Node) => Node[]): void {
  const { parent } = node;
  if (parent?.span) {
    const isOneClock = (parent.span.resource ?? 0) === (node.span?.resource ?? 0);
    node.shift = isOneClock ? parent.shift : ownShift(node, parent);
    node.start += node.shift;
    node.end += node.shift;
    node.flags |= node.shift === 0 ? 0 : SKEWED;
  }
  children(node).forEach((child) => correct(child, children));
}

function ownShift(node: Node, parent: Node): number {
  const isEarly = parent.start - node.start >= 1e6;
  const isLate = parent.kind === CLIENT && node.kind === SERVER && node.start - parent.end >= 1e6;
  if (node.kind === CONSUMER || parent.kind === PRODUCER || !(isEarly || isLate)) {
    return 0;
  }
  const spare = parent.end - parent.start - (node.end - node.start);
  return parent.start - node.start + (spare > 0 ? Math.floor(spare / 2) : 0);
}

const sorted = (nodes: readonly Node[]): Node[] => [...nodes].sort((a, b) => a.start - b.start || a.index - b.index);
