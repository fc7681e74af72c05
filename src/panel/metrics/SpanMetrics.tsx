import React, { useCallback, useEffect, useMemo, useState } from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { type TimeZone } from '@grafana/schema';
import { Alert, Button, Stack, useStyles2 } from '@grafana/ui';
import { Asking, Message, Next, SettingsLink } from '../linked/LinkedParts';
import { exploreLinkedUrl, settingsUrl } from '../linked/linkedPages';
import { type SpanDetails } from '../trace/traceTable';
import { type ChartAnswer } from './askCharts';
import { linkedQuestion, storeQuestion, type ChartsQuestion } from './chartQuestion';
import { UnfilledQuery, labelValues, matchers, type LabelValue } from './fillPromql';
import { MetricChart } from './MetricChart';
import { metricsLink, type MetricsLink, type NoMetricsLink } from './metricsLink';
import { spanTimes } from './metricsWindow';
import { useCharts, type Charts } from './useCharts';
import { whyNoSeries } from './whyNoSeries';

export interface SpanMetricsProps {
  readonly span: SpanDetails;
  readonly service: string;
  /** The datasource that has the trace. */
  readonly datasourceUid: string;
  readonly timeZone: TimeZone | undefined;
}

/** Metrics of a span's service around its time: of the linked datasource, or else of the store. */
export function SpanMetrics(given: SpanMetricsProps) {
  const { datasourceUid } = given;
  const [nowMs, setNow] = useState(() => Date.now());
  const onLater = useCallback(() => setNow(Date.now()), []);
  const props = { ...given, nowMs, onLater };
  const link = useMemo(() => metricsLink(datasourceUid), [datasourceUid]);
  if (link.kind === 'linked') {
    return <LinkedMetrics {...props} link={link} />;
  }
  return link.kind === 'missing' ? (
    <StoreMetrics {...props}>
      <Missing link={link} />
    </StoreMetrics>
  ) : (
    <StoreMetrics {...props} how={link.kind === 'not-set' && <HowToLink link={link} />} />
  );
}

function Missing({ link }: { link: Extract<NoMetricsLink, { kind: 'missing' }> }) {
  const settings = settingsUrl(link.linkedByUid);
  return (
    <Alert severity="warning" title={`The metrics that ${link.linkedBy} is linked to are not there`}>
      <Next
        text={`There is no datasource “${link.metricsUid}”, or you may not query it. ${
          settings === undefined
            ? 'Ask who administers Grafana.'
            : 'Link another one under “Traces to metrics”, or ask for the right.'
        }`}
        settings={settings}
        onRetry={undefined}
      />
    </Alert>
  );
}

function HowToLink({ link }: { link: Extract<NoMetricsLink, { kind: 'not-set' }> }) {
  const styles = useStyles2(getStyles);
  const settings = settingsUrl(link.linkedByUid);
  return (
    <>
      {' To see Prometheus here, link it under “Traces to metrics” in the '}
      {settings === undefined ? (
        `settings of ${link.linkedBy}: who administers Grafana can do it.`
      ) : (
        <>
          <a className={styles.link} href={settings}>
            {`settings of ${link.linkedBy}`}
          </a>
          .
        </>
      )}
    </>
  );
}

interface TimedProps extends SpanMetricsProps {
  /** Until when there may be metrics. */
  nowMs: number;
  /** It is later now. */
  onLater: () => void;
}

interface LinkedProps extends TimedProps {
  link: MetricsLink;
}

function LinkedMetrics({ link, ...props }: LinkedProps) {
  const { span, nowMs } = props;
  const question = useMemo(() => orProblem(() => linkedQuestion(link, span, nowMs)), [link, span, nowMs]);
  if (typeof question === 'string') {
    return (
      <StoreMetrics {...props}>
        <Alert severity="warning" title={`${link.name} cannot be asked for this span`}>
          <Next text={question} settings={settingsUrl(link.linkedByUid)} onRetry={undefined} />
        </Alert>
      </StoreMetrics>
    );
  }
  return <AskedLink {...props} link={link} question={question} />;
}

function orProblem(ask: () => ChartsQuestion): ChartsQuestion | string {
  try {
    return ask();
  } catch (error) {
    if (error instanceof UnfilledQuery) {
      return error.message;
    }
    throw error;
  }
}

function AskedLink({ link, question, ...props }: LinkedProps & { question: ChartsQuestion }) {
  const charts = useCharts(question, props.onLater);
  const { answers } = charts;
  const isOver = !charts.isAsking && answers.length > 0;
  const failure = isOver ? commonFailure(answers) : undefined;
  if (failure) {
    return (
      <StoreMetrics {...props}>
        <Refused link={link} failure={failure} onRetry={charts.retry} />
      </StoreMetrics>
    );
  }
  if (isOver && answers.every((answer) => answer?.kind === 'series' && answer.total === 0)) {
    return (
      <StoreMetrics {...props}>
        <NoSeries link={link} question={question} span={props.span} onRetry={charts.retry} />
      </StoreMetrics>
    );
  }
  return <ChartList {...props} name={link.name} question={question} charts={charts} />;
}

type Failure = Extract<ChartAnswer, { kind: 'failed' }>;

/** Of all charts the same one. */
function commonFailure(answers: Charts['answers']): Failure | undefined {
  const [first] = answers;
  return first?.kind === 'failed' &&
    answers.every((answer) => answer?.kind === 'failed' && answer.message === first.message)
    ? first
    : undefined;
}

