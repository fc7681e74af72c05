import { getBackendSrv, isFetchError } from '@grafana/runtime';
import { type GrafanaTransport } from '@clew/doctor';
import { lastValueFrom } from 'rxjs';

/** Grafana's HTTP API with the rights of who is signed in. Ends with `signal`. Alerts are off: each caller says what went wrong. */
export function grafanaApi(signal: AbortSignal): GrafanaTransport {
  return async ({ method, path, params, body }, timeoutMs) => {
    const late = AbortSignal.timeout(timeoutMs);
    try {
      const { status, data } = await lastValueFrom(
        getBackendSrv().fetch<unknown>({
          url: path,
          method,
          params: { ...params },
          data: body,
          abortSignal: AbortSignal.any([signal, late]),
          showErrorAlert: false,
          showSuccessAlert: false,
          validatePath: true,
        })
      );
      return { status, data };
    } catch (error) {
      signal.throwIfAborted();
      if (late.aborted) {
        throw late.reason;
      }
      if (isFetchError<unknown>(error) && error.status > 0) {
        return { status: error.status, data: error.data };
      }
      throw error;
    }
  };
}
