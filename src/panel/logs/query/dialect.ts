import { type DataQuery } from '@grafana/schema';
import { type LogsQuestion } from './question';

/** A query as the logs datasource takes it; what a dialect adds to Grafana's own fields is the datasource's. */
export interface LogsQuery extends DataQuery {
  readonly [field: string]: unknown;
}

/** How one kind of logs datasource is asked. */
export interface LogDialect {
  /** Its plugin ids. */
  readonly types: readonly string[];
  readonly title: string;
  /** All lines of the trace. Throws QuestionError where nothing can be asked. */
  traceQueries(question: LogsQuestion, maxLines: number): LogsQuery[];
  /** Lines of the same services that name no trace. Throws QuestionError. */
  likelyQueries(question: LogsQuestion, maxLines: number): LogsQuery[];
}

/** The settings and the trace together make no query; the message says what to change. */
export class QuestionError extends Error {
  override readonly name = 'QuestionError';
}
