import { type LinkedQuery } from '../../linked/askGrafana';
import { type LogsQuestion } from './question';

export { QuestionError } from '@clew/doctor/logql';

/** How one kind of logs datasource is asked. */
export interface LogDialect {
  /** Its plugin ids. */
  readonly types: readonly string[];
  readonly title: string;
  /** All lines of the trace. Throws QuestionError where nothing can be asked. */
  traceQueries(question: LogsQuestion, maxLines: number): LinkedQuery[];
  /** Lines of the same services that name no trace. Throws QuestionError. */
  likelyQueries(question: LogsQuestion, maxLines: number): LinkedQuery[];
}
