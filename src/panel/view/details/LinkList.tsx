import React, { useEffect, useState } from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { type SpanDetails, type TraceSource, type TraceTable } from '../../trace/traceTable';
import { rowOfSpan } from '../traceFacts';
import { type ViewLinks } from '../viewTypes';
import { AttributeList, type AttributeActions } from './AttributeList';

interface Props {
  span: SpanDetails;
  table: TraceTable;
  links: ViewLinks;
  filter: string;
  actions: AttributeActions;
  onSelectRow: (row: number) => void;
}

/** To other spans: of this trace they are selected, others open their trace. */
export function LinkList({ span, table, links, filter, actions, onSelectRow }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <>
      <ul className={styles.links}>
        {span.links.map((link, index) => {
          const row = link.traceId === table.traceId ? rowOfSpan(table, link.spanId) : -1;
          const href = row < 0 ? links.trace?.(link.traceId, link.spanId) : undefined;
          return (
            <li key={index} className={styles.link}>
              {row >= 0 ? (
                <button type="button" className={styles.button} onClick={() => onSelectRow(row)}>
                  {spanText(table, row)}
                </button>
              ) : href ? (
                <a className={styles.button} href={href}>
                  {`Span ${link.spanId} of trace ${link.traceId}`}
                </a>
              ) : (
                <span>{`Span ${link.spanId} of trace ${link.traceId}`}</span>
              )}
              {link.attributes.length > 0 && (
                <AttributeList
                  name={`Attributes of the link to ${link.spanId}`}
                  place="link"
                  attributes={link.attributes}
                  filter={filter}
                  dropped={link.droppedAttributes}
                  actions={actions}
                />
              )}
            </li>
          );
        })}
      </ul>
      {span.droppedLinks > 0 && <p className={styles.note}>The sender dropped {span.droppedLinks} more.</p>}
    </>
  );
}

const MAX_INCOMING = 20;

/** Rows of the trace whose links lead to the span; empty until that is known. Nothing is asked of a trace without links. */
export function useIncomingLinks(table: TraceTable, source: TraceSource, spanId: string): readonly number[] {
  const [found, setFound] = useState<{ readonly spanId: string; readonly rows: readonly number[] }>();
  const isComplete = table.complete;
  useEffect(() => {
    if (!isComplete || !/^[0-9a-f]{16}$/.test(spanId) || !table.columns.linkCounts.some((count) => count > 0)) {
      return undefined;
    }
    const abort = new AbortController();
    source.matches(`{ link:spanID = "${spanId}" && link:traceID = "${table.traceId}" }`, abort.signal).then(
      (bits) => !abort.signal.aborted && setFound({ spanId, rows: firstRows(bits, table.tree.rows) }),
      // It is an extra: without it the details are what they are.
      () => undefined
    );
    return () => abort.abort();
  }, [isComplete, table, source, spanId]);
  return found?.spanId === spanId ? found.rows : NO_ROWS;
}

const NO_ROWS: readonly number[] = [];

function firstRows(bits: Uint32Array, rows: number): number[] {
  const found: number[] = [];
  for (let row = 0; row < rows && found.length < MAX_INCOMING; row++) {
    if ((bits[row >>> 5] >>> (row & 31)) & 1) {
      found.push(row);
    }
  }
  return found;
}

export function IncomingLinks({
  table,
  rows,
  onSelectRow,
}: {
  table: TraceTable;
  rows: readonly number[];
  onSelectRow: (row: number) => void;
}) {
  const styles = useStyles2(getStyles);
  return (
    <ul className={styles.links}>
      {rows.map((row) => (
        <li key={row} className={styles.link}>
          <button type="button" className={styles.button} onClick={() => onSelectRow(row)}>
            {spanText(table, row)}
          </button>
        </li>
      ))}
    </ul>
  );
}

const spanText = ({ columns, names, services }: TraceTable, row: number): string =>
  `${services.get(columns.services[row])}: ${names.get(columns.names[row])}`;

const getStyles = (theme: GrafanaTheme2) => ({
  links: css({ listStyle: 'none', margin: 0 }),
  link: css({ padding: theme.spacing(0.25, 1), overflowWrap: 'anywhere' }),
  button: css({
    border: 'none',
    background: 'none',
    padding: 0,
    textAlign: 'left',
    color: theme.colors.text.link,
    '&:hover': { textDecoration: 'underline' },
  }),
  note: css({ margin: 0, padding: theme.spacing(0.25, 1), color: theme.colors.text.secondary }),
});
