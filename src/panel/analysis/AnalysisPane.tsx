import React, { type ComponentType } from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Alert, ErrorBoundaryAlert, LoadingBar, useStyles2 } from '@grafana/ui';
import { type TraceViewName } from '../view/viewTypes';
import { type AnalysisViewProps } from './analysisView';
import { EventsView } from './events/EventsView';
import { FlameView } from './flame/FlameView';
import { MapView } from './map/MapView';
import { SpansView } from './spans/SpansView';
import { StatisticsView } from './statistics/StatisticsView';

interface Props extends Omit<AnalysisViewProps, 'analysis' | 'table'> {
  readonly view: Exclude<TraceViewName, 'waterfall' | 'logs'>;
  /** Undefined while the trace still comes. */
  readonly table: AnalysisViewProps['table'] | undefined;
  readonly analysis: AnalysisViewProps['analysis'] | undefined;
  readonly problem: string | undefined;
}

const VIEWS: Readonly<Record<Props['view'], ComponentType<AnalysisViewProps>>> = {
  flame: FlameView,
  statistics: StatisticsView,
  map: MapView,
  spans: SpansView,
  events: EventsView,
};

/** One of the views beside the waterfall, once the trace is there and was looked at. */
export function AnalysisPane({ view, table, analysis, problem, ...rest }: Props) {
  const styles = useStyles2(getStyles);
  const View = VIEWS[view];
  if (problem !== undefined) {
    return (
      <Alert severity="error" title="The trace cannot be analysed">
        {problem}
      </Alert>
    );
  }
  if (!table || !analysis) {
    return (
      <div className={styles.waiting} role="status">
        <LoadingBar width={300} ariaLabel="Analysing the trace" />
        <p>{table ? 'Analysing the trace…' : 'Waiting for the rest of the trace…'}</p>
      </div>
    );
  }
  return (
    <ErrorBoundaryAlert key={view}>
      <View {...rest} table={table} analysis={analysis} />
    </ErrorBoundaryAlert>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  waiting: css({ color: theme.colors.text.secondary, '& > p': { padding: theme.spacing(1) } }),
});
