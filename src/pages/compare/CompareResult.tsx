import React, { useMemo, useState } from 'react';
import { css } from '@emotion/css';
import { dateTimeFormat, type GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, RadioButtonGroup, Text, TextLink, useStyles2 } from '@grafana/ui';
import { formatCount, formatDifferenceMs, formatDurationMs, formatPercent } from '../../shared/format';
import { type ComparedSetJson, type ComparisonJson } from '../../shared/storeAnalysisTypes';
import { testIds } from '../../shared/testIds';
import { tracePath } from '../../shared/appAddress';
import { AttributesTable } from './AttributesTable';
import { PathsTable } from './PathsTable';
import { SideBySideTraces } from './SideBySideTraces';

interface Props {
  comparison: ComparisonJson;
  datasourceUid: string;
  /** Undefined: the sides cannot change places. */
  onSwap: (() => void) | undefined;
}

type Tab = 'paths' | 'beside' | 'attributes';

/** What the comparison says in a sentence, and the proof below it. */
export function CompareResult({ comparison, datasourceUid, onSwap }: Props) {
  const styles = useStyles2(getStyles);
  const { a, b, summary, causes, paths, truncated, attributes = [] } = comparison;
  const areTraces = a.traceId !== undefined && b.traceId !== undefined;
  const tabs = useMemo(
    () => [
      { value: 'paths' as const, label: 'Paths' },
      ...(areTraces ? [{ value: 'beside' as const, label: 'Side by side' }] : []),
      ...(attributes.length > 0 ? [{ value: 'attributes' as const, label: 'Attributes' }] : []),
    ],
    [areTraces, attributes.length]
  );
  const [chosen, setTab] = useState<Tab>('paths');
  const tab = tabs.some(({ value }) => value === chosen) ? chosen : 'paths';
  return (
    <section className={styles.result} aria-label="Comparison" data-testid={testIds.compare.result}>
      <Text element="h2" variant="h4">
        {summary}
      </Text>
      <div className={styles.sides}>
        <SideFacts side={a} name="First" datasourceUid={datasourceUid} usual={comparison.usual} />
        <SideFacts side={b} name="Second" datasourceUid={datasourceUid} />
        {onSwap && (
          <Button variant="secondary" size="sm" icon="exchange-alt" onClick={onSwap}>
            Swap
          </Button>
        )}
      </div>
      {causes.length > 0 && (
        <ol className={styles.causes} aria-label="Causes">
          {causes.map(({ service, name, path, deltaNs, shareOfDelta, sure, state }) => (
            <li key={JSON.stringify(path)} className={styles.cause}>
              <span className={styles.delta}>{formatDifferenceMs(deltaNs / 1e6)}</span>
              <span>
                <b>{service}</b> {name}
              </span>
              <Text color="secondary">
                {[
                  state === 'added' || state === 'removed' ? state : undefined,
                  `${formatPercent(Math.abs(shareOfDelta), 1)} of the difference`,
                  typeof sure === 'number' ? `${formatPercent(sure, 1)} sure` : undefined,
                ]
                  .filter(Boolean)
                  .join(', ')}
              </Text>
            </li>
          ))}
        </ol>
      )}
      {tabs.length > 1 && (
        <div>
          <RadioButtonGroup size="sm" aria-label="What to show" options={tabs} value={tab} onChange={setTab} />
        </div>
      )}
      {truncated && tab === 'paths' && (
        <Alert
          severity="info"
          title="There are more paths than are shown: those with the largest difference are here."
        />
      )}
      {tab === 'paths' && <PathsTable paths={paths} kind={comparison.kind} a={a} b={b} datasourceUid={datasourceUid} />}
      {tab === 'beside' && a.traceId !== undefined && b.traceId !== undefined && (
        <SideBySideTraces traceIds={[a.traceId, b.traceId]} datasourceUid={datasourceUid} />
      )}
      {tab === 'attributes' && <AttributesTable attributes={attributes} />}
    </section>
  );
}

interface SideProps {
  side: ComparedSetJson;
  name: string;
  datasourceUid: string;
  /** When the usual traces were. */
  usual?: ComparisonJson['usual'];
}

const timeText = (seconds: number): string => dateTimeFormat(seconds * 1000, { format: 'MM-DD HH:mm' });

function SideFacts({ side, name, datasourceUid, usual }: SideProps) {
  const styles = useStyles2(getStyles);
  const { kind, traceId, q, traces, spans, durationP50Ns, durationP95Ns, errorRate } = side;
  return (
    <div className={styles.side}>
      <Text color="secondary" variant="bodySmall">
        {name}
      </Text>
      <div className={styles.what}>
        {kind === 'trace' && traceId !== undefined ? (
          <TextLink href={tracePath(traceId, { datasourceUid })} inline={false} color="primary">
            {`Trace ${traceId.slice(0, 8)}…`}
          </TextLink>
        ) : kind === 'usual' ? (
          `What is usual${usual ? `, ${timeText(usual.from)} to ${timeText(usual.to)}` : ''}`
        ) : (
          <code>{q}</code>
        )}
      </div>
      <Text color="secondary" variant="bodySmall">
        {kind === 'trace'
          ? `${formatDurationMs(durationP50Ns / 1e6)}, ${formatCount(spans)} spans`
          : `${formatCount(traces)} traces, median ${formatDurationMs(durationP50Ns / 1e6)}, p95 ${formatDurationMs(durationP95Ns / 1e6)}, ${formatPercent(errorRate, 1)} failed`}
      </Text>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  result: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2) }),
  sides: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(4) }),
  side: css({ minWidth: 0, maxWidth: 480 }),
  what: css({ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }),
  causes: css({ listStyle: 'none', margin: 0 }),
  cause: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1.5), padding: theme.spacing(0.25, 0) }),
  delta: css({ minWidth: 80, textAlign: 'right', fontVariantNumeric: 'tabular-nums' }),
});
