import { context, isSpanContextValid, trace } from '@opentelemetry/api';

export type Level = 'info' | 'warn' | 'error';
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

export interface LogRecord {
  /** Milliseconds since the epoch. */
  timeMs: number;
  level: Level;
  service: string;
  traceId?: string;
  spanId?: string;
  /** The record as one line of JSON. */
  line: string;
}

/** Where log records go: the console, Loki, a test. */
export type LogSink = (record: LogRecord) => void;

export interface Logger {
  info(msg: string, fields?: LogFields): void;
  warn(msg: string, fields?: LogFields): void;
  error(msg: string, fields?: LogFields): void;
}

/** A logger whose lines carry the ids of the span that is current when they are written. */
export function createLogger(service: string, sinks: readonly LogSink[]): Logger {
  const write = (level: Level, msg: string, fields: LogFields): void => {
    const timeMs = Date.now();
    const span = trace.getSpanContext(context.active());
    const ids = span && isSpanContextValid(span) ? { trace_id: span.traceId, span_id: span.spanId } : undefined;
    const line = JSON.stringify({ time: new Date(timeMs).toISOString(), level, msg, service, ...ids, ...fields });
    const record = { timeMs, level, service, traceId: ids?.trace_id, spanId: ids?.span_id, line };
    for (const sink of sinks) {
      sink(record);
    }
  };
  return {
    info: (msg, fields = {}) => write('info', msg, fields),
    warn: (msg, fields = {}) => write('warn', msg, fields),
    error: (msg, fields = {}) => write('error', msg, fields),
  };
}
