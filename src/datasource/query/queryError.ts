import { type DataQueryError } from '@grafana/data';
import { describeStoreError, type StorePlace } from '../../shared/describeStoreError';
import { type StoreError } from '../../shared/storeError';

/** A store's error as Grafana shows it under the query with this refId. */
export function toQueryError(error: StoreError, refId: string, place: StorePlace, traceId?: string): DataQueryError {
  const { status } = error.details;
  const message =
    error.kind === 'trace-not-found' && traceId ? traceNotFound(traceId) : describeStoreError(error, place);
  return { message, refId, ...(status > 0 ? { status } : {}) };
}

function traceNotFound(traceId: string): string {
  return (
    `Trace ${traceId} is not in the store: it was never received (not sampled, or sent elsewhere), ` +
    'it is older than the retention, or it has not arrived yet.'
  );
}
