import { context, isSpanContextValid, trace, type SpanContext } from '@opentelemetry/api';
import { Counter, Gauge, Histogram, Registry, type OpenMetricsContentType } from 'prom-client';

/** Fine enough between 5 ms and 3 s that a p95 says something. */
const LATENCY_BUCKETS = [0.005, 0.01, 0.02, 0.035, 0.05, 0.075, 0.1, 0.15, 0.25, 0.4, 0.6, 1, 1.5, 2, 2.5, 3, 4, 6, 10];

export interface ServerRequest {
  service: string;
  route: string;
  method: string;
  status: number;
  seconds: number;
}

/** The shop's metrics: one registry, with the service as a label, in OpenMetrics (the format that carries exemplars). */
export class Metrics {
  private readonly registry = new Registry<OpenMetricsContentType>();
  private readonly requests: Histogram<'service' | 'route' | 'method' | 'status'>;
  private readonly sent: Counter<'service' | 'topic'>;
  private readonly consumed: Counter<'service' | 'topic' | 'group'>;
  private readonly processing: Histogram<'service' | 'topic' | 'group'>;

  /** `queueDepth` is read at each scrape: messages waiting per topic and group. */
  constructor(queueDepth: () => Array<{ topic: string; group: string; messages: number }>) {
    this.registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
    const registers = [this.registry];
    this.requests = new Histogram({
      name: 'http_server_request_duration_seconds',
      help: 'Duration of HTTP requests, measured by the server',
      labelNames: ['service', 'route', 'method', 'status'],
      buckets: LATENCY_BUCKETS,
      enableExemplars: true,
      registers,
    });
    this.sent = new Counter({
      name: 'messaging_client_sent_messages',
      help: 'Messages handed to the broker client',
      labelNames: ['service', 'topic'],
      registers,
    });
    this.consumed = new Counter({
      name: 'messaging_client_consumed_messages',
      help: 'Messages taken from the broker',
      labelNames: ['service', 'topic', 'group'],
      registers,
    });
    this.processing = new Histogram({
      name: 'messaging_process_duration_seconds',
      help: 'Duration of processing one message or batch',
      labelNames: ['service', 'topic', 'group'],
      buckets: LATENCY_BUCKETS,
      enableExemplars: true,
      registers,
    });
    const depth: Gauge<'topic' | 'group'> = new Gauge({
      name: 'messaging_queue_depth',
      help: 'Messages that wait in the broker',
      labelNames: ['topic', 'group'],
      registers,
      collect() {
        depth.reset();
        for (const { topic, group, messages } of queueDepth()) {
          depth.set({ topic, group }, messages);
        }
      },
    });
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  expose(): Promise<string> {
    return this.registry.metrics();
  }

  observeRequest({ service, route, method, status, seconds }: ServerRequest, span: SpanContext): void {
    this.requests.observe({
      labels: { service, route, method, status: String(status) },
      value: seconds,
      exemplarLabels: exemplar(span),
    });
  }

  countSent(service: string, topic: string): void {
    this.sent.inc({ service, topic });
  }

  observeProcessed(service: string, topic: string, group: string, messages: number, seconds: number): void {
    this.consumed.inc({ service, topic, group }, messages);
    this.processing.observe({
      labels: { service, topic, group },
      value: seconds,
      exemplarLabels: exemplar(trace.getSpanContext(context.active())),
    });
  }
}

/** Grafana looks for exactly these label names (`span_id` is hard-coded there, `trace_id` is what we provision). */
function exemplar(span: SpanContext | undefined): Record<string, string> {
  return span && isSpanContextValid(span) ? { trace_id: span.traceId, span_id: span.spanId } : {};
}
