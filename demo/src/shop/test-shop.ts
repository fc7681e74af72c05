import { InMemorySpanExporter, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { Shop } from './shop.ts';
import type { LogRecord } from './telemetry/logs.ts';
import type { ServiceName } from './topology.ts';

/** A span with what tests look at spelled out. */
export interface SeenSpan {
  service: string;
  name: string;
  traceId: string;
  spanId: string;
  parentId: string | undefined;
  startMs: number;
  endMs: number;
  durationMs: number;
  span: ReadableSpan;
}

/** The real shop on free ports, with its spans and log lines kept in memory. */
export class TestShop {
  readonly shop: Shop;
  readonly logs: readonly LogRecord[];
  private readonly exporter: InMemorySpanExporter;

  private constructor(shop: Shop, logs: readonly LogRecord[], exporter: InMemorySpanExporter) {
    this.shop = shop;
    this.logs = logs;
    this.exporter = exporter;
  }

  static async start(scenario: string): Promise<TestShop> {
    const exporter = new InMemorySpanExporter();
    const logs: LogRecord[] = [];
    const shop = await Shop.start({
      host: '127.0.0.1',
      firstPort: 0,
      seed: 1,
      environment: 'test',
      exporter: () => exporter,
      logSinks: [(record) => logs.push(record)],
    });
    if (!shop.setScenario(scenario)) {
      throw new Error(`there is no scenario ${scenario}`);
    }
    return new TestShop(shop, logs, exporter);
  }

  /** One request to a service, as a shopper would send it to the front end; resolves with the status. */
  async request(method: string, path: string, body?: unknown, service: ServiceName = 'frontend'): Promise<number> {
    const response = await fetch(`${this.shop.urlOf(service)}${path}`, {
      method,
      headers: { 'x-session': 'session-1', 'x-user': 'u-1', 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    await response.arrayBuffer();
    return response.status;
  }

  /** Puts a product into the cart and goes to the till; resolves with the till's status. */
  async checkout(): Promise<number> {
    await this.request('POST', '/cart/items', { sku: 'KIT-0001', quantity: 1, price: 1000 });
    return this.request('POST', '/checkout', { card: '4000111122223333' });
  }

  /** Waits until all is done; the spans in order of their start. */
  async spans(): Promise<SeenSpan[]> {
    await this.shop.drain();
    return this.exporter
      .getFinishedSpans()
      .map(seen)
      .sort((a, b) => a.startMs - b.startMs);
  }

  stop(): Promise<void> {
    return this.shop.stop();
  }
}

function seen(span: ReadableSpan): SeenSpan {
  const ms = ([seconds, nanos]: readonly [number, number]): number => seconds * 1000 + nanos / 1e6;
  return {
    service: String(span.resource.attributes['service.name']),
    name: span.name,
    traceId: span.spanContext().traceId,
    spanId: span.spanContext().spanId,
    parentId: span.parentSpanContext?.spanId,
    startMs: ms(span.startTime),
    endMs: ms(span.endTime),
    durationMs: ms(span.duration),
    span,
  };
}
