import { likelyLogql, traceLogql } from '@clew/doctor/logql';
import { type LinkedQuery } from '../../linked/askGrafana';
import { type LogDialect } from './dialect';

/** The doctor asks the same. */
export const LOKI: LogDialect = {
  types: ['loki'],
  title: 'Loki',
  traceQueries: (question, maxLines) =>
    traceLogql(question).map((expr, index) => queryOf(index === 0 ? 'A' : 'B', expr, maxLines)),
  likelyQueries: (question, maxLines) => [queryOf('A', likelyLogql(question), maxLines)],
};

const queryOf = (refId: string, expr: string, maxLines: number): LinkedQuery => ({
  refId,
  expr,
  queryType: 'range',
  direction: 'forward',
  maxLines,
});
