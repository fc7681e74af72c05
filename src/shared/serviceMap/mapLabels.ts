import { type MapEdge } from './mapEdge';
import { MANY_ARROWS, pointOn, type Point } from './mapLayout';

export interface MapLabel extends Point {
  /** The arrow, by its number. */
  readonly edge: number;
  readonly text: string;
}

/** CSS pixels of a letter, about, and of a line. */
const LETTER = 6.2;
const LINE = 13;
const [ABOVE, BELOW] = [-3, 12];
/** Where on the last part of the way, then on the first, in the order of liking. */
const SHARES = [0.5, 0.65, 0.35, 0.78, 0.22];

/**
 * Numbers on the arrows, those with the most calls first; what finds no free place is left out, and is there when its service is
 * pointed at.
 * @param labelOf the number on an arrow, as text.
 * @param marked the service whose arrows alone have labels. Without one, and with many arrows, none has.
 */
export function placeLabels<Edge extends MapEdge>(
  edges: readonly Edge[],
  ways: ReadonlyArray<readonly Point[]>,
  labelOf: (edge: Edge) => string,
  marked: number | undefined
): MapLabel[] {
  const wanted = edges
    .map((edge, at) => ({ edge, at }))
    .filter(({ edge }) => marked === undefined || edge.from === marked || edge.to === marked);
  if (marked === undefined && wanted.length > MANY_ARROWS) {
    return [];
  }
  const taken: Array<Point & { readonly half: number }> = [];
  const labels: MapLabel[] = [];
  for (const { edge, at } of wanted.sort((left, right) => right.edge.calls - left.edge.calls)) {
    const text = labelOf(edge);
    const half = (text.length * LETTER) / 2;
    const place = candidates(ways[at]).find(({ x, y }) =>
      taken.every((other) => Math.abs(other.x - x) >= other.half + half || Math.abs(other.y - y) >= LINE)
    );
    if (place) {
      taken.push({ ...place, half });
      labels.push({ edge: at, text, x: place.x, y: place.y });
    }
  }
  return labels;
}

/** A little above the line or below it, in the gaps between layers. */
function candidates(way: readonly Point[]): Point[] {
  const ends = way.length > 2 ? [way.slice(-2), way.slice(0, 2)] : [way];
  return ends.flatMap(([from, to]) =>
    [ABOVE, BELOW].flatMap((shift) =>
      SHARES.map((share) => {
        const { x, y } = pointOn(from, to, share);
        return { x, y: y + shift };
      })
    )
  );
}
