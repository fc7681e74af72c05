import { type TimelineModel } from '../model/timelineModel';
import { firstAtLeast } from '../model/rowList';

/** Pixels from which on a subtree gets a name. */
export const LANDMARK_PX = 15;
const MOST = 400;

export interface Landmark {
  readonly row: number;
  /** How many rows it is high. */
  readonly rows: number;
  /** There is room for its name: none that begins above reaches this far down. */
  readonly named: boolean;
}

/** Of the one around it; a subtree that is nearly all of that is no landmark of its own. */
const NEARLY_ALL = 0.92;

/** Rows too low for text: the subtrees that are tall enough for a name, so that one sees where one is. Outer ones first. */
export function landmarksOf(model: TimelineModel, first: number, end: number, rowHeight: number): Landmark[] {
  const { sizes } = model.forest;
  const { rowPositions, rowCount } = model;
  const least = Math.ceil(LANDMARK_PX / rowHeight);
  const found: Landmark[] = [];
  let free = first;
  let around: Landmark | undefined;
  for (let row = first; row < end && found.length < MOST; row++) {
    const position = rowPositions[row];
    if (sizes[position] < least) {
      continue;
    }
    const rows = firstAtLeast(rowPositions, rowCount, position + sizes[position]) - row;
    const named = row >= free;
    if (rows >= least && (named || !around || rows < around.rows * NEARLY_ALL)) {
      around = { row, rows, named };
      found.push(around);
      free = named ? row + least : free;
    }
  }
  return found;
}

/** The landmarks of all rows, kept until rows or their height change. */
export class LandmarkBook {
  #key = '';
  #found: Landmark[] = [];

  get(model: TimelineModel, rowHeight: number): Landmark[] {
    const key = `${model.version}/${rowHeight}`;
    if (key !== this.#key) {
      this.#key = key;
      this.#found = landmarksOf(model, 0, model.rowCount, rowHeight);
    }
    return this.#found;
  }
}
