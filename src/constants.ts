import { APP_ID } from './shared/pluginIds';

export const APP_URL = `/a/${APP_ID}`;

export const ROUTES = {
  start: 'start',
} as const;

/** Dashboards with this tag are linked on the start page. */
export const DASHBOARD_TAG = 'clew';
