import type { Check } from '../types.ts';
import { conflictingSettings } from './conflicting-settings.ts';
import { grafanaVersion, pluginsLoaded } from './grafana-version.ts';
import { servicesInSignals } from './services-in-signals.ts';
import { viewers } from './viewers.ts';

export const GRAFANA_CHECKS: readonly Check[] = [
  grafanaVersion,
  pluginsLoaded,
  viewers,
  conflictingSettings,
  servicesInSignals,
];
