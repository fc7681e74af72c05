import React from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import { formatCount, formatDurationMs, formatPercent } from '../../../shared/format';
import { type MapEdge } from '../../../shared/serviceMap/mapEdge';
import { callsLabel, callsText, serviceQuery } from '../../../shared/serviceMap/mapTexts';
import { type MapGraph } from './mapGraph';
import { type MapService } from './MapNode';

interface Props {
  readonly graph: MapGraph;
  readonly service: MapService;
  readonly names: readonly string[];
  readonly colour: string;
  readonly onSearch: (traceql: string) => void;
}

/** The chosen service under the map: its numbers, whom it calls and who calls it. */
export function MapDetails({ graph, service, names, colour, onSearch }: Props) {
  const styles = useStyles2(getStyles);
  const { place, name, spans, errors, selfNs, found } = service;
  const own = graph.ownCalls[place];
  const lines: Array<readonly [string, string]> = [
    ['Spans', formatCount(spans)],
    ['Self time', `${formatDurationMs(selfNs / 1e6)} (${formatPercent(selfNs, graph.totalNs)})`],
  ];
  if (errors > 0) {
    lines.push(['Errors', formatCount(errors)]);
  }
  if (found !== undefined) {
    lines.push(['Found by the search', formatCount(found)]);
  }
  if (own) {
    lines.push(['Calls to itself', callsLabel(own)]);
  }
  const byCalls = (left: MapEdge, right: MapEdge) => right.calls - left.calls;
  const neighbours = [
    { title: 'Called by', edges: graph.edges.filter(({ to }) => to === place), otherOf: ({ from }: MapEdge) => from },
    { title: 'Calls', edges: graph.edges.filter(({ from }) => from === place), otherOf: ({ to }: MapEdge) => to },
  ];
  return (
    <section className={styles.strip} aria-label="The chosen service">
      <div className={styles.texts}>
        <div className={styles.title} title={name}>
          <span className={styles.tone} style={{ background: colour }} />
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
        {neighbours.map(({ title, edges, otherOf }) =>
          edges.length === 0 ? null : (
            <div key={title} className={styles.neighbours}>
              <span className={styles.label}>{title}</span>
              {edges.sort(byCalls).map((edge) => (
                <span key={otherOf(edge)} title={callsText(edge)}>
                  {names[otherOf(edge)]}{' '}
                  <span className={edge.errors > 0 ? styles.errors : styles.label}>{callsLabel(edge)}</span>
                </span>
              ))}
            </div>
          )
        )}
      </div>
      {service.service !== '' && (
        <Button
          size="sm"
          variant="secondary"
          tooltip="Searches for all spans of this service"
          onClick={() => onSearch(serviceQuery(service.service))}
        >
          Find these spans
        </Button>
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
    maxHeight: '40%',
    overflowY: 'auto',
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
  tone: css({ display: 'inline-block', width: 8, height: 8, marginRight: theme.spacing(0.75), borderRadius: 1 }),
  lines: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0, 2), fontVariantNumeric: 'tabular-nums' }),
  neighbours: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0, 1.5), overflowWrap: 'anywhere' }),
  label: css({ color: theme.colors.text.secondary }),
  errors: css({ color: theme.colors.error.text }),
});
