import { locationUtil, urlUtil, type TimeRange } from '@grafana/data';
import { config, locationService } from '@grafana/runtime';
import { APP_URL, ROUTES, comparePath, tracePath } from '../shared/appAddress';
import { exploreUrl } from '../shared/exploreUrl';
import { asString, isObject } from '../shared/narrowing';
import { isTraceView, type TraceViewName, type ViewLinks } from './view/viewTypes';

/** The parameter that names the view, of the app's page. */
const VIEW = 'view';
/** The parameter that names the chosen span: of the app's page, and of dashboards. */
const SPAN = 'span';
const SPAN_ID = /^[0-9a-f]{16}$/;

const isExplore = (): boolean => locationService.getLocation().pathname.startsWith('/explore');

const isOn = (route: string): boolean => locationService.getLocation().pathname.includes(`${APP_URL}/${route}`);
const isTracePage = (): boolean => isOn(ROUTES.trace);

/** Explore has a URL that others write, and a comparison has two traces in one. */
export const writesUrl = (): boolean => !isExplore() && !isOn(ROUTES.compare);

/** A dashboard may show several traces, and its address names one span. */
export const sharesUrl = (): boolean => !isExplore() && !isTracePage();

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

/** The view that the address of the app's page names. */
export function viewInUrl(): TraceViewName | undefined {
  const view = isTracePage() ? locationService.getSearch().get(VIEW) : null;
  return isTraceView(view) ? view : undefined;
}

export function writeView(view: TraceViewName): void {
  if (isTracePage()) {
    locationService.partial({ [VIEW]: view === 'waterfall' ? null : view }, true);
  }
}

export function onUrlChange(listener: () => void): () => void {
  return locationService.getHistory().listen(listener);
}

const mayExplore = (): boolean => config.bootData.user.permissions?.['datasources:explore'] === true;
const maySetUp = (): boolean => config.bootData.user.permissions?.['datasources:write'] === true;

/** Where a trace of a Clew datasource leads: its spans to the app's page of it, which stays what it is. */
export function storedLinks(datasourceUid: string, traceId: string, range: TimeRange): ViewLinks {
  const tracePage = (id: string, spanId?: string) =>
    locationUtil.assureBaseUrl(tracePath(id, { datasourceUid, spanId }));
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
    compare: locationUtil.assureBaseUrl(comparePath('usual', traceId, datasourceUid)),
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
