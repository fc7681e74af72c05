import { analyzeTrace, callersGraph, runNow } from '@clew/trace-model';
import { tableOf } from '../../timeline/testing/syntheticTable';
import {
  ancestorsOf,
  boxAt,
  boxesIn,
  placesOf,
  REST,
  restOf,
  rowsOf,
  WHOLE,
  zoomShowing,
  type FlameBoxes,
  type FlamePlaces,
} from './flameLayout';
import { stepFrom } from './flameWalk';

/** root 100: a 60 (of which its child c 20), b 30, own 10. */
const table = tableOf([
  { id: 1, service: 's', name: 'root', start: 0, duration: 100 },
  { id: 2, parent: 1, service: 's', name: 'b', start: 0, duration: 30 },
  { id: 3, parent: 1, service: 's', name: 'a', start: 30, duration: 60 },
  { id: 4, parent: 3, service: 's', name: 'c', start: 40, duration: 20 },
]);
const flame = runNow(analyzeTrace(table)).flame;
const places = placesOf(flame);

const drawn = ({ graph }: FlamePlaces, boxes: FlameBoxes, of = table) =>
  Array.from({ length: boxes.count }, (_, at) => {
    const node = boxes.nodes[at];
    const name = boxes.kinds[at] === REST ? '…' : node === WHOLE ? 'all' : of.names.get(graph.names[node]);
    return `${boxes.rows[at]} ${name} ${boxes.x[at]}+${boxes.widths[at]}`;
  });

const all = { firstRow: 0, lastRow: 100 };

test('widths are self times with all below, the widest first', () => {
  expect(drawn(places, boxesIn(places, { zoom: WHOLE, width: 1000, ...all }))).toEqual([
    '0 root 0+1000',
    '1 a 0+600',
    '2 c 0+200',
    '1 b 600+300',
  ]);
  expect(rowsOf(places, WHOLE, 1000)).toBe(3);
});

test('a node that is zoomed to is as wide as the picture, and so is what is above it', () => {
  expect(drawn(places, boxesIn(places, { zoom: 1, width: 600, ...all }))).toEqual([
    '0 root 0+600',
    '1 a 0+600',
    '2 c 0+200',
  ]);
  expect(ancestorsOf(places, 2)).toEqual([0, 1, 2]);
  // A sibling is shown by zooming to what is above both.
  expect(zoomShowing(flame, 1, 2)).toBe(1);
  expect(zoomShowing(flame, 1, 0)).toBe(1);
  expect(zoomShowing(flame, 1, 3)).toBe(0);
});

test('only the rows in sight', () => {
  expect(drawn(places, boxesIn(places, { zoom: WHOLE, width: 1000, firstRow: 1, lastRow: 1 }))).toEqual([
    '1 a 0+600',
    '1 b 600+300',
  ]);
});

test('what is too narrow is one box, with as much as it stands for', () => {
  const window = { zoom: WHOLE, width: 100, ...all, minWidth: 40 };
  expect(drawn(places, boxesIn(places, { ...window, minWidth: 31 }))).toEqual(['0 root 0+100', '1 a 0+60']);
  expect(drawn(places, boxesIn(places, { ...window, minWidth: 30.5, width: 101 }))).toHaveLength(2);
  const many = tableOf([
    { id: 1, service: 's', name: 'root', start: 0, duration: 1000 },
    ...Array.from({ length: 1000 }, (_, at) => ({
      id: at + 2,
      parent: 1,
      service: 's',
      name: `n${at}`,
      start: at,
      duration: 1,
    })),
  ]);
  const wide = placesOf(runNow(analyzeTrace(many)).flame);
  const boxes = boxesIn(wide, { zoom: WHOLE, width: 100, ...all });
  expect(drawn(wide, boxes, many)).toEqual(['0 root 0+100', '1 … 0+100']);
  expect(restOf(wide, boxes.nodes[1])).toEqual({ count: 1000, valueNs: 1_000_000 });
});

test('several roots stand below one row for all', () => {
  const callers = placesOf(runNow(callersGraph(flame)));
  expect(callers.topRows).toBe(1);
  expect(drawn(callers, boxesIn(callers, { zoom: WHOLE, width: 100, firstRow: 0, lastRow: 1 }))).toEqual([
    '0 all 0+100',
    '1 a 0+40',
    '1 b 40+30',
    '1 c 70+20',
    '1 root 90+10',
  ]);
  expect(ancestorsOf(callers, 0)).toEqual([WHOLE, 0]);
});

test('what is under the pointer', () => {
  const boxes = boxesIn(places, { zoom: WHOLE, width: 1000, ...all });
  const nodeAt = (row: number, x: number) => boxes.nodes[boxAt(boxes, row, x)];
  expect(nodeAt(1, 599)).toBe(1);
  expect(nodeAt(1, 601)).toBe(3);
  expect(nodeAt(1, 901)).toBe(3);
  expect(boxAt(boxes, 1, 950)).toBe(-1);
  expect(boxAt(boxes, 7, 10)).toBe(-1);
});

test('arrow keys', () => {
  const names = (['down', 'down', 'up', 'right', 'right', 'left', 'last', 'first', 'up', 'up'] as const).reduce<
    number[]
  >((way, step) => [...way, stepFrom(places, way[way.length - 1], step)], [0]);
  expect(names).toEqual([0, 1, 2, 1, 3, 3, 1, 3, 1, 0, 0]);
  const callers = placesOf(runNow(callersGraph(flame)));
  expect(stepFrom(callers, WHOLE, 'down')).toBe(0);
  expect(stepFrom(callers, WHOLE, 'right')).toBe(WHOLE);
  expect(stepFrom(callers, 0, 'up')).toBe(WHOLE);
});

test('nothing', () => {
  const nothing = placesOf(runNow(analyzeTrace(tableOf([]))).flame);
  expect(boxesIn(nothing, { zoom: WHOLE, width: 100, ...all }).count).toBe(0);
  expect(rowsOf(nothing, WHOLE, 100)).toBe(0);
  expect(stepFrom(nothing, WHOLE, 'down')).toBe(WHOLE);
  const instant = placesOf(
    runNow(analyzeTrace(tableOf([{ id: 1, service: 's', name: 'n', start: 0, duration: 0 }]))).flame
  );
  expect(instant.total).toBe(0);
  expect(boxesIn(instant, { zoom: WHOLE, width: 100, ...all }).count).toBe(0);
});
