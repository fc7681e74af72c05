/** Structured logs: one JSON object a line, `level`, `time` (epoch ms) and `msg` as pino writes them. */
export interface Logger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
