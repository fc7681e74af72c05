import React, { memo, useMemo } from 'react';
import { css } from '@emotion/css';
import { formatCount, formatPercent } from '../../../shared/format';
import { type TraceTable } from '../../trace/traceTable';
import { duration, factsOf, nameOf, serviceOf, type FlameMode } from './flameFacts';
import { boxesIn, REST, rowOf, WHOLE, type FlamePlaces } from './flameLayout';

/** Rows that are there for screen readers. */
const ROWS = 100;
/** Levels below the zoomed node. */
const LEVELS = 20;

interface Props {
  readonly table: TraceTable;
  readonly places: FlamePlaces;
  readonly mode: FlameMode;
  readonly zoom: number;
  readonly selected: number;
  /** CSS pixels of the picture: what is too narrow in it is not in the table either. */
  readonly width: number;
}

/** The picture for those who do not see it: its first nodes as a table, and the chosen one said aloud. */
export function FlameTable(props: Props) {
  const { table, places, mode, selected } = props;
  const { service, name, lines } = factsOf(table, places, selected, mode);
  return (
    <div className={HIDDEN}>
      <Rows {...props} />
      <div aria-live="polite">
        {[service, name, ...lines.map(([label, value]) => `${label} ${value}`)].filter(Boolean).join(', ')}
      </div>
    </div>
  );
}

const Rows = memo(function Rows({ table, places, mode, zoom, selected, width }: Props) {
  const nodes = useMemo(() => nodesOf(places, zoom, width), [places, zoom, width]);
  const { graph, total } = places;
  return (
    <table role="treegrid" aria-label="Nodes of the flame graph" aria-readonly>
      <thead>
        <tr role="row">
          {['Service', 'Operation', 'Spans', 'Total', 'Self', 'Share of the trace', 'Errors'].map((title) => (
            <th key={title} role="columnheader" scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {nodes.map((node) => (
          <tr
            key={node}
            role="row"
            aria-level={rowOf(places, node) + 1}
            aria-selected={node === selected}
            aria-expanded={graph.subtreeSizes[node] > 1 ? true : undefined}
          >
            <td role="gridcell">{serviceOf(table, graph, node)}</td>
            <th role="rowheader" scope="row">
              {nameOf(table, graph, node, mode)}
            </th>
            <td role="gridcell">{formatCount(graph.counts[node])}</td>
            <td role="gridcell">{duration(graph.totalNs[node])}</td>
            <td role="gridcell">{duration(graph.selfNs[node])}</td>
            <td role="gridcell">{formatPercent(graph.valueNs[node], total)}</td>
            <td role="gridcell">{formatCount(graph.errors[node])}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
});

function nodesOf(places: FlamePlaces, zoom: number, width: number): number[] {
  const boxes = boxesIn(places, { zoom, width, firstRow: 0, lastRow: rowOf(places, zoom) + LEVELS });
  const nodes: number[] = [];
  for (let at = 0; at < boxes.count && nodes.length < ROWS; at++) {
    if (boxes.kinds[at] !== REST && boxes.nodes[at] !== WHOLE && boxes.nodes[at] >= zoom) {
      nodes.push(boxes.nodes[at]);
    }
  }
  return nodes;
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
