export { TimelineModel } from './model/timelineModel';
export { pathMarks, type PathMarks } from './model/pathMarks';
export { immediately, sliced, type Scheduler } from './model/scheduler';
export {
  ROW_HEIGHTS,
  type Colouring,
  type Fold,
  type LegendEntry,
  type LineMarks,
  type ModelChange,
  type RowHeight,
  type RowId,
  type RowKind,
} from './model/types';
export { DARK_THEME, LIGHT_THEME, type TimelineTheme } from './theme/timelineTheme';
export { toneColour, toneTextColour } from './theme/tones';
export { actionOf, keymap, type KeyBinding, type KeyGroup, type TimelineAction } from './view/keymap';
export {
  type Place,
  type Target,
  type TimelineCallbacks,
  type TimelineViewOptions,
  type ViewState,
} from './view/viewTypes';
export { TimelineView } from './view/timelineView';
export { Viewport, type TimeRange } from './viewport/viewport';
