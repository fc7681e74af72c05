import React, { useMemo, useState } from 'react';
import { css } from '@emotion/css';
import { callersGraph } from '@clew/trace-model';
import { type GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, LoadingBar, RadioButtonGroup, useStyles2 } from '@grafana/ui';
import { formatCount } from '../../../shared/format';
import { type AnalysisViewProps } from '../analysisView';
import { FlameCanvas } from './FlameCanvas';
import { FlameDetails } from './FlameDetails';
import { type FlameMode } from './flameFacts';
import { placesOf, WHOLE, zoomShowing, type FlamePlaces } from './flameLayout';
import { useMatchedNodes, useNodeSpans } from './useNodeSpans';
import { useInTurns } from '../../trace/useInTurns';

const MODES = [
  { value: 'paths' as const, label: 'Paths', description: 'From the root down: where the time of a call goes' },
  {
    value: 'callers' as const,
    label: 'Callers',
    description: 'Each operation with all of its time, and who called it',
  },
];

/** What is chosen, of which picture. */
interface Chosen {
  readonly places: FlamePlaces;
  readonly zoom: number;
  readonly selected: number;
}

/** The trace merged by path, or by operation and callers, as wide as the self time. */
export function FlameView({ table, analysis, matches, serviceColour, onShowSpan, onSearch }: AnalysisViewProps) {
  const styles = useStyles2(getStyles);
  const paths = analysis.flame;
  const [mode, setMode] = useState<FlameMode>('paths');
  // Kept once they were asked for.
  const [isCallersWanted, setCallersWanted] = useState(false);
  const callers = useInTurns(
    useMemo(() => (isCallersWanted ? () => callersGraph(paths) : undefined), [paths, isCallersWanted])
  );
  const graph = mode === 'paths' ? paths : callers.result;
  const places = useMemo(() => graph && placesOf(graph), [graph]);
  const [chosen, setChosen] = useState<Chosen>();
  const spans = useNodeSpans(table, paths, mode === 'callers' ? graph : undefined);
  const matched = useMatchedNodes(spans.paths, mode === 'callers' ? graph : undefined, matches);

  const toolbar = (
    <div className={styles.toolbar}>
      <RadioButtonGroup
        size="sm"
        aria-label="What the flame graph is merged by"
        options={MODES}
        value={mode}
        onChange={(wanted) => {
          setMode(wanted);
          setCallersWanted((was) => was || wanted === 'callers');
        }}
      />
      <span className={styles.hint}>
        {graph && places && places.total > 0 && hintOf(mode, graph.nodes, graph.isCut, matched)}
      </span>
    </div>
  );
  if (callers.problem !== undefined && mode === 'callers') {
    return (
      <div className={styles.view}>
        {toolbar}
        <Alert severity="error" title="The callers cannot be shown">
          {callers.problem}
        </Alert>
      </div>
    );
  }
  if (!graph || !places) {
    return (
      <div className={styles.view}>
        {toolbar}
        <div className={styles.empty} role="status">
          <LoadingBar width={300} ariaLabel="Looking for callers" />
          Looking for callers…
        </div>
      </div>
    );
  }
  if (places.total <= 0) {
    return (
      <div className={styles.view}>
        {toolbar}
        <div className={styles.empty} role="status">
          {graph.nodes === 0
            ? 'The trace has no spans.'
            : 'No span of this trace took any time: there are no widths to draw.'}
        </div>
      </div>
    );
  }
  const top = places.topRows === 1 ? WHOLE : 0;
  const { zoom, selected } = chosen?.places === places ? chosen : { zoom: WHOLE, selected: top };
  const isZoomed = zoom !== WHOLE;
  const choose = (next: Partial<Chosen>) =>
    setChosen((last) => ({ ...(last?.places === places ? last : { zoom, selected }), places, ...next }));
  const slowestOf = (node: number) =>
    node === WHOLE || spans.shown?.graph !== graph ? undefined : spans.shown.slowest[node];
  return (
    <div className={styles.view}>
      <div className={styles.bar}>
        {toolbar}
        {isZoomed && (
          <Button
            size="sm"
            variant="secondary"
            fill="text"
            icon="search-minus"
            onClick={() => choose({ zoom: WHOLE, selected: top })}
          >
            Zoom out
          </Button>
        )}
      </div>
      <FlameCanvas
        // Scrolled to the top of another picture.
        key={mode}
        table={table}
        places={places}
        mode={mode}
        zoom={zoom}
        selected={selected}
        isZoomed={isZoomed}
        matched={matched}
        serviceColour={serviceColour}
        onSelect={(node) => choose({ selected: node, zoom: zoomShowing(graph, zoom, node) })}
        onZoom={(node) => choose({ zoom: node === top ? WHOLE : node })}
        onZoomOut={() => choose({ zoom: WHOLE })}
        onShow={(node) => {
          const row = slowestOf(node);
          if (row !== undefined && row >= 0) {
            onShowSpan(row);
          }
        }}
      />
      <FlameDetails
        table={table}
        places={places}
        mode={mode}
        node={selected}
        slowestRow={slowestOf(selected)}
        serviceColour={serviceColour}
        onShowSpan={onShowSpan}
        onSearch={onSearch}
      />
    </div>
  );
}

function hintOf(mode: FlameMode, nodes: number, isCut: boolean, matched: Uint32Array | undefined): string {
  const what = mode === 'callers' ? 'operations and callers' : nodes === 1 ? 'path' : 'paths';
  if (matched) {
    let found = 0;
    for (const count of matched) {
      found += count > 0 ? 1 : 0;
    }
    return `The search finds spans of ${formatCount(found)} of ${formatCount(nodes)} ${what}.`;
  }
  const cut = isCut ? ' Callers far up are left out: there are too many.' : '';
  return `${formatCount(nodes)} ${what}. Widths are self times.${cut}`;
}

const getStyles = (theme: GrafanaTheme2) => ({
  view: css({ display: 'flex', flexDirection: 'column', height: '100%', minHeight: 160 }),
  bar: css({ display: 'flex', alignItems: 'center', justifyContent: 'space-between' }),
  toolbar: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(0.5, 1.5),
    padding: theme.spacing(0.75, 1),
  }),
  hint: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  empty: css({ padding: theme.spacing(1), color: theme.colors.text.secondary }),
});
