import type { Check } from '../types.ts';
import { GRAFANA_CHECKS } from './grafana-checks.ts';
import { LOGS_CHECKS } from './logs-checks.ts';
import { METRICS_CHECKS } from './metrics-checks.ts';
import { STORE_CHECKS } from './store-checks.ts';
import { TRACES_TO_LOGS_CHECKS } from './traces-to-logs-checks.ts';
import { TRACES_TO_METRICS_CHECKS } from './traces-to-metrics-checks.ts';

/** Every check, in the order in which the areas are shown. */
export const ALL_CHECKS: readonly Check[] = [
  ...STORE_CHECKS,
  ...METRICS_CHECKS,
  ...LOGS_CHECKS,
  ...TRACES_TO_LOGS_CHECKS,
  ...TRACES_TO_METRICS_CHECKS,
  ...GRAFANA_CHECKS,
];
