import React, { useMemo, useState } from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { type TimeZone } from '@grafana/schema';
import { Alert, Button, Checkbox, useStyles2 } from '@grafana/ui';
import { formatCount, formatDurationMs } from '../../shared/format';
import { type TraceTable } from '../trace/traceTable';
import { entriesOf, filterEntries, levelCounts, type EntryFilter, type LogEntry } from './list/entries';
import { LogList } from './list/LogList';
import { type LogLevel } from './logLine';
import { exploreLinkedUrl } from '../linked/linkedPages';
import { MOST_LIKELY_LINES } from './logSource';
import { LogsState } from './LogsState';
import { LogsTools } from './LogsTools';
import { type FoundLogs, type LikelyState, type TraceLogs } from './useTraceLogs';

export interface LogsViewProps {
  /** Undefined while the trace still comes. */
  readonly table: TraceTable | undefined;
  /** Of `useTraceLogs`. */
  readonly logs: TraceLogs;
  readonly timeZone: TimeZone | undefined;
  /** The selected span: a row, or a node of the tree. */
  readonly selectedRow: number | undefined;
  /** The colour of a service, as the waterfall has it: CSS. */
  readonly serviceColour: (service: string) => string;
  /** Shows a span in the waterfall: by its row, or by its node where it was not sent. */
  readonly onShowSpan: (row: number) => void;
}

/** The log lines of a trace in one order of time, each with its span. */
export function LogsView({ table, logs, ...rest }: LogsViewProps) {
  const styles = useStyles2(getStyles);
  const { lines, likely, askLikely } = logs;
  const [isLikelyShown, setLikelyShown] = useState(false);
  const showLikely = (isShown: boolean) => {
    setLikelyShown(isShown);
    if (isShown && likely.state !== 'found') {
      askLikely();
    }
  };
  const found = lines.state === 'found' ? lines : undefined;
  const likelyFound = isLikelyShown && likely.state === 'found' ? likely : undefined;
  if (!table || (!found && !(likelyFound && placedCount(likelyFound) > 0))) {
    return (
      <div className={styles.view}>
        {lines.state !== 'found' && (
          <LogsState
            state={table ? lines : { state: 'loading', logs: undefined }}
            timeZone={rest.timeZone}
            logs={logs}
            likely={
              <Button
                size="sm"
                variant="secondary"
                disabled={likely.state === 'loading'}
                onClick={() => showLikely(true)}
              >
                Look for lines without a trace id
              </Button>
            }
          />
        )}
        {isLikelyShown && <LikelyNote likely={likely} />}
      </div>
    );
  }
  return (
    <div className={styles.view}>
      <FoundLines
        {...rest}
        table={table}
        found={found}
        likely={likelyFound}
        likelyNote={isLikelyShown && <LikelyNote likely={likely} />}
        isLikelyShown={isLikelyShown}
        onLikely={showLikely}
      />
    </div>
  );
}

interface FoundProps extends Omit<LogsViewProps, 'logs' | 'table'> {
  readonly table: TraceTable;
  readonly found: FoundLogs | undefined;
  readonly likely: FoundLogs | undefined;
  readonly likelyNote: React.ReactNode;
  readonly isLikelyShown: boolean;
  readonly onLikely: (isShown: boolean) => void;
}

const NO_LEVELS: ReadonlySet<LogLevel> = new Set();

