import { getBackendSrv, isFetchError } from '@grafana/runtime';
import { lastValueFrom } from 'rxjs';
import { type StoreTransport } from './storeTransport';

/**
 * The store through Grafana's datasource proxy. `baseUrl` is `instanceSettings.url`.
 * Alerts are off: each caller says in its own place what went wrong.
 */
export function grafanaTransport(baseUrl: string): StoreTransport {
  return async ({ method, path, params, body, signal }) => {
    try {
      const { status, statusText, data } = await lastValueFrom(
        getBackendSrv().fetch<unknown>({
          method,
          url: `${baseUrl.replace(/\/+$/, '')}/${path}`,
          data: body,
          params: params && definedOnly(params),
          headers: { Accept: 'application/json' },
          abortSignal: signal,
          showErrorAlert: false,
          validatePath: true,
        })
      );
      return { status, statusText, data };
    } catch (error) {
      if (isFetchError<unknown>(error) && !error.cancelled && error.status > 0) {
        return { status: error.status, statusText: error.statusText ?? '', data: error.data };
      }
      throw error;
    }
  };
}

export function definedOnly(
  params: Readonly<Record<string, string | number | undefined>>
): Record<string, string | number> {
  const defined: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined) {
      defined[name] = value;
    }
  }
  return defined;
}
