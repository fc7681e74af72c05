import { type LinkedQuery } from '../../linked/askGrafana';
import { QuestionError, type LogDialect } from './dialect';
import { goString } from '../../linked/escape';
import { customQueryOf, fillCustomQuery, idForms, type LogsQuestion, type TagValues } from './question';

const ID_FIELDS = ['trace_id', 'traceid', 'traceId', 'traceID', 'trace.id'];
const SERVICE_FIELDS = ['service.name', 'service_name'];
const MOST_VALUES = 400;

/** VictoriaLogs. A phrase without a field is looked for in the message alone, and `i(…)` looks away from case. */
export const LOGSQL: LogDialect = {
  types: ['victoriametrics-logs-datasource'],
  title: 'VictoriaLogs',
  traceQueries: (question, maxLines) => {
    const own = customQueryOf(question);
    const tags = conditionsOf(question.tags);
    if (own !== undefined) {
      return [queryOf(fillCustomQuery(own, question.traceId, tags.join(' AND ') || '*'), maxLines)];
    }
    const phrases = idForms(question.traceId).map((form) => `i(${goString(form)})`);
    const byField = ID_FIELDS.flatMap((field) => phrases.map((phrase) => `${goString(field)}:${phrase}`));
    const byId = `(${[...phrases, ...byField].join(' OR ')})`;
    return [queryOf([byId, ...(question.areTagsChosen ? tags : [])].join(' AND '), maxLines)];
  },
  likelyQueries: (question, maxLines) => {
    const where = question.areTagsChosen ? conditionsOf(question.tags) : usualServices(question);
    if (where.length === 0) {
      throw new QuestionError('The spans of this trace name no service to look for.');
    }
    const unnamed = ID_FIELDS.map((field) => `${goString(field)}:""`);
    return [queryOf([...where, ...unnamed].join(' AND '), maxLines)];
  },
};

const queryOf = (expr: string, maxLines: number): LinkedQuery => ({ refId: 'A', expr, queryType: 'instant', maxLines });

const conditionsOf = (tags: readonly TagValues[]): string[] =>
  tags
    .filter(({ isOnAll, values }) => isOnAll && values.length > 0 && values.length <= MOST_VALUES)
    .map(({ label, values }) => oneOf(label, values));

function usualServices({ tags }: LogsQuestion): string[] {
  const services = tags.find(({ key }) => key === 'service.name')?.values.slice(0, 100) ?? [];
  return services.length === 0 ? [] : [`(${SERVICE_FIELDS.map((field) => oneOf(field, services)).join(' OR ')})`];
}

const oneOf = (field: string, values: readonly string[]): string =>
  `${goString(field)}:in(${values.map(goString).join(', ')})`;
