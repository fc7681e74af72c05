import type { ReadableSpan, SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace-base';

/** How many traces are remembered one by one; beyond it the oldest are forgotten (and counted). */
const TRACE_LIMIT = 200_000;

export interface LedgerSnapshot {
  /** Spans ended per trace id. */
  traces: Record<string, number>;
  services: string[];
  spans: number;
  /** Spans that the exporters reported as delivered, and as given up. */
  exported: number;
  failed: number;
  /** Traces no longer in `traces` because there were too many. */
  forgottenTraces: number;
}

/**
 * Counts every span that a service ended, so that a run can be compared with what the store holds.
 * It counts before the export queue: a span that the SDK drops, or fails to deliver, shows up as missing.
 */
export class Ledger {
  private readonly perTrace = new Map<string, number>();
  private readonly services = new Set<string>();
  private spans = 0;
  private exported = 0;
  private failed = 0;
  private forgotten = 0;

  /** The processor that does the counting for one service. */
  processor(service: string): SpanProcessor {
    return {
      onStart: () => undefined,
      onEnd: (span) => this.record(service, span.spanContext().traceId),
      forceFlush: () => Promise.resolve(),
      shutdown: () => Promise.resolve(),
    };
  }

  /** The same exporter, with its results counted. */
  watch(exporter: SpanExporter): SpanExporter {
    return {
      export: (spans: ReadableSpan[], done) =>
        exporter.export(spans, (result) => {
          // 0 is ExportResultCode.SUCCESS of @opentelemetry/core.
          if (result.code === 0) {
            this.exported += spans.length;
          } else {
            this.failed += spans.length;
          }
          done(result);
        }),
      shutdown: () => exporter.shutdown(),
      forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
    };
  }

  snapshot(): LedgerSnapshot {
    return {
      traces: Object.fromEntries(this.perTrace),
      services: [...this.services].sort(),
      spans: this.spans,
      exported: this.exported,
      failed: this.failed,
      forgottenTraces: this.forgotten,
    };
  }

  /** The counts without the list of traces. */
  totals(): { traces: number; spans: number; exported: number; failed: number } {
    return {
      traces: this.perTrace.size + this.forgotten,
      spans: this.spans,
      exported: this.exported,
      failed: this.failed,
    };
  }

  private record(service: string, traceId: string): void {
    this.spans++;
    this.services.add(service);
    this.perTrace.set(traceId, (this.perTrace.get(traceId) ?? 0) + 1);
    if (this.perTrace.size > TRACE_LIMIT) {
      const oldest = this.perTrace.keys().next();
      if (!oldest.done) {
        this.perTrace.delete(oldest.value);
        this.forgotten++;
      }
    }
  }
}
