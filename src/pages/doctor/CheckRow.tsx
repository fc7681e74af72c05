import React, { useEffect, useRef } from 'react';
import { css, cx } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Spinner, Text, useStyles2 } from '@grafana/ui';
import { type Check, type CheckResult, type Inventory, type Verdict } from '@clew/doctor';
import { formatDurationMs } from '../../shared/format';
import { OutcomeMark } from '../../scenes/doctor/OutcomeMark';
import { RemedyBox } from '../../scenes/doctor/RemedyBox';

interface Props {
  check: Check;
  /** Undefined while it runs. */
  result: CheckResult | undefined;
  inventory: Inventory | undefined;
  /** Whether the address names it. */
  isChosen: boolean;
  onChoose: (id: string) => void;
  onApplied: () => void;
}

/** One thing that should hold, what was found, and how it is mended. */
export function CheckRow({ check, result, inventory, isChosen, onChoose, onApplied }: Props) {
  const styles = useStyles2(getStyles);
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isChosen) {
      row.current?.scrollIntoView?.({ block: 'center' });
    }
  }, [isChosen]);
  return (
    <li ref={row} className={cx(styles.row, isChosen && styles.chosen)} aria-label={check.title} aria-busy={!result}>
      <div className={styles.mark}>{result ? <OutcomeMark outcome={result.outcome} /> : <Spinner inline />}</div>
      <div className={styles.body}>
        <button
          type="button"
          className={styles.title}
          title="Keep a link to this check"
          onClick={() => onChoose(check.id)}
        >
          {check.title}
        </button>
        {result?.verdicts.map((verdict, index) => (
          <VerdictBox
            key={index}
            verdict={verdict}
            isOneOfMany={result.verdicts.length > 1}
            inventory={inventory}
            onApplied={onApplied}
          />
        ))}
      </div>
      <div className={styles.time}>
        {result && result.outcome !== 'skipped' && <Text color="secondary">{formatDurationMs(result.durationMs)}</Text>}
      </div>
    </li>
  );
}

interface VerdictProps {
  verdict: Verdict;
  isOneOfMany: boolean;
  inventory: Inventory | undefined;
  onApplied: () => void;
}

function VerdictBox({ verdict, isOneOfMany, inventory, onApplied }: VerdictProps) {
  const styles = useStyles2(getStyles);
  const { outcome, sentence, evidence = [], remedy, subject } = verdict;
  return (
    <div className={styles.verdict}>
      <div>
        {isOneOfMany && (
          <>
            <OutcomeMark outcome={outcome} />{' '}
          </>
        )}
        {subject && <Text weight="medium">{subject.name}: </Text>}
        {sentence}
      </div>
      {evidence.length > 0 && (
        <details open={outcome === 'failed' || outcome === 'warning'}>
          <summary className={styles.summary}>What was seen</summary>
          <pre className={styles.evidence}>{evidence.join('\n')}</pre>
        </details>
      )}
      {remedy && inventory && <RemedyBox remedy={remedy} inventory={inventory} onApplied={onApplied} />}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  row: css({
    display: 'grid',
    gridTemplateColumns: '110px minmax(0, 1fr) auto',
    gap: theme.spacing(1.5),
    padding: theme.spacing(1.5, 1),
    borderTop: `1px solid ${theme.colors.border.weak}`,
  }),
  chosen: css({ background: theme.colors.background.secondary }),
  mark: css({ paddingTop: 1 }),
  body: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(0.75), minWidth: 0 }),
  title: css({
    alignSelf: 'flex-start',
    padding: 0,
    border: 'none',
    background: 'none',
    textAlign: 'left',
    fontWeight: theme.typography.fontWeightMedium,
    '&:hover': { textDecoration: 'underline' },
  }),
  time: css({ whiteSpace: 'nowrap' }),
  verdict: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(0.75), overflowWrap: 'anywhere' }),
  summary: css({ color: theme.colors.text.secondary, cursor: 'pointer' }),
  evidence: css({
    margin: 0,
    padding: theme.spacing(1),
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    maxHeight: 240,
  }),
});
