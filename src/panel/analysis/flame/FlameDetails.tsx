import React from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import { type TraceTable } from '../../trace/traceTable';
import { factsOf, queryOf, type FlameMode } from './flameFacts';
import { type FlamePlaces } from './flameLayout';

interface Props {
  readonly table: TraceTable;
  readonly places: FlamePlaces;
  readonly mode: FlameMode;
  readonly node: number;
  /** Undefined while it is looked for; -1 where there is no span. */
  readonly slowestRow: number | undefined;
  readonly serviceColour: (service: string) => string;
  readonly onShowSpan: (row: number) => void;
  readonly onSearch: (traceql: string) => void;
}

/** The chosen node under the picture: its numbers, and ways to its spans. */
export function FlameDetails(props: Props) {
  const { table, places, mode, node, slowestRow, serviceColour, onShowSpan, onSearch } = props;
  const styles = useStyles2(getStyles);
  const { service, name, lines } = factsOf(table, places, node, mode);
  const query = queryOf(table, places.graph, node);
  return (
    <section className={styles.strip} aria-label="The chosen operation">
      <div className={styles.texts}>
        <div className={styles.title} title={`${service} ${name}`.trim()}>
          {service !== '' && (
            <>
              <span className={styles.tone} style={{ background: serviceColour(service) }} />
              <span className={styles.service}>{service}</span>{' '}
            </>
          )}
          {name}
        </div>
        <div className={styles.lines}>
          {lines.map(([label, value]) => (
            <span key={label}>
              <span className={styles.label}>{label}</span>{' '}
              <span className={label === 'Errors' ? styles.errors : undefined}>{value}</span>
            </span>
          ))}
        </div>
      </div>
      {query !== undefined && (
        <div className={styles.buttons}>
          <Button
            size="sm"
            variant="secondary"
            disabled={slowestRow === undefined || slowestRow < 0}
            tooltip="Shows it in the waterfall"
            onClick={() => slowestRow !== undefined && slowestRow >= 0 && onShowSpan(slowestRow)}
          >
            Show the slowest span
          </Button>
          <Button
            size="sm"
            variant="secondary"
            tooltip="Searches for all spans of this operation"
            onClick={() => onSearch(query)}
          >
            Find these spans
          </Button>
        </div>
      )}
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  strip: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(0.5, 2),
    minHeight: 52,
    padding: theme.spacing(0.75, 1),
    borderTop: `1px solid ${theme.colors.border.weak}`,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  texts: css({ flex: '1 1 300px', minWidth: 0 }),
  title: css({
    fontWeight: theme.typography.fontWeightMedium,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
  }),
  tone: css({ display: 'inline-block', width: 8, height: 8, marginRight: theme.spacing(0.5), borderRadius: 1 }),
  service: css({ color: theme.colors.text.secondary }),
  lines: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0, 2), fontVariantNumeric: 'tabular-nums' }),
  label: css({ color: theme.colors.text.secondary }),
  errors: css({ color: theme.colors.error.text }),
  buttons: css({ display: 'flex', gap: theme.spacing(1) }),
});
