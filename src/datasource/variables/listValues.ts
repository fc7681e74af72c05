import { type MetricFindValue } from '@grafana/data';
import { quoteString } from '@clew/traceql';
import { type StoreClient, type TimeWindow } from '../../shared/storeClient';
import { OPERATION_TAG, SERVICE_TAG } from '../query/form/searchForm';
import { type ClewVariableQuery } from '../types';

/** The values of a dashboard variable; its own variables are filled in. Rejects with StoreError. */
export async function listValues(
  { kind, service, tag }: ClewVariableQuery,
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
        tags.map((text) => ({ text: name === 'intrinsic' ? text : `${name}.${text}` }))
      );
    case 'tagValues':
      return tag ? values(client, tag, { window }) : [];
  }
}

async function values(
  client: StoreClient,
  tag: string,
  options: { window: TimeWindow | undefined; query?: string }
): Promise<MetricFindValue[]> {
  return (await client.tagValues(tag, options)).map(({ value }) => ({ text: value, value }));
}
