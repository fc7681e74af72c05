import { type LinkedQuery } from '../../linked/askGrafana';
import { QuestionError, type LogDialect } from './dialect';
import { luceneField, lucenePhrase } from '../../linked/escape';
import { customQueryOf, fillCustomQuery, idForms, type LogsQuestion, type TagValues } from './question';

const ID_FIELDS = ['trace.id', 'trace_id', 'traceId', 'TraceId'];
const SERVICE_FIELDS = ['service.name', 'service_name', 'resource.service.name'];
/** Lucene takes 1,024 clauses, in all. */
const MOST_VALUES = 400;

/** Elasticsearch and OpenSearch. */
export const LUCENE: LogDialect = {
  types: ['elasticsearch', 'grafana-opensearch-datasource'],
  title: 'Elasticsearch',
  traceQueries: (question, maxLines) => {
    const own = customQueryOf(question);
    const tags = conditionsOf(question.tags);
    if (own !== undefined) {
      return [queryOf(fillCustomQuery(own, question.traceId, tags.join(' AND ') || '*'), maxLines)];
    }
    // Case matters in keyword fields, and a phrase without a field is looked for in all.
    const ids = idForms(question.traceId).flatMap((form) => [form, form.toUpperCase()]);
    const byId = `(${[...new Set(ids)].map(lucenePhrase).join(' OR ')})`;
    return [queryOf([byId, ...(question.areTagsChosen ? tags : [])].join(' AND '), maxLines)];
  },
  likelyQueries: (question, maxLines) => {
    const where = question.areTagsChosen ? conditionsOf(question.tags) : usualServices(question);
    if (where.length === 0) {
      throw new QuestionError('The spans of this trace name no service to look for.');
    }
    const unnamed = ID_FIELDS.map((field) => `NOT _exists_:${field}`);
    return [queryOf([...where, ...unnamed].join(' AND '), maxLines)];
  },
};

const queryOf = (query: string, maxLines: number): LinkedQuery => ({
  refId: 'A',
  query,
  // Elasticsearch calls it `limit`, OpenSearch `size`.
  metrics: [
    { id: '1', type: 'logs', settings: { limit: String(maxLines), size: String(maxLines), sortDirection: 'asc' } },
  ],
  bucketAggs: [],
});

/** A tag that some spans lack says nothing about the lines of the others. */
const conditionsOf = (tags: readonly TagValues[]): string[] =>
  tags
    .filter(({ isOnAll, values }) => isOnAll && values.length > 0 && values.length <= MOST_VALUES)
    .map(({ label, values }) => oneOf(label, values));

function usualServices({ tags }: LogsQuestion): string[] {
  const services = tags.find(({ key }) => key === 'service.name')?.values.slice(0, 100) ?? [];
  return services.length === 0 ? [] : [`(${SERVICE_FIELDS.map((field) => oneOf(field, services)).join(' OR ')})`];
}

const oneOf = (field: string, values: readonly string[]): string =>
  `${luceneField(field)}:(${values.map(lucenePhrase).join(' OR ')})`;
