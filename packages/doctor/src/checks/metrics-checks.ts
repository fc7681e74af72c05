import type { Check } from '../types.ts';
import { exemplarLabel } from './exemplar-label.ts';
import { exemplarStorage } from './exemplar-storage.ts';
import { exemplarsResolve } from './exemplars-resolve.ts';
import { exemplarsThere } from './exemplars-there.ts';
import { prometheusLinked } from './prometheus-linked.ts';
import { prometheusReachable } from './prometheus-reachable.ts';
import { serviceGraph } from './service-graph.ts';
import { spanMetrics } from './span-metrics.ts';

export const METRICS_CHECKS: readonly Check[] = [
  prometheusReachable,
  prometheusLinked,
  exemplarStorage,
  exemplarsThere,
  exemplarLabel,
  exemplarsResolve,
  spanMetrics,
  serviceGraph,
];
