import React, { useCallback, useMemo, useState } from 'react';
import { css } from '@emotion/css';
import { type DataSourceInstanceSettings, type GrafanaTheme2 } from '@grafana/data';
import { Button, Text, TextLink, useStyles2 } from '@grafana/ui';
import { AskedPart } from '../../scenes/AskedPart';
import { filterOf } from '../../scenes/red/traceqlText';
import { useComesFirst } from '../../scenes/FirstThings';
import { useAsked } from '../../scenes/useAsked';
import { searchPath } from '../../shared/appAddress';
import { formatCount, formatPercent } from '../../shared/format';
import { type StoreClient, type TimeWindow } from '../../shared/storeClient';
import { type SpanDifferenceJson, type SpanDifferencesJson } from '../../shared/storePageTypes';
import { testIds } from '../../shared/testIds';
import { ExampleSpans } from './ExampleSpans';
import { differenceCondition } from './differenceCondition';
import { comparisonQuery, durationCondition, regionWindow, type Region } from './region';
import { tellingDifferences } from './tellingDifferences';

interface Props {
  store: DataSourceInstanceSettings;
  /** TraceQL conditions that the spans of the heatmap meet. */
  condition: string;
  region: Region;
  window: TimeWindow;
  onRetry: () => void;
}

/** Rows before somebody wants more. */
const SHOWN = 15;

/** What the selected spans have in common that the others lack, with traces as examples. */
export function Differences({ store, condition, region, window, onRetry }: Props) {
  const styles = useStyles2(getStyles);
  const query = comparisonQuery(filterOf(condition), region);
  const ask = useCallback(
    (client: StoreClient, signal: AbortSignal) => client.spanDifferences(query, window, signal),
    [query, window]
  );
  const asked = useAsked(store, query, ask);
  useComesFirst(asked.isLoading);
  const selected = filterOf(condition, durationCondition(region));
  return (
    <section className={styles.frame} aria-label="The selection" data-testid={testIds.service.differences}>
      <div className={styles.main}>
        <AskedPart asked={asked} store={store} waiting="Comparing the selection with the rest…" onRetry={onRetry}>
          {(data) => <Found data={data} store={store} condition={condition} region={region} />}
        </AskedPart>
      </div>
      <div className={styles.examples}>
        {/* The answer first: both would read the same spans at once. */}
        {asked.outcome && (
          <ExampleSpans
            title="Examples of the selection"
            none="No trace of the selection is stored."
            store={store}
            query={selected}
            window={regionWindow(region)}
            order="slowest"
            onRetry={onRetry}
          />
        )}
      </div>
    </section>
  );
}

function Found({
  data: { spans, sampled, differences: all },
  store,
  condition,
  region,
}: Pick<Props, 'store' | 'condition' | 'region'> & { data: SpanDifferencesJson }) {
  const styles = useStyles2(getStyles);
  const [isWhole, setWhole] = useState(false);
  const differences = useMemo(() => tellingDifferences(all), [all]);
  const shown = isWhole ? differences : differences.slice(0, SHOWN);
  const isSample = sampled.selected < spans.selected || sampled.others < spans.others;
  const searchOf = (difference: SpanDifferenceJson) => {
    const value = differenceCondition(difference);
    return value === undefined
      ? undefined
      : searchPath(filterOf(condition, durationCondition(region), value), {
          datasourceUid: store.uid,
          range: { from: String(region.fromMs), to: String(region.toMs) },
        });
  };
  return (
    <>
      <Text element="h3" variant="h5">
        {differences.length > 0 ? 'What the selection has more, or less, often' : 'The selection'}
      </Text>
      <Text color="secondary" variant="bodySmall">
        {`${formatCount(spans.selected)} ${spans.selected === 1 ? 'request' : 'requests'} selected, ${formatCount(spans.others)} others.`}
        {isSample && differences.length > 0
          ? ` Shares are of ${formatCount(sampled.selected)} and ${formatCount(sampled.others)} of them, from whole traces taken at random.`
          : ''}
      </Text>
      {differences.length === 0 ? (
        <div className={styles.none}>
          {spans.selected === 0
            ? 'There is no request in it.'
            : spans.others === 0
              ? 'All requests are in it: select a part.'
              : 'No attribute sets it apart from the others.'}
        </div>
      ) : (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Attribute</th>
              <th scope="col">Value</th>
              <th scope="col">Selection</th>
              <th scope="col">Others</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((difference) => (
              <DifferenceRow
                key={`${difference.attribute} ${difference.type} ${difference.value}`}
                difference={difference}
                href={searchOf(difference)}
              />
            ))}
          </tbody>
        </table>
      )}
      {shown.length < differences.length && (
        <Button fill="text" size="sm" onClick={() => setWhole(true)}>
          {`Show all ${differences.length}`}
        </Button>
      )}
    </>
  );
}

function DifferenceRow({ difference, href }: { difference: SpanDifferenceJson; href: string | undefined }) {
  const styles = useStyles2(getStyles);
  const { attribute, value, selectedShare, othersShare } = difference;
  return (
    <tr>
      <td className={styles.attribute}>{attribute}</td>
      <td className={styles.value} title={value}>
        {href && selectedShare > 0 ? (
          <TextLink href={href} inline={false} color="primary" variant="bodySmall">
            {value}
          </TextLink>
        ) : (
          value
        )}
      </td>
      <Share share={selectedShare} className={styles.selected} />
      <Share share={othersShare} className={styles.others} />
    </tr>
  );
}

function Share({ share, className }: { share: number; className: string }) {
  const styles = useStyles2(getStyles);
  return (
    <td className={styles.share}>
      <span className={styles.bar}>
        <span className={className} style={{ width: `${share * 100}%` }} />
      </span>
      <span className={styles.number}>{formatPercent(share, 1)}</span>
    </td>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  frame: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(4) }),
  main: css({ flex: '3 1 600px', minWidth: 0 }),
  examples: css({ flex: '1 1 320px', minWidth: 0 }),
  none: css({ padding: theme.spacing(1, 0) }),
  table: css({
    width: '100%',
    marginTop: theme.spacing(1),
    tableLayout: 'fixed',
    fontSize: theme.typography.bodySmall.fontSize,
    th: { padding: theme.spacing(0.25, 1, 0.25, 0), color: theme.colors.text.secondary, textAlign: 'left' },
    td: { padding: theme.spacing(0.25, 1, 0.25, 0), borderBottom: `1px solid ${theme.colors.border.weak}` },
    'th:nth-child(1)': { width: '34%' },
    'th:nth-child(3), th:nth-child(4)': { width: 138 },
  }),
  attribute: css({ overflowWrap: 'anywhere' }),
  value: css({ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }),
  share: css({ whiteSpace: 'nowrap' }),
  bar: css({ display: 'inline-block', width: 64, height: 8, background: theme.colors.background.secondary }),
  selected: css({ display: 'block', height: 8, background: theme.visualization.getColorByName('orange') }),
  others: css({ display: 'block', height: 8, background: theme.colors.text.disabled }),
  number: css({ marginLeft: theme.spacing(1), fontVariantNumeric: 'tabular-nums' }),
});
