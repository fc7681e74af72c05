import React, { useId, useMemo, useRef } from 'react';
import { css } from '@emotion/css';
import {
  FieldType,
  LoadingState,
  createDataFrame,
  dateTime,
  type FieldConfigSource,
  type GrafanaTheme2,
  type PanelData,
} from '@grafana/data';
import { PanelRenderer } from '@grafana/runtime';
import {
  LegendDisplayMode,
  SortOrder,
  TooltipDisplayMode,
  VisibilityMode,
  type LegendPlacement,
  type TimeZone,
} from '@grafana/schema';
import { LinkButton, useStyles2, useTheme2 } from '@grafana/ui';
import { useSize } from '../../shared/useSize';
import { type LinkedRange } from '../linked/askGrafana';
import { MOST_SERIES, type ChartAnswer } from './askCharts';
import { type ChartQuestion } from './chartQuestion';
import { isAllZero, valuesAt } from './valuesAt';

interface Props {
  chart: ChartQuestion;
  answer: ChartAnswer | undefined;
  range: LinkedRange;
  /** When the span ran. */
  span: LinkedRange;
  timeZone: TimeZone | undefined;
  exploreUrl: string | undefined;
}

const HEIGHT = 132;
/** With names of series below. */
const LEGEND_HEIGHT = 168;
/** Characters of what is said in words. */
const MOST_TOLD = 60;
/** The same for all charts, so that times stand below each other. */
const AXIS_WIDTH = 70;

/** One query over time, with a mark at the span. */
export function MetricChart({ chart, answer, range, span, timeZone, exploreUrl }: Props) {
  const styles = useStyles2(getStyles);
  const id = useId();
  const told = answer?.kind === 'series' ? valuesAt(answer.frames, span.fromMs, chart.unit) : [];
  const toldText = told.map(({ name, text }) => `${name} ${text}`.trim()).join(', ');
  const isZero = answer?.kind === 'series' && answer.total > 0 && isAllZero(answer.frames);
  return (
    <figure className={styles.figure} aria-labelledby={id}>
      <figcaption className={styles.head}>
        <span id={id} className={styles.title}>
          {chart.title}
        </span>
        {exploreUrl !== undefined && (
          <LinkButton
            size="sm"
            fill="text"
            variant="secondary"
            icon="compass"
            href={exploreUrl}
            aria-label={`Open “${chart.title}” in Explore`}
          >
            Open in Explore
          </LinkButton>
        )}
      </figcaption>
      {!isZero && toldText !== '' && toldText.length <= MOST_TOLD && (
        <p className={styles.note}>At the span: {toldText}</p>
      )}
      {isZero ? (
        <p className={styles.note}>None in this time: 0 throughout.</p>
      ) : (
        <Content chart={chart} answer={answer} range={range} span={span} timeZone={timeZone} />
      )}
    </figure>
  );
}

function Content({ chart, answer, range, span, timeZone }: Omit<Props, 'exploreUrl'>) {
  const styles = useStyles2(getStyles);
  if (!answer) {
    return <div className={styles.blank} />;
  }
  if (answer.kind === 'failed') {
    return (
      <p role="alert" className={styles.failed}>
        {answer.message}
      </p>
    );
  }
  if (answer.total === 0) {
    return <p className={styles.note}>No series in this time.</p>;
  }
  return (
    <>
      <Plot chart={chart} frames={answer.frames} range={range} span={span} timeZone={timeZone} />
      {answer.total > answer.frames.length && (
        <p className={styles.note}>{`The ${MOST_SERIES} largest of ${answer.total} series.`}</p>
      )}
    </>
  );
}

type PlotProps = Omit<Props, 'exploreUrl' | 'answer'> & {
  frames: Extract<ChartAnswer, { kind: 'series' }>['frames'];
};

/** Grafana's own time series panel. */
function Plot({ chart, frames, range, span, timeZone }: PlotProps) {
  const element = useRef<HTMLDivElement>(null);
  const { width } = useSize(element);
  const theme = useTheme2();
  const isOne = frames.length === 1;
  const height = isOne ? HEIGHT : LEGEND_HEIGHT;
  const data = useMemo(
    () => panelData(frames, range, span, theme.colors.warning.main),
    [frames, range, span, theme.colors.warning.main]
  );
  const fieldConfig = useMemo(() => fieldsOf(chart, isOne), [chart, isOne]);
  const options = useMemo(() => optionsOf(!isOne), [isOne]);
  return (
    <div ref={element} style={{ height }} data-testid="data-testid clew-span-metric">
      {width > 0 && (
        <PanelRenderer
          pluginId="timeseries"
          title={chart.title}
          data={data}
          options={options}
          fieldConfig={fieldConfig}
          timeZone={timeZone}
          width={width}
          height={height}
        />
      )}
    </div>
  );
}

function panelData(frames: PlotProps['frames'], range: LinkedRange, span: LinkedRange, colour: string): PanelData {
  const times = { from: dateTime(range.fromMs), to: dateTime(range.toMs) };
  const mark = createDataFrame({
    name: 'span',
    fields: [
      { name: 'time', type: FieldType.time, values: [span.fromMs] },
      { name: 'timeEnd', type: FieldType.time, values: [span.toMs] },
      { name: 'isRegion', type: FieldType.boolean, values: [true] },
      { name: 'title', type: FieldType.string, values: ['The span'] },
      { name: 'color', type: FieldType.string, values: [colour] },
    ],
  });
  return {
    state: LoadingState.Done,
    series: [...frames],
    annotations: [mark],
    timeRange: { ...times, raw: times },
  };
}

const fieldsOf = ({ unit, colour }: ChartQuestion, isOne: boolean): FieldConfigSource => ({
  defaults: {
    unit,
    min: 0,
    ...(colour !== undefined && isOne ? { color: { mode: 'fixed', fixedColor: colour } } : {}),
    custom: {
      axisWidth: AXIS_WIDTH,
      lineWidth: 1,
      fillOpacity: isOne ? 10 : 0,
      showPoints: VisibilityMode.Auto,
      pointSize: 4,
    },
  },
  overrides: [],
});

const optionsOf = (hasLegend: boolean) => ({
  legend: {
    showLegend: hasLegend,
    displayMode: LegendDisplayMode.List,
    placement: 'bottom' satisfies LegendPlacement,
    calcs: [],
  },
  tooltip: { mode: TooltipDisplayMode.Multi, sort: SortOrder.Descending },
});

const getStyles = (theme: GrafanaTheme2) => ({
  figure: css({ margin: theme.spacing(0, 0, 1) }),
  head: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    justifyContent: 'space-between',
    columnGap: theme.spacing(1),
    padding: theme.spacing(0, 1),
  }),
  title: css({
    minWidth: 0,
    overflowWrap: 'anywhere',
    fontSize: theme.typography.bodySmall.fontSize,
    fontWeight: theme.typography.fontWeightMedium,
  }),
  note: css({
    margin: 0,
    padding: theme.spacing(0, 1),
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    fontVariantNumeric: 'tabular-nums',
  }),
  failed: css({
    margin: 0,
    padding: theme.spacing(0, 1),
    color: theme.colors.error.text,
    overflowWrap: 'anywhere',
    whiteSpace: 'pre-wrap',
  }),
  blank: css({ height: HEIGHT }),
});
