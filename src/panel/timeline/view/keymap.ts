/** What a key, a button or a menu may ask of the timeline. */
export type TimelineAction =
  | 'rowUp'
  | 'rowDown'
  | 'pageUp'
  | 'pageDown'
  | 'firstRow'
  | 'lastRow'
  | 'collapseOrParent'
  | 'expandOrChild'
  | 'toggle'
  | 'open'
  | 'zoomIn'
  | 'zoomOut'
  | 'panLeft'
  | 'panRight'
  | 'fit'
  | 'zoomToSpan'
  | 'focus'
  | 'expandSubtree'
  | 'collapseSubtree'
  | 'expandAll'
  | 'collapseAll'
  | 'fold'
  | 'nextMatch'
  | 'previousMatch'
  | 'nextError'
  | 'previousError'
  | 'rowsTaller'
  | 'rowsShorter'
  | 'fitRows'
  | 'help'
  | 'escape';

export type KeyGroup = 'Move' | 'Zoom' | 'Tree' | 'Find' | 'View';

export interface KeyBinding {
  readonly action: TimelineAction;
  /** `KeyboardEvent.key`, with `Shift+` before those keys for which shift does not change `key`. */
  readonly keys: readonly string[];
  /** How the keys are shown. */
  readonly labels: readonly string[];
  readonly group: KeyGroup;
  readonly text: string;
}

const bind = (
  action: TimelineAction,
  group: KeyGroup,
  text: string,
  keys: readonly string[],
  labels: readonly string[] = keys
): KeyBinding => ({ action, group, text, keys, labels });

/** For the keyboard and for the dialog that explains it. */
export const keymap: readonly KeyBinding[] = [
  bind('rowUp', 'Move', 'Previous row', ['ArrowUp', 'k'], ['↑', 'K']),
  bind('rowDown', 'Move', 'Next row', ['ArrowDown', 'j'], ['↓', 'J']),
  bind('collapseOrParent', 'Move', 'Collapse, or go to the parent', ['ArrowLeft'], ['←']),
  bind('expandOrChild', 'Move', 'Expand, or go to the first child', ['ArrowRight'], ['→']),
  bind('pageUp', 'Move', 'One page up', ['PageUp'], ['Page up']),
  bind('pageDown', 'Move', 'One page down', ['PageDown'], ['Page down']),
  bind('firstRow', 'Move', 'First row', ['Home']),
  bind('lastRow', 'Move', 'Last row', ['End']),
  bind('open', 'Move', 'Show the details of the row', ['Enter']),
  bind('zoomIn', 'Zoom', 'Zoom in', ['w', '+', '='], ['W', '+']),
  bind('zoomOut', 'Zoom', 'Zoom out', ['s', '-'], ['S', '−']),
  bind('panLeft', 'Zoom', 'Earlier', ['a', 'Shift+ArrowLeft'], ['A', 'Shift ←']),
  bind('panRight', 'Zoom', 'Later', ['d', 'Shift+ArrowRight'], ['D', 'Shift →']),
  bind('zoomToSpan', 'Zoom', 'Zoom to the selected span', ['z'], ['Z']),
  bind('fit', 'Zoom', 'Show the whole time', ['0'], ['0']),
  bind('toggle', 'Tree', 'Collapse or expand', [' '], ['Space']),
  bind('focus', 'Tree', 'Only the subtree of the selected span; again: the whole trace', ['f'], ['F']),
  bind('expandSubtree', 'Tree', 'Expand all below the selected span', ['e'], ['E']),
  bind('collapseSubtree', 'Tree', 'Collapse all below the selected span', ['c'], ['C']),
  bind('expandAll', 'Tree', 'Expand everything', ['E'], ['Shift E']),
  bind('collapseAll', 'Tree', 'Collapse everything', ['C'], ['Shift C']),
  bind('fold', 'Tree', 'Fold repeated siblings', ['r'], ['R']),
  bind('nextMatch', 'Find', 'Next match', ['n', ']'], ['N', ']']),
  bind('previousMatch', 'Find', 'Previous match', ['N', '['], ['Shift N', '[']),
  bind('nextError', 'Find', 'Next error', ['x'], ['X']),
  bind('previousError', 'Find', 'Previous error', ['X'], ['Shift X']),
  bind('rowsTaller', 'View', 'Taller rows', ['.', '>'], ['.']),
  bind('rowsShorter', 'View', 'Shorter rows', [',', '<'], [',']),
  bind('fitRows', 'View', 'All rows in view; again: back', ['v'], ['V']),
  bind('help', 'View', 'This help', ['?']),
  bind('escape', 'View', 'Let go: selection, focus, zoom', ['Escape'], ['Esc']),
];

const byKey = new Map(keymap.flatMap((binding) => binding.keys.map((key) => [key, binding.action] as const)));

/** The action of a key, if it has one. Keys with ctrl, alt or meta belong to the browser. */
export function actionOf(
  event: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'altKey' | 'metaKey'>
): TimelineAction | undefined {
  if (event.ctrlKey || event.altKey || event.metaKey) {
    return undefined;
  }
  return (event.shiftKey ? byKey.get(`Shift+${event.key}`) : undefined) ?? byKey.get(event.key);
}
