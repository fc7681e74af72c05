/** The entries never import each other: they meet by these. */
export const APP_ID = 'clew-correlation-app';
export const DATASOURCE_TYPE = 'clew-traces-datasource';
export const PANEL_ID = 'clew-waterfall-panel';
