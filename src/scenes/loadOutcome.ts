import { type DataSourceInstanceSettings } from '@grafana/data';
import { datasourceAddress } from '../shared/datasourceAddress';
import { type StorePlace } from '../shared/describeStoreError';
import { grafanaTransport } from '../shared/grafanaTransport';
import { StoreClient } from '../shared/storeClient';
import { StoreError } from '../shared/storeError';

export interface Failure {
  readonly error: StoreError;
  readonly place: StorePlace;
}

export type Outcome<T> = { readonly data: T } | { readonly failure: Failure };

/** Asks a store. One that fails is something to show, not an exception. */
export async function loadOutcome<T>(
  { uid, name, url = '' }: Pick<DataSourceInstanceSettings, 'uid' | 'name' | 'url'>,
  ask: (client: StoreClient) => Promise<T>
): Promise<Outcome<T>> {
  try {
    return { data: await ask(new StoreClient(grafanaTransport(url))) };
  } catch (error) {
    if (error instanceof StoreError) {
      return { failure: { error, place: { datasourceName: name, address: await datasourceAddress(uid) } } };
    }
    throw error;
  }
}
