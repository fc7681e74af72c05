import React, { memo } from 'react';
import { css } from '@emotion/css';
import { formatCount, formatDurationMs } from '../format';
import { type MapEdge } from './mapEdge';

/** Rows that are there for screen readers. */
const ROWS = 100;

interface Props {
  readonly edges: readonly MapEdge[];
  /** By place in the graph. */
  readonly names: readonly string[];
}

/** The arrows for those who do not see them. */
export const MapTable = memo(function MapTable({ edges, names }: Props) {
  return (
    <table className={HIDDEN} aria-label="Calls between services" aria-rowcount={edges.length + 1}>
      <thead>
        <tr>
          {['Caller', 'Called', 'Calls', 'Failed', 'Time in sum', 'Through queues'].map((title) => (
            <th key={title} scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {edges.slice(0, ROWS).map(({ from, to, calls, errors, totalNs, queued }) => (
          <tr key={`${from} ${to}`}>
            <th scope="row">{names[from]}</th>
            <td>{names[to]}</td>
            <td>{formatCount(calls)}</td>
            <td>{formatCount(errors)}</td>
            <td>{formatDurationMs(totalNs / 1e6)}</td>
            <td>{formatCount(queued)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
});

const HIDDEN = css({
  position: 'absolute',
  width: 1,
  height: 1,
  margin: -1,
  overflow: 'hidden',
  clipPath: 'inset(50%)',
  whiteSpace: 'nowrap',
});
