import React, { useEffect, useState, type ReactNode } from 'react';
import { css } from '@emotion/css';
import { dateTimeFormat, type GrafanaTheme2 } from '@grafana/data';
import { type TimeZone } from '@grafana/schema';
import { Alert, Button, LinkButton, LoadingBar, Stack, useStyles2 } from '@grafana/ui';
import { formatDurationMs } from '../../shared/format';
import { type TraceLogsAnswer } from './askTraceLogs';
import { exploreLogsUrl, settingsUrl } from './logPages';
import { type LogsState as State, type TraceLogs } from './useTraceLogs';

/** Seconds after which it is said how long it takes. */
const SLOW_AFTER_S = 3;

interface Props {
  readonly state: Exclude<State, { state: 'found' }>;
  readonly logs: TraceLogs;
  readonly timeZone: TimeZone | undefined;
  /** The way to lines that name no trace. */
  readonly likely: ReactNode;
}

/** There are no lines to show: why, and what to do next. */
export function LogsState({ state, logs, timeZone, likely }: Props) {
  const { linkedBy, reload, stop } = logs;
  switch (state.state) {
    case 'unlinked':
      return <Unlinked why={state.why} />;
    case 'forbidden':
      return <Forbidden {...state} settings={settingsUrl(linkedBy)} onRetry={reload} />;
    case 'loading':
      return <Loading name={state.logs} onStop={stop} />;
    case 'failed':
      return (
        <Alert severity="error" title={`${state.logs} did not answer for the lines of this trace`}>
          <Next text={state.message} onRetry={reload} settings={settingsUrl(linkedBy)} />
        </Alert>
      );
    case 'empty':
      return <Empty name={state.logs} answer={state.answer} timeZone={timeZone} likely={likely} onRetry={reload} />;
  }
}

function Unlinked({ why }: { why: Extract<State, { state: 'unlinked' }>['why'] }) {
  if (why.kind === 'no-datasource') {
    return (
      <Message title="No logs beside a trace from a file">
        Lines come from the logs datasource that a trace’s datasource is linked to, and this trace has none.
      </Message>
    );
  }
  const settings = settingsUrl(why.uid);
  const [title, text] =
    why.kind === 'not-set'
      ? [
          `${why.name} is linked to no logs`,
          'Link a logs datasource under “Traces to logs”: Loki, Elasticsearch, OpenSearch or VictoriaLogs. Then the lines of a trace stand here, each at its span.',
        ]
      : [
          `Lines of ${why.logs} cannot be shown here`,
          `They can from Loki, Elasticsearch, OpenSearch and VictoriaLogs: link ${why.name} to one of these under “Traces to logs”.`,
        ];
  return (
    <Message title={title}>
      {settings === undefined ? `${text} Who administers Grafana can do it.` : text}
      {settings !== undefined && <Settings href={settings} name={why.name} />}
    </Message>
  );
}

interface ForbiddenProps {
  logs: string;
  message: string | undefined;
  linkedBy: string;
  settings: string | undefined;
  onRetry: () => void;
}

function Forbidden({ logs, message, linkedBy, settings, onRetry }: ForbiddenProps) {
  const isRefusal = message !== undefined;
  const title = isRefusal
    ? `You may not read the logs in ${logs}`
    : `The logs that ${linkedBy} is linked to are not there`;
  const text = isRefusal
    ? `Ask who administers Grafana for the right to query ${logs}. Grafana said: ${message}`
    : `There is no datasource “${logs}”, or you may not query it. ${
        settings === undefined ? 'Ask who administers Grafana.' : 'Link another one, or ask for the right.'
      }`;
  return (
    <Alert severity="warning" title={title}>
      <Next text={text} onRetry={isRefusal ? onRetry : undefined} settings={settings} />
    </Alert>
  );
}

