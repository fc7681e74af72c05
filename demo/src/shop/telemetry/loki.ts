import type { LogRecord } from './logs.ts';

const FLUSH_EVERY_MS = 1000;
const BATCH_LINES = 500;
/** Lines kept while Loki is away; beyond it the oldest are lost. */
const BUFFER_LINES = 5000;
const PUSH_TIMEOUT_MS = 5000;

export interface LokiCounts {
  pushed: number;
  /** Lines that never reached Loki. */
  lost: number;
}

/**
 * Pushes log lines to Loki (`POST /loki/api/v1/push`, JSON form): labels `service_name` and `level`, and the ids as
 * structured metadata. A Loki that is not there costs nothing but a count.
 */
export class LokiPusher {
  private readonly url: string;
  private readonly buffer: LogRecord[] = [];
  private readonly timer: NodeJS.Timeout;
  private readonly counts: LokiCounts = { pushed: 0, lost: 0 };
  private sending: Promise<void> = Promise.resolve();

  constructor(baseUrl: string) {
    this.url = `${baseUrl.replace(/\/$/, '')}/loki/api/v1/push`;
    this.timer = setInterval(() => void this.flush(), FLUSH_EVERY_MS);
    this.timer.unref();
  }

  readonly sink = (record: LogRecord): void => {
    this.buffer.push(record);
    if (this.buffer.length > BUFFER_LINES) {
      this.buffer.shift();
      this.counts.lost++;
    }
  };

  /** Sends what is buffered, one push after the other; stops at the first that fails and keeps those lines. */
  flush(): Promise<void> {
    this.sending = this.sending.then(() => this.drain());
    return this.sending;
  }

  /** Flushes, and gives up on the rest. */
  async close(): Promise<LokiCounts> {
    clearInterval(this.timer);
    await this.flush();
    this.counts.lost += this.buffer.length;
    this.buffer.length = 0;
    return this.totals();
  }

  totals(): LokiCounts {
    return { ...this.counts };
  }

  private async drain(): Promise<void> {
    while (this.buffer.length > 0) {
      const batch = this.buffer.splice(0, BATCH_LINES);
      const outcome = await push(this.url, batch);
      if (outcome === 'unreachable') {
        this.buffer.unshift(...batch);
        return;
      }
      this.counts[outcome === 'accepted' ? 'pushed' : 'lost'] += batch.length;
    }
  }
}

async function push(url: string, batch: readonly LogRecord[]): Promise<'accepted' | 'refused' | 'unreachable'> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(pushBody(batch)),
      signal: AbortSignal.timeout(PUSH_TIMEOUT_MS),
    });
    await response.arrayBuffer();
    if (response.ok) {
      return 'accepted';
    }
    // A line that Loki refuses today it refuses tomorrow; a Loki in trouble may take it later.
    return response.status < 500 && response.status !== 429 ? 'refused' : 'unreachable';
  } catch {
    return 'unreachable';
  }
}

interface LokiStream {
  stream: { service_name: string; level: string };
  /** Time in ns as a decimal string, the line, structured metadata. */
  values: Array<[string, string, Record<string, string>]>;
}

/** The body of a push: records grouped by their labels. */
export function pushBody(batch: readonly LogRecord[]): { streams: LokiStream[] } {
  const streams = new Map<string, LokiStream>();
  for (const record of batch) {
    const key = `${record.service}/${record.level}`;
    let stream = streams.get(key);
    if (!stream) {
      stream = { stream: { service_name: record.service, level: record.level }, values: [] };
      streams.set(key, stream);
    }
    const metadata: Record<string, string> = {};
    if (record.traceId && record.spanId) {
      metadata.trace_id = record.traceId;
      metadata.span_id = record.spanId;
    }
    stream.values.push([`${record.timeMs}000000`, record.line, metadata]);
  }
  return { streams: [...streams.values()] };
}
