import { useCallback, useEffect, useRef } from 'react';
import { type TimelineModel, type ViewState } from '../timeline';
import { type TraceSource } from '../trace/traceTable';

const SETTLE_MS = 150;
const MAX_ROWS = 200;

/** Asks when the events of the rows in view were, once the view stands still. Hand it what the view says. */
export function useVisibleEvents(model: TimelineModel, source: TraceSource): (state: ViewState) => void {
  const timer = useRef<ReturnType<typeof setTimeout>>();
  const abort = useRef<AbortController>();
  const stop = useCallback(() => {
    clearTimeout(timer.current);
    abort.current?.abort();
  }, []);
  useEffect(() => stop, [stop, model, source]);
  return useCallback(
    (state: ViewState) => {
      stop();
      timer.current = setTimeout(() => {
        abort.current = new AbortController();
        void askForEvents(model, source, state, abort.current.signal);
      }, SETTLE_MS);
    },
    [model, source, stop]
  );
}

async function askForEvents(
  model: TimelineModel,
  source: TraceSource,
  { firstRow, endRow }: ViewState,
  signal: AbortSignal
): Promise<void> {
  const { table } = model;
  if (!table) {
    return;
  }
  const nodes: number[] = [];
  for (let row = Math.max(0, firstRow); row < Math.min(endRow, model.rowCount) && nodes.length < MAX_ROWS; row++) {
    const id = model.rowId(row);
    if (model.kindOf(id) === 'span' && table.columns.eventCounts[id] > 0 && !model.eventsOf(id)) {
      nodes.push(id);
    }
  }
  if (nodes.length === 0) {
    return;
  }
  try {
    const spans = await source.details(nodes, signal);
    // Rows of a table that grew may have moved.
    if (signal.aborted || model.table?.columns.spanIds !== table.columns.spanIds) {
      return;
    }
    nodes.forEach((node, index) => {
      const span = spans[index];
      if (span) {
        // Drawn where the span is drawn, which may have been moved.
        const shiftNs = table.tree.starts[node] - Number(span.startNs - table.baseNs);
        model.setEvents(
          node,
          span.events.map(({ timeNs }) => Number(timeNs - table.baseNs) + shiftNs)
        );
      }
    });
  } catch {
    // Ticks are an extra: that there are events shows without them.
  }
}
