import { locationUtil, urlUtil } from '@grafana/data';
import { DATASOURCE_TYPE } from './pluginIds';

export interface ExploreTarget {
  readonly datasourceUid: string;
  /** TraceQL or a trace id. */
  readonly query: string;
  /** As Explore has it in its URL: `now-1h`, or epoch milliseconds as text. */
  readonly range: { readonly from: string; readonly to: string };
  /** Span to focus, where `query` is a trace id. */
  readonly spanId?: string;
}

/** A URL that opens the query in Explore (panes schema 1). */
export function exploreUrl({ datasourceUid, query, range, spanId }: ExploreTarget): string {
  const pane = {
    datasource: datasourceUid,
    queries: [{ refId: 'A', datasource: { type: DATASOURCE_TYPE, uid: datasourceUid }, query, queryType: 'traceql' }],
    range,
    ...(spanId ? { panelsState: { trace: { spanId } } } : {}),
  };
  // Pane ids are three characters, not all digits.
  const panes = JSON.stringify({ clw: pane });
  return locationUtil.assureBaseUrl(urlUtil.renderUrl('/explore', { schemaVersion: 1, panes }));
}
