import { type MetricFindValue } from '@grafana/data';
import { attributeToString, quoteString, type MetricsExpression } from '@clew/traceql';
import { type StoreClient, type TimeWindow } from '../../shared/storeClient';
import { readValue, seriesLabels } from '../frames/metrics/series';
import { classify } from '../query/classify';
import { tagOfScope } from '../query/form/readTag';
import { OPERATION_TAG, SERVICE_TAG } from '../query/form/searchForm';
import { type ClewVariableQuery } from '../types';

/**
 * The values of a dashboard variable; its own variables are filled in. Rejects with StoreError, and with an Error where
 * the query cannot list anything.
 */
export async function listValues(
  { kind, service, tag, query }: ClewVariableQuery,
  client: StoreClient,
  window: TimeWindow | undefined
): Promise<MetricFindValue[]> {
  switch (kind) {
    case 'services':
      return values(client, SERVICE_TAG, { window });
    case 'operations':
      return values(client, OPERATION_TAG, {
        window,
        query: service ? `{ ${SERVICE_TAG} =~ ${quoteString(service)} }` : undefined,
      });
    case 'tagNames':
      return (await client.tagScopes({ window })).flatMap(({ name, tags }) =>
        tags.map((tag) => ({ text: tagOfScope(name, tag) }))
      );
    case 'tagValues':
      return tag ? values(client, tag, { window, query }) : [];
    case 'traceql':
      return query ? groups(client, query, window) : [];
  }
}

/** The values of the attribute that a metric is by, those with the largest numbers first. */
async function groups(client: StoreClient, text: string, window: TimeWindow | undefined): Promise<MetricFindValue[]> {
  const question = classify({ query: text });
  const attribute = question.kind === 'metrics' ? groupingOf(question.metric) : undefined;
  if (attribute === undefined) {
    throw new Error(
      `"${text}" lists nothing: end it with the attribute whose values it is about, "| distinct(resource.service.name)".`
    );
  }
  const { series } = await client.instantMetrics(text, { window });
  const sizes = new Map<string, number>();
  for (const { labels, value } of series) {
    if (labels?.some(({ key, value }) => key === attribute && value !== undefined)) {
      const text = seriesLabels(labels)[attribute];
      sizes.set(text, (sizes.get(text) ?? 0) + (readValue(value) ?? 0));
    }
  }
  return [...sizes].sort(([, a], [, b]) => b - a).map(([text]) => ({ text, value: text }));
}

/** The first attribute of `by (…)`, as labels have it. */
function groupingOf(metric: MetricsExpression): string | undefined {
  const first =
    metric.kind === 'metricsPipeline' && metric.firstStage.kind === 'metricsAggregate'
      ? metric.firstStage.by[0]
      : undefined;
  return first && attributeToString(first);
}

async function values(
  client: StoreClient,
  tag: string,
  options: { window: TimeWindow | undefined; query?: string }
): Promise<MetricFindValue[]> {
  return (await client.tagValues(tag, options)).map(({ value }) => ({ text: value, value }));
}
