import { APP_ID } from './pluginIds';

export const APP_URL = `/a/${APP_ID}`;

export const ROUTES = {
  start: 'start',
  trace: 'trace',
  compare: 'compare',
  search: 'search',
  services: 'services',
  map: 'map',
  doctor: 'doctor',
  setup: 'setup',
  links: 'links',
} as const;

/** The permanent address of a trace, or of a span in it. `datasourceUid`: where several stores are. `view`: another than the waterfall. */
export function tracePath(
  traceId: string,
  { datasourceUid, spanId, view }: { datasourceUid?: string; spanId?: string; view?: string } = {}
): string {
  const params = new URLSearchParams();
  if (datasourceUid !== undefined) {
    params.set('var-ds', datasourceUid);
  }
  if (spanId !== undefined) {
    params.set('span', spanId);
  }
  if (view !== undefined) {
    params.set('view', view);
  }
  const query = params.toString();
  return `${APP_URL}/${ROUTES.trace}/${encodeURIComponent(traceId)}${query && `?${query}`}`;
}

/**
 * The permanent address of a comparison. A side is a trace id, TraceQL, or `usual`: what traces with the root of the other side
 * are like.
 */
export function comparePath(a: string, b: string, datasourceUid?: string): string {
  const params = new URLSearchParams({ ...(datasourceUid === undefined ? {} : { 'var-ds': datasourceUid }), a, b });
  return `${APP_URL}/${ROUTES.compare}?${params}`;
}

/** The page of a service, in the time range that it is given. */
export function servicePath(
  service: string,
  { datasourceUid, range }: { datasourceUid?: string; range?: { from: string; to: string } } = {}
): string {
  const params = new URLSearchParams({ ...(datasourceUid === undefined ? {} : { 'var-ds': datasourceUid }), ...range });
  const query = params.toString();
  return `${APP_URL}/${ROUTES.services}/${encodeURIComponent(service)}${query && `?${query}`}`;
}

/** A search, in the time range that it is given. */
export function searchPath(
  query: string,
  { datasourceUid, range }: { datasourceUid?: string; range?: { from: string; to: string } } = {}
): string {
  const params = new URLSearchParams({
    ...(datasourceUid === undefined ? {} : { 'var-ds': datasourceUid }),
    ...range,
    q: query,
  });
  return `${APP_URL}/${ROUTES.search}?${params}`;
}

/** Dashboards with this tag are linked on the start page. */
export const DASHBOARD_TAG = 'clew';
