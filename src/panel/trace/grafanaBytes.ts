import { config, getBackendSrv, isFetchError } from '@grafana/runtime';
import { lastValueFrom } from 'rxjs';
import { definedOnly } from '../../shared/grafanaTransport';
import { type StoreResponse } from '../../shared/storeTransport';
import { parsedBody, type ByteStream, type BytesRequest } from './byteStream';

/** The proxy path of a datasource, as `instanceSettings.url` has it. */
export const proxyPath = (datasourceUid: string): string =>
  `/api/datasources/proxy/uid/${encodeURIComponent(datasourceUid)}`;

/** The store through Grafana's datasource proxy, which hands on what it gets as soon as it comes. */
export function grafanaBytes(baseUrl: string): ByteStream {
  return async (request, onBytes) => {
    const response = await chunked(baseUrl, request, onBytes);
    // Grafana's session has to be renewed, which its other requests do, but not those whose answer comes in pieces.
    return response.status === 401 ? atOnce(baseUrl, request, onBytes) : response;
  };
}

function chunked(baseUrl: string, request: BytesRequest, onBytes: (piece: Uint8Array) => void): Promise<StoreResponse> {
  const { params, signal, accept } = request;
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const decoder = new TextDecoder();
    let last: { status: number; statusText: string } | undefined;
    let failure = '';
    const onAbort = () => {
      subscription.unsubscribe();
      reject(new DOMException('The request was aborted', 'AbortError'));
    };
    const subscription = getBackendSrv()
      .chunked({
        // Unlike fetch, this takes a path as it is: relative, it is Grafana's whatever path Grafana is served from.
        url: urlOf(baseUrl, request).replace(/^\//, ''),
        params: params && definedOnly(params),
        // As fetch does; a tab stays in the organisation that it was opened in.
        headers: { Accept: accept, 'X-Grafana-Org-Id': String(config.bootData?.user?.orgId ?? '') },
      })
      .subscribe({
        next: ({ ok, status, statusText, data }) => {
          last = { status, statusText };
          if (!data) {
            return;
          }
          if (ok) {
            onBytes(data);
          } else {
            failure += decoder.decode(data, { stream: true });
          }
        },
        error: (error) => {
          signal?.removeEventListener('abort', onAbort);
          reject(error);
        },
        complete: () => {
          signal?.removeEventListener('abort', onAbort);
          if (last) {
            resolve({ ...last, data: parsedBody(failure) });
          } else {
            reject(new TypeError('No answer came.'));
          }
        },
      });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

async function atOnce(
  baseUrl: string,
  request: BytesRequest,
  onBytes: (piece: Uint8Array) => void
): Promise<StoreResponse> {
  const { params, signal, accept } = request;
  try {
    const { status, statusText, data } = await lastValueFrom(
      getBackendSrv().fetch<ArrayBuffer>({
        url: urlOf(baseUrl, request),
        params: params && definedOnly(params),
        headers: { Accept: accept },
        responseType: 'arraybuffer',
        abortSignal: signal,
        showErrorAlert: false,
      })
    );
    onBytes(new Uint8Array(data));
    return { status, statusText, data: undefined };
  } catch (error) {
    if (isFetchError<unknown>(error) && !error.cancelled && error.status > 0) {
      return { status: error.status, statusText: error.statusText ?? '', data: error.data };
    }
    throw error;
  }
}

const urlOf = (baseUrl: string, { path }: BytesRequest): string => `${baseUrl.replace(/\/+$/, '')}/${path}`;
