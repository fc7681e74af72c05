import React, { useCallback, useMemo } from 'react';
import { css } from '@emotion/css';
import { type DataSourceInstanceSettings, type GrafanaTheme2 } from '@grafana/data';
import { Button, EmptyState, Text, useStyles2 } from '@grafana/ui';
import { formatCount, formatPercent } from '../../shared/format';
import { type StoreClient } from '../../shared/storeClient';
import { type PinKind, type PinListJson } from '../../shared/storePageTypes';
import { Choices } from './Choices';
import { KeptTable } from './KeptTable';
import { ListFrame } from './ListFrame';
import { getLinksStyles } from './linksStyles';
import { KIND_WORDS, PIN_KINDS, budgetShare, budgetText, keptText } from './pinTexts';
import { usePages } from './usePages';

interface Props {
  store: DataSourceInstanceSettings;
  kind: PinKind | undefined;
  onKind: (kind: PinKind | undefined) => void;
}

const LIMIT = 50;

/** Which traces outlive retention, why, and how much room they take. */
export function KeptTraces({ store, kind, onKind }: Props) {
  const styles = useStyles2(getLinksStyles);
  const ask = useCallback(
    (client: StoreClient, cursor: string | undefined, signal: AbortSignal) =>
      client.pins({ kind, limit: LIMIT, cursor, signal }),
    [kind]
  );
  const list = usePages(store, ask);
  const first = list.pages?.[0];
  const pins = useMemo(() => list.pages?.flatMap((page) => page.pins) ?? [], [list.pages]);
  const total = first ? totalOf(first) : 0;
  return (
    <ListFrame list={list} datasourceUid={store.uid}>
      {first && (
        <>
          <Budget list={first} />
          {total > 0 && (
            <div className={styles.bar}>
              <Choices
                name="Why they are kept"
                choices={[
                  { value: undefined, label: 'All', count: total },
                  ...PIN_KINDS.map((one) => ({ value: one, label: KIND_WORDS[one], count: first.counts[one] })),
                ]}
                value={kind}
                onChange={onKind}
              />
              <Button
                variant="secondary"
                icon="sync"
                aria-label="Refresh"
                disabled={list.isLoading}
                onClick={list.again}
              />
            </div>
          )}
          {pins.length > 0 && <KeptTable pins={pins} store={store} atMs={list.atMs} />}
          {pins.length === 0 && !list.isLoading && (
            <EmptyState
              variant="not-found"
              message={total === 0 ? 'No trace is kept beyond retention' : 'No trace is kept for this reason'}
            >
              {total === 0 &&
                'Editors keep one with the button on its page. What exemplars lead to is kept by itself, once the store is linked with Prometheus.'}
            </EmptyState>
          )}
        </>
      )}
    </ListFrame>
  );
}

const totalOf = ({ counts }: PinListJson): number => PIN_KINDS.reduce((sum, kind) => sum + counts[kind], 0);

/** What has outlived its day, of what may. */
function Budget({ list: { kept, counts, maxAutomatic } }: { list: PinListJson }) {
  const styles = useStyles2(getStyles);
  const share = budgetShare(kept);
  const automatic = counts.exemplar + counts.span_metrics;
  return (
    <div className={styles.budget}>
      <div className={styles.line}>
        <Text weight="medium">{`${budgetText(kept)} used`}</Text>
        <div
          className={styles.track}
          role="meter"
          aria-label="Room used by kept traces"
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round(share * 100)}
          aria-valuetext={formatPercent(kept.bytes, kept.maxBytes)}
        >
          {share > 0 && <div className={styles.used} style={{ width: `max(2px, ${share * 100}%)` }} />}
        </div>
      </div>
      <Text color="secondary" variant="bodySmall">
        {`${keptText(kept)} ${formatCount(automatic)} of at most ${formatCount(maxAutomatic)} pins by exemplars.`}
        {kept.maxBytes === 0
          ? ' CLEW_KEPT_BYTES is 0: pinned traces go with their day.'
          : share > 0.9
            ? ' When it is full, the oldest kept days go. CLEW_KEPT_BYTES gives more room.'
            : ''}
      </Text>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  budget: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(0.25) }),
  line: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1.5) }),
  track: css({
    width: 240,
    height: 6,
    background: theme.colors.background.secondary,
    border: `1px solid ${theme.colors.border.weak}`,
  }),
  used: css({ height: '100%', background: theme.colors.text.secondary }),
});
