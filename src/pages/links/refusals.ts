import { describeStoreError } from '../../shared/describeStoreError';
import { type Failure } from '../../scenes/loadOutcome';
import { type StoreError } from '../../shared/storeError';

/** A store from before there were pins: it is one, but does not know the route. */
export const isTooOld = ({ kind, details }: StoreError): boolean =>
  kind === 'not-a-store' && details.code === 'route_not_found';

export const EDITORS_ONLY = 'Only editors and admins may keep traces.';

/** Why a trace is not kept, or not let go, in a sentence. */
export function refusalText({ error, place }: Failure): string {
  if (error.kind === 'forbidden' && error.details.status === 403) {
    return `${EDITORS_ONLY} Grafana refused the request (403).`;
  }
  if (error.kind === 'trace-not-found') {
    return 'Nothing of this trace is stored any more: there is nothing to keep.';
  }
  return describeStoreError(error, place);
}
