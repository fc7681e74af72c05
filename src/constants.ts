import { APP_ID } from './shared/pluginIds';

export const APP_URL = `/a/${APP_ID}`;

export const ROUTES = {
  start: 'start',
  trace: 'trace',
} as const;

/** The permanent address of a trace, or of a span in it. `datasourceUid`: where several stores are. */
export function tracePath(
  traceId: string,
  { datasourceUid, spanId }: { datasourceUid?: string; spanId?: string } = {}
): string {
  const params = new URLSearchParams();
  if (datasourceUid !== undefined) {
    params.set('var-ds', datasourceUid);
  }
  if (spanId !== undefined) {
    params.set('span', spanId);
  }
  const query = params.toString();
  return `${APP_URL}/${ROUTES.trace}/${encodeURIComponent(traceId)}${query && `?${query}`}`;
}

/** Dashboards with this tag are linked on the start page. */
export const DASHBOARD_TAG = 'clew';
