import { getBackendSrv } from '@grafana/runtime';
import { lastValueFrom } from 'rxjs';
import { asString, isObject } from './narrowing';

/**
 * The store's real address, for messages. Only who may read datasources (admins) gets it; undefined for others, since
 * `instanceSettings.url` is the proxy's path.
 */
export async function datasourceAddress(uid: string): Promise<string | undefined> {
  try {
    const { data } = await lastValueFrom(
      getBackendSrv().fetch<unknown>({
        url: `/api/datasources/uid/${encodeURIComponent(uid)}`,
        showErrorAlert: false,
        hideFromInspector: true,
      })
    );
    return isObject(data) ? asString(data.url) || undefined : undefined;
  } catch {
    return undefined;
  }
}
