import React, { useCallback } from 'react';
import { css } from '@emotion/css';
import { type DataSourceInstanceSettings, type GrafanaTheme2 } from '@grafana/data';
import { Text, TextLink, useStyles2 } from '@grafana/ui';
import { AskedPart } from '../../scenes/AskedPart';
import { useComesFirst } from '../../scenes/FirstThings';
import { useAsked } from '../../scenes/useAsked';
import { tracePath } from '../../shared/appAddress';
import { formatAge, formatDurationMs } from '../../shared/format';
import { type StoreClient, type TimeWindow } from '../../shared/storeClient';
import { exampleSpans } from './exampleSpans';

interface Props {
  title: string;
  none: string;
  store: DataSourceInstanceSettings;
  query: string;
  window: TimeWindow;
  order: 'slowest' | 'newest';
  onRetry: () => void;
}

const SHOWN = 6;
/** Traces that the slowest are chosen from. */
const LOOKED_AT = 100;

/** Traces to open, each at a span that matches. */
export function ExampleSpans({ title, none, store, query, window, order, onRetry }: Props) {
  const styles = useStyles2(getStyles);
  const { fromMs, toMs } = window;
  const ask = useCallback(
    async (client: StoreClient, signal: AbortSignal) => {
      const limit = order === 'slowest' ? LOOKED_AT : SHOWN;
      const found = { fromMs, toMs };
      const { traces } = await client.search(query, { limit, spansPerTrace: 20, window: found, signal });
      return { spans: exampleSpans(traces, order, SHOWN), atMs: Date.now() };
    },
    [query, fromMs, toMs, order]
  );
  const asked = useAsked(store, query, ask);
  useComesFirst(asked.isLoading);
  return (
    <div>
      <Text element="h3" variant="h5">
        {title}
      </Text>
      <AskedPart asked={asked} store={store} waiting="Looking for traces…" onRetry={onRetry}>
        {({ spans, atMs }) =>
          spans.length === 0 ? (
            <Text color="secondary">{none}</Text>
          ) : (
            <ul className={styles.list}>
              {spans.map(({ traceId, spanId, name, startMs, durationMs, rootService, rootName }) => (
                <li key={spanId} className={styles.item}>
                  <span className={styles.duration}>{formatDurationMs(durationMs)}</span>
                  <span className={styles.what}>
                    <TextLink
                      href={tracePath(traceId, { datasourceUid: store.uid, spanId })}
                      inline={false}
                      color="link"
                    >
                      {name || traceId}
                    </TextLink>
                    <span className={styles.from}>
                      {rootName === '' ? '' : `in ${rootService}: ${rootName}, `}
                      {formatAge(atMs - startMs)}
                    </span>
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </AskedPart>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ listStyle: 'none', marginTop: theme.spacing(0.5) }),
  item: css({
    display: 'flex',
    gap: theme.spacing(1.5),
    padding: theme.spacing(0.5, 0),
    borderBottom: `1px solid ${theme.colors.border.weak}`,
  }),
  duration: css({ flex: 'none', width: 72, textAlign: 'right', fontVariantNumeric: 'tabular-nums' }),
  what: css({ display: 'flex', flexDirection: 'column', minWidth: 0, overflowWrap: 'anywhere' }),
  from: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
});
