import React from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Button, Icon, useStyles2, type IconName } from '@grafana/ui';
import { formatCount } from '../../shared/format';
import { type TraceLoading } from './useTraceLoad';
import { type TraceFacts } from './traceFacts';

interface Props {
  load: TraceLoading;
  facts: TraceFacts | undefined;
  losses: readonly string[];
  problem: string | undefined;
  correctSkew: boolean;
  onCorrectSkew: (correct: boolean) => void;
}

interface Notice {
  readonly key: string;
  readonly icon: IconName;
  readonly tone: 'info' | 'warning' | 'error';
  readonly text: string;
  readonly action?: { readonly text: string; readonly run: () => void };
}

/** What one should know before one believes the picture: each in a line, nothing where all is well. */
export function Notices(props: Props) {
  const styles = useStyles2(getStyles);
  const notices = noticesOf(props);
  return (
    <div className={styles.notices} role="status">
      {notices.map(({ key, icon, tone, text, action }) => (
        <div key={key} className={styles.notice} data-tone={tone}>
          <Icon name={icon} size="sm" className={styles[tone]} aria-hidden />
          <span className={styles.text} title={text}>
            {text}
          </span>
          {action && (
            <Button size="sm" fill="text" variant="secondary" onClick={action.run}>
              {action.text}
            </Button>
          )}
        </div>
      ))}
    </div>
  );
}

function noticesOf({ load, facts, losses, problem, correctSkew, onCorrectSkew }: Props): Notice[] {
  const notices: Notice[] = [];
  if (load.phase === 'reading' && load.table) {
    const of = load.expectedSpans === undefined ? '' : ` of ${formatCount(load.expectedSpans)}`;
    notices.push({
      key: 'reading',
      icon: 'sync',
      tone: 'info',
      text: `Spans are still coming: ${formatCount(load.spans)}${of}`,
    });
  }
  if (load.phase === 'failed' && load.table) {
    notices.push({
      key: 'failed',
      icon: 'exclamation-circle',
      tone: 'error',
      text: `Only ${formatCount(load.table.tree.rows)} spans came. ${problem ?? ''}`.trim(),
      action: { text: 'Try again', run: load.reload },
    });
  }
  losses.forEach((text, index) =>
    notices.push({ key: `loss ${index}`, icon: 'exclamation-triangle', tone: 'warning', text })
  );
  if (facts && load.phase === 'done') {
    notices.push(...factNotices(facts));
  }
  if (facts && (facts.skewed > 0 || !correctSkew)) {
    notices.push({
      key: 'skew',
      icon: 'clock-nine',
      tone: 'info',
      text: correctSkew
        ? `Clocks differ: ${counted(facts.skewed, 'span is', 'spans are')} moved to where the parent allows it.`
        : 'Times are shown as they were sent; clocks that differ are not corrected.',
      action: { text: correctSkew ? 'Show as sent' : 'Correct', run: () => onCorrectSkew(!correctSkew) },
    });
  }
  return notices;
}

function factNotices({ phantoms, cycles, duplicates, isRootMissing }: TraceFacts): Notice[] {
  const warning = (key: string, text: string): Notice => ({ key, icon: 'exclamation-triangle', tone: 'warning', text });
  return [
    ...(phantoms > 0
      ? [
          warning(
            'phantoms',
            `The trace is incomplete: ${counted(phantoms, 'parent', 'parents')} that spans name ${phantoms === 1 ? 'is' : 'are'} missing${
              isRootMissing ? ', the root among them' : ''
            }. What is missing may still come, or was not sent.`
          ),
        ]
      : []),
    ...(cycles > 0
      ? [
          warning(
            'cycles',
            `${counted(cycles, 'span names itself', 'spans name themselves')} as an ancestor and stands as a root.`
          ),
        ]
      : []),
    ...(duplicates > 0
      ? [warning('duplicates', `${counted(duplicates, 'span shares its id', 'spans share their ids')} with another.`)]
      : []),
  ];
}

const counted = (count: number, one: string, many: string): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;

const getStyles = (theme: GrafanaTheme2) => ({
  notices: css({ display: 'flex', flexDirection: 'column', maxHeight: 96, overflowY: 'auto', flexShrink: 0 }),
  notice: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(0.5),
    padding: theme.spacing(0, 1),
    minHeight: 24,
    fontSize: theme.typography.bodySmall.fontSize,
    color: theme.colors.text.secondary,
  }),
  text: css({ overflow: 'hidden', textOverflow: 'ellipsis' }),
  info: css({ color: theme.colors.info.text, flexShrink: 0 }),
  warning: css({ color: theme.colors.warning.text, flexShrink: 0 }),
  error: css({ color: theme.colors.error.text, flexShrink: 0 }),
});
