import React from 'react';
import { css } from '@emotion/css';
import { formatCount, formatDurationMs } from '../../shared/format';
import { type RowId, type TimelineModel } from '../timeline';
import { statusText } from './spanTexts';
import { useModelChange } from './useModelChange';

/** Rows around the selected one that are there for screen readers. */
const AROUND = 20;

interface Props {
  model: TimelineModel;
}

/** The waterfall for those who do not see it: the rows around the selected one as a table, and the selected one said aloud. */
export function RowsTable({ model }: Props) {
  useModelChange(model, 'table', 'rows', 'selection', 'matches');
  const { table, rowCount, selected } = model;
  if (!table) {
    return null;
  }
  const current = selected === undefined || selected >= model.forest.count ? -1 : model.closestRow(selected);
  const first = Math.max(0, current - AROUND);
  const last = Math.min(rowCount, Math.max(current, 0) + AROUND + 1);
  const rows = Array.from({ length: Math.max(0, last - first) }, (_, index) => first + index);
  return (
    <div className={HIDDEN}>
      <table role="treegrid" aria-label="Spans of the trace" aria-rowcount={rowCount + 1} aria-readonly>
        <thead>
          <tr role="row" aria-rowindex={1}>
            {['Service', 'Operation', 'Start', 'Duration', 'Status'].map((name) => (
              <th key={name} role="columnheader" scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const id = model.rowId(row);
            const texts = textsOf(model, id);
            return (
              <tr
                key={id}
                role="row"
                aria-rowindex={row + 2}
                aria-level={model.depthOf(id) + 1}
                aria-selected={row === current}
                aria-expanded={model.rowsBelow(id) > 0 ? !model.isCollapsed(id) : undefined}
              >
                <th role="rowheader" scope="row">
                  {texts.service}
                </th>
                <td role="gridcell">{texts.name}</td>
                <td role="gridcell">{texts.start}</td>
                <td role="gridcell">{texts.duration}</td>
                <td role="gridcell">{texts.status}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <div aria-live="polite">
        {current < 0 || selected === undefined ? '' : announcement(model, selected, current)}
      </div>
    </div>
  );
}

interface RowTexts {
  readonly service: string;
  readonly name: string;
  readonly start: string;
  readonly duration: string;
  readonly status: string;
}

function textsOf(model: TimelineModel, id: RowId): RowTexts {
  const { table } = model;
  const node = model.nodeOf(id);
  if (!table || node >= table.tree.rows) {
    return { service: '', name: 'Missing parent', start: '', duration: '', status: '' };
  }
  const { columns, names, services, tree } = table;
  const fold = model.fold(id);
  const name = names.get(columns.names[node]);
  const status = columns.statuses[node];
  return {
    service: services.get(columns.services[node]),
    name: fold ? `${formatCount(fold.count)} times ${name}` : name,
    start: `${formatDurationMs((model.startOf(id) - tree.firstStart) / 1e6)} after the beginning`,
    duration: fold
      ? `${formatDurationMs(fold.sumNs / 1e6)} in sum`
      : formatDurationMs((model.endOf(id) - model.startOf(id)) / 1e6),
    status: fold
      ? fold.errors > 0
        ? `${formatCount(fold.errors)} errors`
        : ''
      : status === 0
        ? ''
        : statusText(status),
  };
}

function announcement(model: TimelineModel, id: RowId, row: number): string {
  const { service, name, start, duration, status } = textsOf(model, id);
  const place = `level ${model.depthOf(id) + 1}, row ${formatCount(row + 1)} of ${formatCount(model.rowCount)}`;
  return [service, name, duration, start, status, place].filter(Boolean).join(', ');
}

const HIDDEN = css({
  position: 'absolute',
  width: 1,
  height: 1,
  margin: -1,
  overflow: 'hidden',
  clipPath: 'inset(50%)',
  whiteSpace: 'nowrap',
});
