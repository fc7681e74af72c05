import React, { type ReactNode } from 'react';
import { css } from '@emotion/css';
import { dateTimeFormat } from '@grafana/data';
import { type TimeZone } from '@grafana/schema';
import { Alert, Button, LinkButton, Stack, useStyles2 } from '@grafana/ui';
import { formatDurationMs } from '../../shared/format';
import { type TraceLogsAnswer } from './askTraceLogs';
import { Asking, Message, Next, SettingsLink } from '../linked/LinkedParts';
import { exploreLinkedUrl, settingsUrl } from '../linked/linkedPages';
import { type LogsState as State, type TraceLogs } from './useTraceLogs';

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
      return <Asking text={`Asking ${state.logs ?? 'the logs'} for the lines of this trace…`} onStop={stop} />;
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
      {settings !== undefined && <SettingsLink href={settings} name={why.name} />}
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
  const explore = exploreLinkedUrl(answer.asked);
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

const getStyles = () => ({
  query: css({ maxWidth: '100%', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }),
});
