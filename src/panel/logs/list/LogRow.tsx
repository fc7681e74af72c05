import React from 'react';
import { css, cx } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { type TimeZone } from '@grafana/schema';
import { useStyles2 } from '@grafana/ui';
import { formatDifferenceMs } from '../../../shared/format';
import { type LogLevel } from '../logLine';
import { type EntryMark, type LogEntry } from './entries';
import { exactTime } from './exactTime';

export interface RowLook {
  /** Nanoseconds after the table's base that offsets are told from: the start of the trace. */
  readonly startNs: number;
  readonly timeZone: TimeZone | undefined;
  readonly serviceColour: (service: string) => string;
}

interface Props extends RowLook {
  readonly entry: LogEntry;
  readonly isNarrow: boolean;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

/** What stands in the list for how a line came to its span. */
export const MARKS: Readonly<Record<EntryMark, { readonly text: string; readonly hint: string }>> = {
  span: { text: 'span id', hint: 'The line names the span' },
  time: {
    text: 'time',
    hint: 'The line names the trace and no span: it stands on the deepest span of its service at that time',
  },
  likely: { text: 'likely', hint: 'The line names no trace: its service and its time fit' },
  none: { text: 'no span', hint: 'No span of the line’s service was running at that time' },
};

/** The cells of one line. */
export function LogCells({ entry, startNs, timeZone, serviceColour, isNarrow, isOpen, onToggle }: Props) {
  const styles = useStyles2(getStyles);
  const { line, offsetNs, mark } = entry;
  const { text, hint } = MARKS[mark];
  return (
    <>
      <span role="gridcell" className={styles.toggleCell}>
        <button
          type="button"
          className={styles.toggle}
          tabIndex={-1}
          aria-label={isOpen ? 'Hide the whole line' : 'Show the whole line'}
          onClick={(event) => {
            event.stopPropagation();
            onToggle();
          }}
        >
          {/* An Icon for each row makes scrolling slow. */}
          <span className={cx(styles.chevron, isOpen && styles.chevronOpen)} />
        </button>
      </span>
      <span role="gridcell" className={styles.offset} title={exactTime(line.timeNs, timeZone)}>
        {formatDifferenceMs((offsetNs - startNs) / 1e6)}
      </span>
      <span
        role="gridcell"
        className={cx(styles.level, styles[line.level], isNarrow && styles.levelNarrow)}
        title={isNarrow ? line.level : undefined}
      >
        <span className={isNarrow ? styles.unseen : undefined}>{line.level === 'unknown' ? '' : line.level}</span>
      </span>
      <span
        role="gridcell"
        className={cx(styles.service, isNarrow && styles.serviceNarrow)}
        title={line.service ?? 'The line names no service'}
      >
        <span className={styles.dot} style={line.service ? { background: serviceColour(line.service) } : undefined} />
        <span className={isNarrow ? styles.unseen : undefined}>{line.service ?? ''}</span>
      </span>
      <span role="gridcell" className={cx(styles.message, mark === 'likely' && styles.messageLikely)}>
        {line.message.slice(0, MOST_CHARS)}
      </span>
      <span role="gridcell" className={styles.mark} title={hint}>
        {text}
      </span>
    </>
  );
}

/** Browsers lay out a megabyte in one line slowly, and nobody sees it. */
const MOST_CHARS = 1000;

const getStyles = (theme: GrafanaTheme2) => {
  const quiet = { color: theme.colors.text.secondary, borderColor: theme.colors.border.strong };
  const bad = { color: theme.colors.error.text, borderColor: theme.colors.error.main };
  const levels: Readonly<Record<LogLevel, string>> = {
    unknown: css({ ...quiet, borderColor: theme.colors.border.weak }),
    trace: css(quiet),
    debug: css(quiet),
    info: css({ ...quiet, borderColor: theme.colors.info.border }),
    warning: css({ color: theme.colors.warning.text, borderColor: theme.colors.warning.main }),
    error: css(bad),
    critical: css({ ...bad, fontWeight: theme.typography.fontWeightMedium }),
  };
  const line = { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' } as const;
  return {
    ...levels,
    toggleCell: css({ flexShrink: 0, width: 24, display: 'flex', justifyContent: 'center' }),
    toggle: css({
      display: 'flex',
      width: 24,
      height: 24,
      alignItems: 'center',
      justifyContent: 'center',
      padding: 0,
      border: 'none',
      background: 'none',
      color: theme.colors.text.secondary,
      cursor: 'pointer',
      '&:hover': { color: theme.colors.text.primary },
    }),
    chevron: css({
      width: 6,
      height: 6,
      borderRight: '1.5px solid currentColor',
      borderBottom: '1.5px solid currentColor',
      transform: 'rotate(-45deg)',
    }),
    chevronOpen: css({ transform: 'translateY(-2px) rotate(45deg)' }),
    offset: css({
      flexShrink: 0,
      width: 76,
      paddingRight: theme.spacing(1),
      textAlign: 'right',
      whiteSpace: 'nowrap',
      fontVariantNumeric: 'tabular-nums',
      color: theme.colors.text.secondary,
    }),
    level: css({
      ...line,
      flexShrink: 0,
      width: 68,
      paddingLeft: theme.spacing(0.75),
      borderLeftWidth: 3,
      borderLeftStyle: 'solid',
    }),
    levelNarrow: css({ width: 10, paddingLeft: 0, height: 14 }),
    service: css({ ...line, flexShrink: 0, width: 140, paddingRight: theme.spacing(1) }),
    serviceNarrow: css({ width: 16, paddingRight: 0 }),
    dot: css({
      display: 'inline-block',
      width: 8,
      height: 8,
      marginRight: theme.spacing(0.75),
      borderRadius: 1,
      background: theme.colors.border.medium,
    }),
    message: css({
      ...line,
      flex: 1,
      minWidth: 0,
      fontFamily: theme.typography.fontFamilyMonospace,
      color: theme.colors.text.primary,
    }),
    messageLikely: css({ color: theme.colors.text.secondary, fontStyle: 'italic' }),
    mark: css({
      flexShrink: 0,
      width: 68,
      padding: theme.spacing(0, 1),
      textAlign: 'right',
      color: theme.colors.text.secondary,
      whiteSpace: 'nowrap',
    }),
    unseen: css({
      position: 'absolute',
      width: 1,
      height: 1,
      overflow: 'hidden',
      clipPath: 'inset(50%)',
      whiteSpace: 'nowrap',
    }),
  };
};
