import { locationUtil, urlUtil, type TimeRange } from '@grafana/data';
import { config, locationService } from '@grafana/runtime';
import { exploreUrl } from '../shared/exploreUrl';
import { asString, isObject } from '../shared/narrowing';
import { APP_ID } from '../shared/pluginIds';
import { type ViewLinks } from './view/viewTypes';

/** The parameter that names the chosen span: of the app's page, and of dashboards. */
const SPAN = 'span';
const SPAN_ID = /^[0-9a-f]{16}$/;

const isExplore = (): boolean => locationService.getLocation().pathname.startsWith('/explore');

/** Explore has a URL that others write. */
export const writesUrl = (): boolean => !isExplore();

/** A dashboard may show several traces, and its address names one span. */
export const sharesUrl = (): boolean => !isExplore() && !locationService.getLocation().pathname.includes('/a/');

/** The span that the URL names: Explore's own way is in the state of its panes. */
export function spanInUrl(): string | undefined {
  const search = locationService.getSearch();
  const spanId = isExplore() ? spanInPanes(search.get('panes')) : search.get(SPAN);
  return spanId && SPAN_ID.test(spanId) ? spanId : undefined;
}

function spanInPanes(text: string | null): string | undefined {
  try {
    const panes: unknown = JSON.parse(text ?? '');
    return Object.values(isObject(panes) ? panes : {})
      .map((pane) => (isObject(pane) && isObject(pane.panelsState) ? pane.panelsState.trace : undefined))
      .map((trace) => (isObject(trace) ? asString(trace.spanId) : undefined))
      .find((spanId) => spanId !== undefined && spanId !== '');
  } catch {
    return undefined;
  }
}

/** The chosen span as part of the page's address, in place of the one before. */
export function writeSpan(spanId: string | undefined): void {
  if (writesUrl()) {
    locationService.partial({ [SPAN]: spanId ?? null }, true);
  }
}

export function onUrlChange(listener: () => void): () => void {
  return locationService.getHistory().listen(listener);
}

const mayExplore = (): boolean => config.bootData.user.permissions?.['datasources:explore'] === true;
const maySetUp = (): boolean => config.bootData.user.permissions?.['datasources:write'] === true;

/** Where a trace of a Clew datasource leads: its spans to the app's page of it, which stays what it is. */
export function storedLinks(datasourceUid: string, traceId: string, range: TimeRange): ViewLinks {
  const tracePage = (id: string, spanId: string) =>
    locationUtil.assureBaseUrl(
      urlUtil.renderUrl(`/a/${APP_ID}/trace/${encodeURIComponent(id)}`, { 'var-ds': datasourceUid, [SPAN]: spanId })
    );
  return {
    span: (spanId) => tracePage(traceId, spanId),
    trace: tracePage,
    search: mayExplore()
      ? (query) =>
          exploreUrl({
            datasourceUid,
            query,
            range: { from: String(range.from.valueOf()), to: String(range.to.valueOf()) },
          })
      : undefined,
    datasource: maySetUp()
      ? () => locationUtil.assureBaseUrl(`/connections/datasources/edit/${encodeURIComponent(datasourceUid)}`)
      : undefined,
  };
}

/** Of a trace that some other datasource answered: the page itself, where its address can say which span. */
export function frameLinks(): ViewLinks {
  return {
    span: (spanId) =>
      writesUrl()
        ? locationUtil.assureBaseUrl(
            urlUtil.renderUrl(locationService.getLocation().pathname, {
              ...locationService.getSearchObject(),
              [SPAN]: spanId,
            })
          )
        : undefined,
  };
}
