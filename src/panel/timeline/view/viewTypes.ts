import { type TimelineModel } from '../model/timelineModel';
import { type RowId, type RowKind } from '../model/types';
import { type CreateRenderer } from './canvasHost';
import { type TimelineTheme } from '../theme/timelineTheme';

/** A row, for callbacks. */
export interface Target {
  readonly id: RowId;
  readonly kind: RowKind;
  /** Of a fold its first member. A phantom's is not a row of the table. */
  readonly node: number;
}

/** Where the pointer is. CSS pixels from the left upper corner of the container, and of the page's window. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly clientX: number;
  readonly clientY: number;
  readonly part: 'tree' | 'column' | 'bars';
  /** In `bars`: nanoseconds after the base. */
  readonly timeNs: number | undefined;
  /** In `column`: the number of the attribute column. */
  readonly column: number | undefined;
}

export interface ViewState {
  readonly startNs: number;
  readonly endNs: number;
  readonly firstRow: number;
  /** The one after the last in view. */
  readonly endRow: number;
  readonly treeWidth: number;
}

export interface TimelineCallbacks {
  /** Clicked or reached by keys. */
  readonly onSelect?: (target: Target | undefined) => void;
  /** Undefined: the pointer is on no row. */
  readonly onHover?: (target: Target | undefined, place: Place) => void;
  /** Its details are wanted: Enter. */
  readonly onOpen?: (target: Target) => void;
  readonly onContextMenu?: (target: Target, place: Place) => void;
  readonly onHelp?: () => void;
  /** Escape, when nothing is left to let go of. */
  readonly onEscape?: () => void;
  /** After a frame with another window. At most once a frame. */
  readonly onView?: (state: ViewState) => void;
}

export interface TimelineViewOptions extends TimelineCallbacks {
  /** Filled by the view, which removes what it added in `destroy`. Needs a height of its own. */
  readonly container: HTMLElement;
  readonly model: TimelineModel;
  readonly theme: TimelineTheme;
  /** CSS pixels of the tree column; without it a share of the width. */
  readonly treeWidth?: number;
  readonly minimap?: boolean;
  /** For tests. */
  readonly createRenderer?: CreateRenderer;
}
