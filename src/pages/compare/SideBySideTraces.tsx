import React, { useMemo } from 'react';
import { css } from '@emotion/css';
import { LoadingState, createDataFrame, getDefaultTimeRange, type GrafanaTheme2 } from '@grafana/data';
import { SceneDataNode, VizPanel } from '@grafana/scenes';
import { useStyles2 } from '@grafana/ui';
import { PANEL_ID } from '../../shared/pluginIds';

interface Props {
  traceIds: readonly [string, string];
  datasourceUid: string;
}

const HEIGHT = 560;

/** Two waterfalls. */
export function SideBySideTraces({ traceIds: [first, second], datasourceUid }: Props) {
  const styles = useStyles2(getStyles);
  const panels = useMemo(
    () => [first, second].map((traceId) => panelOf(traceId, datasourceUid)),
    [first, second, datasourceUid]
  );
  return (
    <div className={styles.beside}>
      {panels.map((panel, index) => (
        <div key={index} className={styles.side}>
          <panel.Component model={panel} />
        </div>
      ))}
    </div>
  );
}

/** A panel that asks the store itself. */
function panelOf(traceId: string, datasourceUid: string): VizPanel {
  const frame = createDataFrame({
    name: 'Waterfall',
    fields: [],
    meta: { custom: { clewTrace: { datasourceUid, traceId } } },
  });
  return new VizPanel({
    pluginId: PANEL_ID,
    title: '',
    displayMode: 'transparent',
    hoverHeader: true,
    options: { minimap: false },
    $data: new SceneDataNode({
      data: { state: LoadingState.Done, series: [frame], timeRange: getDefaultTimeRange() },
    }),
  });
}

const getStyles = (theme: GrafanaTheme2) => ({
  beside: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(2) }),
  side: css({ flex: '1 1 480px', minWidth: 0, height: HEIGHT, display: 'flex' }),
});
