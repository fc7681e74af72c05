import { Columnizer } from '../../ingest/columnizer.ts';
import { encodeOtlpJson } from '../../ingest/otlp-json.ts';
import { TextExposition } from '../exposition.ts';
import { SpanMetrics } from '../span-metrics.ts';

/** A span in OTLP's JSON, as far as a test names it. */
export interface GivenSpan {
  readonly service?: string;
  readonly name?: string;
  readonly kind?: number;
  readonly status?: number;
  readonly traceId?: string;
  readonly spanId?: string;
  readonly parentSpanId?: string;
  readonly milliseconds?: number;
  readonly traceState?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

const START = 1_700_000_000_000_000_000n;
let nextId = 1;

/** Span metrics fed by a real columnizer, at times that the test sets. */
export class Counted {
  readonly metrics: SpanMetrics;
  nowMs = Date.UTC(2026, 0, 1);
  readonly #columnizer: Columnizer;

  constructor(maxSeries = 5000) {
    this.metrics = new SpanMetrics(maxSeries);
    this.#columnizer = new Columnizer(undefined, { observe: (spans) => this.metrics.observe(spans, this.nowMs) });
  }

  /** One request and one batch. */
  send(spans: readonly GivenSpan[], tenant = ''): void {
    const resourceSpans = spans.map(({ service = 'shop', ...span }) => ({
      resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
      scopeSpans: [{ spans: [otlpOf(span)] }],
    }));
    const { body } = encodeOtlpJson(JSON.stringify({ resourceSpans }));
    this.#columnizer.append(body, this.nowMs, tenant);
    this.#columnizer.take().release();
  }

  text(openMetrics = false): string {
    return [...new TextExposition(openMetrics).pieces(this.metrics.current(this.nowMs))].join('');
  }

  /** Samples of one name: value by labels. */
  samples(name: string): Record<string, number> {
    const found = [...this.text().matchAll(/^(\w+)\{(.*)\} (\S+)$/gm)].filter(([, own]) => own === name);
    return Object.fromEntries(found.map(([, , labels, value]) => [labels, Number(value)]));
  }
}

function otlpOf(span: Omit<GivenSpan, 'service'>): object {
  const { name = 'work', kind = 1, status = 0, milliseconds = 10, attributes = {} } = span;
  return {
    traceId: span.traceId ?? 'a'.repeat(32),
    spanId: span.spanId ?? (nextId++).toString(16).padStart(16, '0'),
    parentSpanId: span.parentSpanId ?? '',
    traceState: span.traceState ?? '',
    name,
    kind,
    startTimeUnixNano: String(START),
    endTimeUnixNano: String(START + BigInt(Math.round(milliseconds * 1e6))),
    attributes: Object.entries(attributes).map(([key, stringValue]) => ({ key, value: { stringValue } })),
    status: { code: status },
  };
}
