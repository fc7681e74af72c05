import { type LinkedQuery, type LinkedRange } from '../linked/askGrafana';
import { type SpanDetails } from '../trace/traceTable';
import { fillPromql } from './fillPromql';
import { type MetricsLink } from './metricsLink';
import { metricsWindow } from './metricsWindow';
import { storeCharts, wholeSteps } from './storeCharts';

/** What one chart shows. */
export interface ChartQuestion {
  readonly title: string;
  /** Grafana's name of a unit, for answers that have none. */
  readonly unit: string;
  /** A colour of Grafana's palette, where the chart has one series only. */
  readonly colour?: string;
  readonly query: LinkedQuery;
  /** What is asked where `query` is too much (status 422). */
  readonly lighter?: LinkedQuery;
  /** What series are called, by the names that the answer has. */
  readonly names?: Readonly<Record<string, string>>;
}

/** One or more charts, asked of one datasource. */
export interface ChartsQuestion {
  readonly datasourceUid: string;
  readonly range: LinkedRange;
  readonly charts: readonly ChartQuestion[];
}

/** Of the linked datasource. Throws UnfilledQuery. */
export function linkedQuestion(link: MetricsLink, span: SpanDetails, nowMs: number): ChartsQuestion {
  return {
    datasourceUid: link.uid,
    range: metricsWindow(span, link, nowMs),
    charts: link.queries.map(({ name, expr }) => ({
      title: name,
      unit: unitOf(expr),
      query: {
        refId: 'A',
        expr: fillPromql(expr, link.tags, span),
        range: true,
        instant: false,
        editorMode: 'code',
        legendFormat: '__auto',
      },
    })),
  };
}

/** Of the store that has the trace. */
export function storeQuestion(
  datasourceUid: string,
  service: string,
  span: SpanDetails,
  nowMs: number
): ChartsQuestion {
  const range = wholeSteps(metricsWindow(span, undefined, nowMs));
  return { datasourceUid, range, charts: storeCharts(service, span, range) };
}

/** Settings name no unit. Quantiles have that of their histogram, which is in its name. */
function unitOf(expr: string): string {
  if (!expr.includes('histogram_quantile')) {
    return 'short';
  }
  const [, name] = /_(seconds|milliseconds|bytes)(?:_bucket)?\b/.exec(expr) ?? [];
  const units: Readonly<Record<string, string>> = { seconds: 's', milliseconds: 'ms', bytes: 'bytes' };
  return units[name] ?? (expr.includes('traces_spanmetrics_latency') ? 's' : 'short');
}
