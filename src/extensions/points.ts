import {
  type DataFrame,
  type PluginExtensionAddedLinkConfig,
  type PluginExtensionPanelContext,
  type RawTimeRange,
} from '@grafana/data';
import { type DataQuery } from '@grafana/schema';

/** Grafana hands out contexts as read-only proxies. Types of those that it does not export are as in 12.4, what is used of them. */

interface DatasourceOfPoint {
  readonly type: string;
  readonly uid: string;
}

/** `grafana/traceview/header/actions`: the trace that is shown. Times are microseconds. */
export interface TraceHeaderContext {
  readonly traceID: string;
  readonly startTime: number;
  readonly duration: number;
  /** In the order of the tree: the first one is a root. */
  readonly spans: ReadonlyArray<{
    readonly operationName: string;
    readonly process: { readonly serviceName: string };
    /** Empty for a root; a reference to a span that is missing stays. */
    readonly references?: readonly unknown[];
  }>;
  readonly datasource: DatasourceOfPoint;
}

/** `grafana/explore/toolbar/action`: a pane. */
export interface ExploreContext {
  readonly targets: readonly DataQuery[];
  readonly timeRange: RawTimeRange;
}

/** `grafana/dashboard/panel/menu`. */
export type PanelContext = PluginExtensionPanelContext & { data?: { series: DataFrame[] } };

/** A link as Grafana takes it: it forgets what its contexts are. */
export function link<Context extends object>(
  config: PluginExtensionAddedLinkConfig<Context>
): PluginExtensionAddedLinkConfig {
  return config as PluginExtensionAddedLinkConfig;
}