function Loading({ name, onStop }: { name: string | undefined; onStop: () => void }) {
  const styles = useStyles2(getStyles);
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((last) => last + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  const isSlow = seconds >= SLOW_AFTER_S;
  return (
    <div className={styles.loading}>
      <LoadingBar width={300} ariaLabel="Reading the log lines" />
      <p role="status">
        {`Asking ${name ?? 'the logs'} for the lines of this trace…`}
        {isSlow && ` ${seconds} s so far.`}
      </p>
      {isSlow && (
        <Button size="sm" variant="secondary" onClick={onStop}>
          Stop
        </Button>
      )}
    </div>
  );
}

interface EmptyProps {
  name: string;
  answer: TraceLogsAnswer;
  timeZone: TimeZone | undefined;
  likely: ReactNode;
  onRetry: () => void;
}

function Empty({ name, answer, timeZone, likely, onRetry }: EmptyProps) {
  const styles = useStyles2(getStyles);
  const { range } = answer.asked;
  const explore = exploreLogsUrl(answer.asked);
  const asked = answer.asked.queries.map(({ expr, query }) => String(expr ?? query ?? ''));
  return (
    <Message title={`${name} has no line with the id of this trace`}>
      {`It was looked for in the time of the trace${
        answer.widenedMs > 0 ? `, and then ${formatDurationMs(answer.widenedMs)} around it` : ''
      }, at last from ${timeText(range.fromMs, timeZone)} to ${timeText(range.toMs, timeZone)}, with:`}
      {asked.map((query) => (
        <code key={query} className={styles.query}>
          {query}
        </code>
      ))}
      {answer.notes.map((note) => (
        <span key={note}>{note}</span>
      ))}
      <span>
        Lines may come later than spans. If they never do, see that services write the trace id into their lines, and
        that the labels under “Traces to logs” are the ones that the lines have.
      </span>
      <Stack gap={1} wrap="wrap">
        <Button size="sm" variant="secondary" icon="sync" onClick={onRetry}>
          Ask again
        </Button>
        {likely}
        {explore !== undefined && (
          <LinkButton size="sm" variant="secondary" fill="text" icon="compass" href={explore}>
            Open in Explore
          </LinkButton>
        )}
      </Stack>
    </Message>
  );
}

const timeText = (ms: number, timeZone: TimeZone | undefined): string =>
  dateTimeFormat(ms, { timeZone, format: 'YYYY-MM-DD HH:mm:ss' });

function Message({ title, children }: { title: string; children: ReactNode }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.message}>
      <h4 className={styles.title}>{title}</h4>
      {children}
    </div>
  );
}

function Next({
  text,
  settings,
  onRetry,
}: {
  text: string;
  settings: string | undefined;
  onRetry: (() => void) | undefined;
}) {
  const styles = useStyles2(getStyles);
  return (
    <Stack direction="column" gap={1} alignItems="flex-start">
      <span className={styles.text}>{text}</span>
      <Stack gap={1}>
        {onRetry && (
          <Button size="sm" variant="secondary" icon="sync" onClick={onRetry}>
            Try again
          </Button>
        )}
        {settings !== undefined && <Settings href={settings} />}
      </Stack>
    </Stack>
  );
}

const Settings = ({ href, name }: { href: string; name?: string }) => (
  <LinkButton size="sm" variant="secondary" icon="cog" href={href}>
    {name === undefined ? 'Datasource settings' : `Settings of ${name}`}
  </LinkButton>
);

const getStyles = (theme: GrafanaTheme2) => ({
  loading: css({
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'flex-start',
    gap: theme.spacing(1),
    padding: theme.spacing(0, 1),
    color: theme.colors.text.secondary,
    '& > p': { margin: 0 },
  }),
  message: css({
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'flex-start',
    gap: theme.spacing(1),
    maxWidth: 720,
    padding: theme.spacing(2),
    overflow: 'auto',
    color: theme.colors.text.secondary,
  }),
  title: css({ margin: 0, color: theme.colors.text.primary }),
  text: css({ overflowWrap: 'anywhere' }),
  query: css({ maxWidth: '100%', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }),
});