function FoundLines({ table, found, likely, likelyNote, isLikelyShown, onLikely, selectedRow, ...rest }: FoundProps) {
  const styles = useStyles2(getStyles);
  const [text, setText] = useState('');
  const [levels, setLevels] = useState(NO_LEVELS);
  const [isNarrowed, setNarrowed] = useState(false);
  const entries = useMemo(
    () => entriesOf([found?.placed, likely?.placed].filter((placed) => placed !== undefined)),
    [found?.placed, likely?.placed]
  );
  const counts = useMemo(() => levelCounts(entries), [entries]);
  const below = isNarrowed && selectedRow !== undefined && selectedRow < table.tree.nodes ? selectedRow : undefined;
  const filter: EntryFilter = useMemo(() => ({ text, levels, below }), [text, levels, below]);
  const shown = useMemo(() => filterEntries(entries, filter, table), [entries, filter, table]);
  const asked = (found ?? likely)?.answer.asked;
  return (
    <>
      <LogsTools
        filter={filter}
        levels={counts}
        canNarrow={selectedRow !== undefined}
        isNarrowed={isNarrowed}
        exploreUrl={asked && exploreLinkedUrl(asked)}
        onText={setText}
        onLevels={setLevels}
        onNarrow={setNarrowed}
      />
      <Notes found={found} />
      {likelyNote}
      {shown.length > 0 ? (
        <LogList {...rest} entries={shown} startNs={table.tree.firstStart} selected={selectedRow} />
      ) : (
        <p className={styles.nothing}>
          {below === undefined
            ? 'No line has all of this. Change the filter.'
            : 'The selected span and the spans below it have no such line.'}
        </p>
      )}
      <div className={styles.footer}>
        <span>{summary(shown, entries)}</span>
        <Checkbox
          label="Likely lines, without a trace id"
          value={isLikelyShown}
          onChange={({ currentTarget }) => onLikely(currentTarget.checked)}
        />
      </div>
    </>
  );
}

function Notes({ found }: { found: FoundLogs | undefined }) {
  const styles = useStyles2(getStyles);
  if (!found) {
    return null;
  }
  const { widenedMs, isCut, notes, lines } = found.answer;
  const all = [
    ...(widenedMs > 0
      ? [`No line was found in the trace’s own time. These were found within ${formatDurationMs(widenedMs)} around it.`]
      : []),
    ...(isCut ? [`There are more lines: these are the first ${formatCount(lines.length)}.`] : []),
    ...notes,
  ];
  return all.length === 0 ? null : (
    <div className={styles.note} role="status">
      {all.map((note) => (
        <p key={note}>{note}</p>
      ))}
    </div>
  );
}

function LikelyNote({ likely }: { likely: LikelyState }) {
  const styles = useStyles2(getStyles);
  if (likely.state === 'failed') {
    return (
      <Alert severity="error" title="Lines without a trace id cannot be read">
        {likely.message}
      </Alert>
    );
  }
  return (
    <p className={styles.note} role="status">
      {likely.state === 'found' ? likelyText(likely) : 'Looking for lines without a trace id…'}
    </p>
  );
}

const placedCount = ({ placed: { nodes } }: FoundLogs): number =>
  nodes.reduce((sum, node) => sum + (node >= 0 ? 1 : 0), 0);

const likelyText = (found: FoundLogs): string =>
  placedCount(found) === 0
    ? 'While spans of the trace ran, their services wrote no line without a trace id.'
    : `Likely are ${formatCount(placedCount(found))} lines that name no trace: the same services wrote them while their spans ran, maybe for other requests.${
        found.answer.isCut ? ` There are more than ${formatCount(MOST_LIKELY_LINES)}.` : ''
      }`;

function summary(shown: readonly LogEntry[], all: readonly LogEntry[]): string {
  const of = (mark: LogEntry['mark']) => shown.reduce((sum, entry) => sum + (entry.mark === mark ? 1 : 0), 0);
  const parts = [
    [of('span'), 'by span id'],
    [of('time'), 'by service and time'],
    [of('likely'), 'likely'],
    [of('none'), 'on no span'],
  ] as const;
  const whole = `${formatCount(shown.length)} ${shown.length === all.length ? '' : `of ${formatCount(all.length)} `}${
    all.length === 1 ? 'line' : 'lines'
  }`;
  const told = parts.filter(([count]) => count > 0).map(([count, text]) => `${formatCount(count)} ${text}`);
  return told.length > 0 ? `${whole}: ${told.join(', ')}` : whole;
}

const getStyles = (theme: GrafanaTheme2) => ({
  view: css({ display: 'flex', flexDirection: 'column', height: '100%', minHeight: 0, minWidth: 0 }),
  nothing: css({ flex: 1, margin: 0, padding: theme.spacing(2), color: theme.colors.text.secondary }),
  note: css({
    margin: 0,
    padding: theme.spacing(0.5, 1),
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    '& > p': { margin: 0 },
  }),
  footer: css({
    display: 'flex',
    flexWrap: 'wrap',
    flexShrink: 0,
    alignItems: 'center',
    justifyContent: 'space-between',
    gap: theme.spacing(0, 1),
    padding: theme.spacing(0, 1),
    borderTop: `1px solid ${theme.colors.border.weak}`,
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
});
