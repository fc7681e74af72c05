import { type ComparedPathJson, type DifferenceState } from '../../shared/storeAnalysisTypes';
import { differingPaths } from './pathRows';

const SIDE = { traces: 1, share: 1, count: 1, meanNs: 1, medianNs: 1, selfNs: 1, onPathNs: 1, errorRate: 0 };

const path = (name: string, depth: number, state: DifferenceState = 'same'): ComparedPathJson => ({
  ...{ service: 's', name, depth, state, a: SIDE, b: SIDE, deltaNs: 0, deltaSelfNs: 0 },
});

test('a difference keeps what is above it, and nothing beside it', () => {
  const paths = [
    path('root', 0),
    path('left', 1),
    path('left leaf', 2),
    path('right', 1),
    path('deep', 2),
    path('deepest', 3, 'slower'),
    path('beside', 3),
    path('last', 1, 'added'),
    path('other root', 0),
  ];
  expect(differingPaths(paths).map(({ name }) => name)).toEqual(['root', 'right', 'deep', 'deepest', 'last']);
});

test('a difference above another', () => {
  const paths = [
    path('root', 0, 'slower'),
    path('child', 1),
    path('leaf', 2),
    path('again', 1),
    path('end', 2, 'faster'),
  ];
  expect(differingPaths(paths).map(({ name }) => name)).toEqual(['root', 'again', 'end']);
});

test('no difference, nothing', () => {
  expect(differingPaths([path('root', 0), path('leaf', 1)])).toEqual([]);
});
