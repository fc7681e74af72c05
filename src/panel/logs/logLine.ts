/** From least to most; as Grafana's own log view tells them apart. */
export const LOG_LEVELS = ['unknown', 'trace', 'debug', 'info', 'warning', 'error', 'critical'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** One line of a log, whichever datasource gave it. */
export interface LogLine {
  /** Unique among the lines of one answer, and the same in each answer, where the datasource says so. */
  readonly id: string;
  /** Nanoseconds since the epoch, as exact as the datasource has them. */
  readonly timeNs: bigint;
  readonly level: LogLevel;
  /** As the line's labels or its text have it. */
  readonly service: string | undefined;
  /** What to show in one line: of a structured line its message, else all of it. */
  readonly message: string;
  /** The whole line. */
  readonly body: string;
  /** Labels and structured metadata. */
  readonly labels: Readonly<Record<string, string>>;
  /** 32 hex digits in lower case. */
  readonly traceId: string | undefined;
  /** 16 hex digits in lower case. */
  readonly spanId: string | undefined;
}
