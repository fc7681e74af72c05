import { type TimelineModel } from '../model/timelineModel';
import { ROW_HEIGHTS, type RowHeight, type RowId } from '../model/types';
import { type Viewport } from '../viewport/viewport';
import { type TimelineAction } from './keymap';
import { type Motion } from './motion';
import { type Target, type TimelineCallbacks } from './viewTypes';

const ZOOM_STEP = 1.6;
const PAN_STEP = 0.2;

export interface ActionContext {
  readonly model: TimelineModel;
  readonly viewport: Viewport;
  readonly motion: Motion;
  readonly callbacks: TimelineCallbacks;
  /** Pixels of the bars that zooming keeps in place; undefined: their middle. */
  readonly pointerPx: number | undefined;
  zoomTo(id: RowId): void;
}

/** What a key does. */
export function runAction(action: TimelineAction, context: ActionContext): void {
  const { model, viewport, motion, callbacks } = context;
  const { selected } = model;
  switch (action) {
    case 'rowUp':
      return moveSelection(context, -1);
    case 'rowDown':
      return moveSelection(context, 1);
    case 'pageUp':
      return moveSelection(context, -Math.max(1, Math.floor(viewport.rowsInView) - 1));
    case 'pageDown':
      return moveSelection(context, Math.max(1, Math.floor(viewport.rowsInView) - 1));
    case 'firstRow':
      return selectRow(context, 0);
    case 'lastRow':
      return selectRow(context, model.rowCount - 1);
    case 'collapseOrParent':
      return collapseOrParent(context);
    case 'expandOrChild':
      return expandOrChild(context);
    case 'toggle':
      return selected === undefined ? undefined : model.toggle(selected);
    case 'open':
      return selected === undefined ? undefined : callbacks.onOpen?.(targetOf(model, selected));
    case 'zoomIn':
      return zoomBy(context, ZOOM_STEP);
    case 'zoomOut':
      return zoomBy(context, 1 / ZOOM_STEP);
    case 'panLeft':
      return panBy(context, -PAN_STEP);
    case 'panRight':
      return panBy(context, PAN_STEP);
    case 'fit':
      return motion.glide(viewport.full);
    case 'zoomToSpan':
      return selected === undefined ? undefined : context.zoomTo(selected);
    case 'focus':
      return toggleFocus(context);
    case 'expandSubtree':
      return selected === undefined ? undefined : model.setSubtreeCollapsed(selected, false);
    case 'collapseSubtree':
      return selected === undefined ? undefined : model.setSubtreeCollapsed(selected, true);
    case 'expandAll':
      return model.expandAll();
    case 'collapseAll':
      return model.collapseAll();
    case 'fold':
      return model.setFolding(!model.folding);
    case 'nextMatch':
      return tellSelected(context, model.nextMatch());
    case 'previousMatch':
      return tellSelected(context, model.previousMatch());
    case 'nextError':
      return tellSelected(context, model.nextError());
    case 'previousError':
      return tellSelected(context, model.previousError());
    case 'rowsTaller':
      return stepHeight(model, -1);
    case 'rowsShorter':
      return stepHeight(model, 1);
    case 'fitRows':
      return model.setRowHeight(model.rowHeight === 0 ? 24 : 0);
    case 'help':
      return callbacks.onHelp?.();
    case 'escape':
      return letGo(context);
  }
}

export function targetOf(model: TimelineModel, id: RowId): Target {
  return { id, kind: model.kindOf(id), node: model.nodeOf(id) };
}

function tellSelected({ model, callbacks }: ActionContext, id: RowId | undefined): void {
  if (id !== undefined) {
    callbacks.onSelect?.(targetOf(model, id));
  }
}

function selectRow(context: ActionContext, row: number): void {
  const { model } = context;
  if (model.rowCount > 0) {
    const id = model.rowId(Math.min(model.rowCount - 1, Math.max(0, row)));
    model.select(id);
    tellSelected(context, id);
  }
}

function moveSelection(context: ActionContext, rows: number): void {
  const { model, viewport } = context;
  const row = model.selected === undefined ? -1 : model.closestRow(model.selected);
  // Without a selection, what is at the top is where one is.
  selectRow(context, row < 0 ? Math.ceil(viewport.scrollRow) : row + rows);
}

function collapseOrParent(context: ActionContext): void {
  const { model } = context;
  const { selected } = model;
  if (selected === undefined) {
    return;
  }
  if (model.rowsBelow(selected) > 0 && !model.isCollapsed(selected)) {
    model.setCollapsed(selected, true);
    return;
  }
  const parent = model.parentOf(selected);
  if (parent >= 0 && model.rowOf(parent) >= 0) {
    model.select(parent);
    tellSelected(context, parent);
  }
}

function expandOrChild(context: ActionContext): void {
  const { model } = context;
  const { selected } = model;
  if (selected === undefined || model.rowsBelow(selected) === 0) {
    return;
  }
  if (model.isCollapsed(selected)) {
    model.setCollapsed(selected, false);
  } else {
    selectRow(context, model.rowOf(selected) + 1);
  }
}

function zoomBy({ viewport, motion, pointerPx }: ActionContext, factor: number): void {
  const { startNs, endNs } = motion.target;
  const share = (pointerPx ?? viewport.width / 2) / viewport.width;
  const range = (endNs - startNs) / factor;
  const start = startNs + (endNs - startNs - range) * share;
  motion.glide(viewport.clamped({ startNs: start, endNs: start + range }));
}

function panBy({ viewport, motion }: ActionContext, share: number): void {
  const { startNs, endNs } = motion.target;
  const shift = (endNs - startNs) * share;
  motion.glide(viewport.clamped({ startNs: startNs + shift, endNs: endNs + shift }));
}

function toggleFocus({ model, motion, viewport, zoomTo }: ActionContext): void {
  const { selected, focused } = model;
  if (focused !== undefined && (selected === undefined || selected === focused)) {
    model.focus(undefined);
    motion.glide(viewport.full);
  } else if (selected !== undefined && selected !== focused) {
    model.focus(selected);
    zoomTo(selected);
  }
}

function stepHeight(model: TimelineModel, by: number): void {
  const index = ROW_HEIGHTS.indexOf(model.rowHeight) + by;
  const height: RowHeight | undefined = ROW_HEIGHTS[index];
  if (height !== undefined) {
    model.setRowHeight(height);
  }
}

/** One thing at a time, the last first. */
function letGo({ model, viewport, motion, callbacks }: ActionContext): void {
  if (model.selected !== undefined) {
    model.select(undefined);
    callbacks.onSelect?.(undefined);
  } else if (model.focused !== undefined) {
    model.focus(undefined);
    motion.glide(viewport.full);
  } else if (!viewport.isFull) {
    motion.glide(viewport.full);
  } else {
    callbacks.onEscape?.();
  }
}
