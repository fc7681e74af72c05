import { locationUtil, urlUtil } from '@grafana/data';
import { config } from '@grafana/runtime';
import { type LinkedQuery, type LinkedRange } from './askGrafana';

/** What was asked of a datasource, so that Explore can be asked the same. */
export interface AskedQueries {
  readonly datasourceUid: string;
  readonly queries: readonly LinkedQuery[];
  readonly range: LinkedRange;
}

const may = (right: string): boolean => config.bootData.user.permissions?.[right] === true;

/** The very queries in Explore; undefined for who may not explore. */
export function exploreLinkedUrl({ datasourceUid, queries, range }: AskedQueries): string | undefined {
  if (!may('datasources:explore')) {
    return undefined;
  }
  const pane = {
    datasource: datasourceUid,
    queries: queries.map((query) => ({ ...query, datasource: { uid: datasourceUid } })),
    range: { from: String(range.fromMs), to: String(range.toMs) },
  };
  // Pane ids are three characters, not all digits.
  const panes = JSON.stringify({ log: pane });
  return locationUtil.assureBaseUrl(urlUtil.renderUrl('/explore', { schemaVersion: 1, panes }));
}

/** Where a datasource's links to others are set; undefined for who may not. */
export const settingsUrl = (datasourceUid: string | undefined): string | undefined =>
  datasourceUid !== undefined && may('datasources:write')
    ? locationUtil.assureBaseUrl(`/connections/datasources/edit/${encodeURIComponent(datasourceUid)}`)
    : undefined;
