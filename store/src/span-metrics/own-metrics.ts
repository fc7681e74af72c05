import { Counter, type Registry } from 'prom-client';

import type { SpanMetrics } from './span-metrics.ts';

/** What the span metrics say of themselves, at `/metrics`. */
export function registerSpanMetrics(registry: Registry, spanMetrics: SpanMetrics): void {
  const counter = (name: string, help: string, read: () => number) =>
    new Counter({
      name,
      help,
      registers: [registry],
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  counter(
    'clew_span_metrics_overflowed_total',
    'Spans and calls counted as __overflow__, above CLEW_SPAN_METRICS_MAX_SERIES.',
    () => spanMetrics.overflowed
  );
  counter(
    'clew_span_metrics_dropped_total',
    'Client and server spans that gave way before they had waited 10 s, because too many waited.',
    () => spanMetrics.dropped
  );
  counter(
    'clew_span_metrics_unpaired_total',
    'Client and server spans whose other side did not come in 10 s and is not named.',
    () => spanMetrics.unpaired
  );
}
