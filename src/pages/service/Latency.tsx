import React, { useCallback } from 'react';
import { css } from '@emotion/css';
import { getTimeZone, type DataSourceInstanceSettings, type GrafanaTheme2 } from '@grafana/data';
import { Text, useStyles2 } from '@grafana/ui';
import { AskedPart } from '../../scenes/AskedPart';
import { filterOf } from '../../scenes/red/traceqlText';
import { useComesFirst } from '../../scenes/FirstThings';
import { useAsked } from '../../scenes/useAsked';
import { type PageTime } from '../../scenes/usePageTime';
import { type StoreClient } from '../../shared/storeClient';
import { Differences } from './Differences';
import { ExampleSpans } from './ExampleSpans';
import { Heatmap } from './Heatmap';
import { RegionForm } from './RegionForm';
import { columnSeconds, heatmapOf, slowestFrom } from './heatmapData';
import { durationCondition, regionText, type Region } from './region';

interface Props {
  store: DataSourceInstanceSettings;
  time: PageTime;
  /** TraceQL conditions that the spans meet. */
  condition: string;
  region: Region | undefined;
  onSelect: (region: Region | undefined) => void;
}

const SLOWEST = 6;
const LONGEST_NS = 2 ** 62;

/** The heatmap, and what it leads to: what a selection has in common, or else the slowest and the failing traces. */
export function Latency({ store, time, condition, region, onSelect }: Props) {
  const styles = useStyles2(getStyles);
  const { window, refresh } = time;
  const query = `${filterOf(condition)} | histogram_over_time(duration)`;
  const ask = useCallback(
    async (client: StoreClient, signal: AbortSignal) => {
      const seconds = columnSeconds(window);
      const { series } = await client.metrics(query, { step: `${seconds}s`, exemplars: 0, window, signal });
      return heatmapOf(series, seconds);
    },
    [query, window]
  );
  const asked = useAsked(store, query, ask);
  useComesFirst(asked.isLoading);
  const timeZone = getTimeZone();
  return (
    <section className={styles.frame} aria-label="Duration of requests">
      <div>
        <Text element="h2" variant="h4">
          Duration of requests
        </Text>
        <Text color="secondary" variant="bodySmall">
          Drag over the slow ones to see what they have in common that the others lack.
        </Text>
      </div>
      <AskedPart asked={asked} store={store} waiting="Counting requests…" onRetry={refresh}>
        {(data) =>
          data ? (
            <div className={styles.frame}>
              <Heatmap data={data} timeZone={timeZone} region={region} onSelect={onSelect} />
              <RegionForm
                key={region ? regionText(region) : ''}
                region={region}
                window={window}
                timeZone={timeZone}
                onSelect={onSelect}
              />
              {region ? (
                <Differences store={store} condition={condition} region={region} window={window} onRetry={refresh} />
              ) : (
                <div className={styles.examples}>
                  <div className={styles.side}>
                    <ExampleSpans
                      title="Slowest"
                      none="There is none."
                      store={store}
                      query={filterOf(
                        condition,
                        durationCondition({ minNs: slowestFrom(data, SLOWEST), maxNs: LONGEST_NS })
                      )}
                      window={window}
                      order="slowest"
                      onRetry={refresh}
                    />
                  </div>
                  <div className={styles.side}>
                    <ExampleSpans
                      title="Latest that failed"
                      none="None failed in this time range."
                      store={store}
                      query={filterOf(condition, 'status = error')}
                      window={window}
                      order="newest"
                      onRetry={refresh}
                    />
                  </div>
                </div>
              )}
            </div>
          ) : (
            <Text color="secondary">No request of this operation in the time range.</Text>
          )
        }
      </AskedPart>
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  frame: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1.5) }),
  examples: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(4) }),
  side: css({ flex: '1 1 420px', minWidth: 0 }),
});