function Refused({ link, failure, onRetry }: { link: MetricsLink; failure: Failure; onRetry: () => void }) {
  const { name } = link;
  const { status, message } = failure;
  if (status === 401 || status === 403) {
    return (
      <Alert severity="warning" title={`You may not read the metrics in ${name}`}>
        <Next
          text={`Ask who administers Grafana for the right to query ${name}. Grafana said: ${message}`}
          settings={settingsUrl(link.linkedByUid)}
          onRetry={onRetry}
        />
      </Alert>
    );
  }
  // Grafana itself has a status of its own for what stands behind it.
  const isCredentials = /status(?: code)?:? 40[13]\b/i.test(message);
  return (
    <Alert severity="error" title={isCredentials ? `${name} refuses Grafana` : `${name} did not answer`}>
      <Next
        text={isCredentials ? `${message}. See the credentials in the settings of ${name}.` : message}
        settings={settingsUrl(isCredentials ? link.uid : link.linkedByUid)}
        onRetry={onRetry}
      />
    </Alert>
  );
}

interface NoSeriesProps {
  link: MetricsLink;
  question: ChartsQuestion;
  span: SpanDetails;
  onRetry: () => void;
}

function NoSeries({ link, question, span, onRetry }: NoSeriesProps) {
  const styles = useStyles2(getStyles);
  const labels = useMemo(() => labelValues(link.tags, span), [link, span]);
  const why = useWhy(question, labels);
  const settings = settingsUrl(link.linkedByUid);
  return (
    <Message title={`${link.name} has no series for ${matchers(labels) || 'this span'}`}>
      {why.map((sentence) => (
        <span key={sentence} className={styles.text}>
          {sentence}
        </span>
      ))}
      <span>
        {`See that the labels and queries under “Traces to metrics” in the settings of ${link.linkedBy} are those of ${link.name}.`}
      </span>
      <Stack gap={1} wrap="wrap">
        <Button size="sm" variant="secondary" icon="sync" onClick={onRetry}>
          Ask again
        </Button>
        {settings !== undefined && <SettingsLink href={settings} name={link.linkedBy} />}
      </Stack>
    </Message>
  );
}

const NOTHING: readonly string[] = [];

function useWhy(question: ChartsQuestion, labels: readonly LabelValue[]): readonly string[] {
  const [known, setKnown] = useState<{ readonly of: ChartsQuestion; readonly why: readonly string[] }>();
  useEffect(() => {
    let isGone = false;
    whyNoSeries(question.datasourceUid, labels, question.range).then(
      (why) => !isGone && setKnown({ of: question, why }),
      () => undefined
    );
    return () => {
      isGone = true;
    };
  }, [question, labels]);
  return known?.of === question ? known.why : NOTHING;
}

interface StoreProps extends TimedProps {
  /** Why there is nothing else. */
  children?: React.ReactNode;
  /** How there would be more. */
  how?: React.ReactNode;
}

/** What the store itself says of the span's operation. */
function StoreMetrics({ children, how, ...props }: StoreProps) {
  const styles = useStyles2(getStyles);
  const { datasourceUid, service, span, nowMs, onLater } = props;
  const question = useMemo(
    () => storeQuestion(datasourceUid, service, span, nowMs),
    [datasourceUid, service, span, nowMs]
  );
  const charts = useCharts(question, onLater);
  const failure = charts.isAsking ? undefined : commonFailure(charts.answers);
  return (
    <>
      {children}
      <p className={styles.quiet}>
        {'From the trace store: '}
        <b>{span.name}</b>
        {` of ${service}.`}
        {how}
      </p>
      {failure ? (
        <Alert severity="error" title="The trace store did not answer">
          <Next text={failure.message} settings={undefined} onRetry={charts.retry} />
        </Alert>
      ) : (
        <ChartList {...props} name="the trace store" question={question} charts={charts} />
      )}
    </>
  );
}

interface ChartListProps extends TimedProps {
  name: string;
  question: ChartsQuestion;
  charts: Charts;
}

function ChartList({ name, service, span, timeZone, question, charts }: ChartListProps) {
  const styles = useStyles2(getStyles);
  const times = useMemo(() => spanTimes(span), [span]);
  const isSlow = useIsSlow(charts.isAsking, question);
  const { datasourceUid, range } = question;
  const isShort = charts.answers.some((answer) => answer?.kind === 'failed');
  return (
    <div role="group" aria-label={`Metrics of ${service}`} aria-busy={charts.isAsking}>
      {isSlow && <Asking text={`Asking ${name} for metrics of ${service}…`} onStop={charts.stop} />}
      {question.charts.map((chart, index) => (
        <MetricChart
          key={`${chart.title} ${index}`}
          chart={chart}
          answer={charts.answers[index]}
          range={range}
          span={times}
          timeZone={timeZone}
          exploreUrl={exploreLinkedUrl({ datasourceUid, queries: [chart.query], range })}
        />
      ))}
      {isShort && !charts.isAsking && (
        <div className={styles.retry}>
          <Button size="sm" variant="secondary" icon="sync" onClick={charts.retry}>
            Try again
          </Button>
        </div>
      )}
    </div>
  );
}

const SLOW_AFTER_MS = 1000;

/** Whether the question has been asked for a second. */
function useIsSlow(isAsking: boolean, question: ChartsQuestion): boolean {
  const [slow, setSlow] = useState<ChartsQuestion>();
  useEffect(() => {
    if (!isAsking) {
      return undefined;
    }
    const timer = setTimeout(() => setSlow(question), SLOW_AFTER_MS);
    return () => clearTimeout(timer);
  }, [isAsking, question]);
  return isAsking && slow === question;
}

const getStyles = (theme: GrafanaTheme2) => ({
  quiet: css({
    margin: 0,
    padding: theme.spacing(0, 1, 0.5),
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    overflowWrap: 'anywhere',
  }),
  link: css({ color: theme.colors.text.link, textDecoration: 'underline' }),
  text: css({ overflowWrap: 'anywhere' }),
  retry: css({ padding: theme.spacing(0, 1, 1) }),
});
