import { config, getBackendSrv } from '@grafana/runtime';
import { definedOnly } from './grafanaTransport';
import { type StoreResponse, type StoreStream } from './storeTransport';

/** The store through Grafana's datasource proxy, which hands on what it gets as soon as it comes. */
export function grafanaStream(baseUrl: string): StoreStream {
  return ({ path, params, signal }, onText) =>
    new Promise<StoreResponse>((resolve, reject) => {
      signal?.throwIfAborted();
      const decoder = new TextDecoder();
      let last: { status: number; statusText: string } | undefined;
      let failure = '';
      const subscription = getBackendSrv()
        .chunked({
          // Unlike fetch, this takes a path as it is: relative, it is Grafana's whatever path Grafana is served from.
          url: `${baseUrl.replace(/\/+$/, '')}/${path}`.replace(/^\//, ''),
          params: params && definedOnly(params),
          headers: { Accept: 'application/x-ndjson, application/json', 'X-Grafana-Org-Id': organisation() },
        })
        .subscribe({
          next: ({ ok, status, statusText, data }) => {
            last = { status, statusText };
            const text = data ? decoder.decode(data, { stream: true }) : '';
            if (!ok) {
              failure += text;
            } else if (text !== '') {
              onText(text);
            }
          },
          error: reject,
          complete: () =>
            last ? resolve({ ...last, data: parsed(failure) }) : reject(new TypeError('No answer came.')),
        });
      signal?.addEventListener('abort', () => {
        subscription.unsubscribe();
        reject(new DOMException('The request was aborted', 'AbortError'));
      });
    });
}

/** As fetch does; a tab stays in the organisation that it was opened in. */
const organisation = (): string => String(config.bootData?.user?.orgId ?? '');

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
