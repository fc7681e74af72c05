import { buildTree } from './build-tree.ts';
import { runNow } from './steps.ts';
import { columnsOf } from './testing/spans.ts';
import { ancestorsOf, childNodesOf, isInSubtree, parentOf, pathTo, rootsOf } from './walk.ts';

// Nodes 0 … 5 are the rows, 6 is the parent of node 5 that is missing.
const tree = runNow(
  buildTree(
    columnsOf([
      { id: 1, start: 0 },
      { id: 2, parent: 1, start: 5 },
      { id: 3, parent: 1, start: 2 },
      { id: 4, parent: 3, start: 3 },
      { id: 5, start: 9 },
      { id: 6, parent: 99, start: 4 },
    ])
  )
);

test('down', () => {
  expect([...rootsOf(tree)]).toEqual([0, 6, 4]);
  expect([...childNodesOf(tree, 0)]).toEqual([2, 1]);
  expect([...childNodesOf(tree, 3)]).toEqual([]);
  expect([...childNodesOf(tree, 6)]).toEqual([5]);
});

test('up', () => {
  expect([parentOf(tree, 3), parentOf(tree, 0)]).toEqual([2, -1]);
  expect([...ancestorsOf(tree, 3)]).toEqual([2, 0]);
  expect([...pathTo(tree, 3)]).toEqual([0, 2, 3]);
  expect([...pathTo(tree, 0)]).toEqual([0]);
});

test('below', () => {
  const below = (top: number) =>
    Array.from({ length: tree.nodes }, (_, node) => node).filter((node) => isInSubtree(tree, node, top));
  expect([0, 2, 3, 6].map(below)).toEqual([[0, 1, 2, 3], [2, 3], [3], [5, 6]]);
});

test('nothing', () => {
  expect([...rootsOf(runNow(buildTree(columnsOf([]))))]).toEqual([]);
});
