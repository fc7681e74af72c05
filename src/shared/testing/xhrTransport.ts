import { type StoreRequest, type StoreResponse, type StoreStream, type StoreTransport } from '../storeTransport';

/** For tests: jsdom has no `fetch`, but an XMLHttpRequest that really goes over the network. The server allows any origin. */
export function xhrTransport(baseUrl: string): StoreTransport {
  return (asked) => send(baseUrl, asked, () => {});
}

export function xhrStream(baseUrl: string): StoreStream {
  return (asked, onText) => send(baseUrl, asked, onText);
}

function send(
  baseUrl: string,
  { method = 'GET', path, params = {}, body, signal }: StoreRequest,
  onText: (text: string) => void
): Promise<StoreResponse> {
  return new Promise<StoreResponse>((resolve, reject) => {
    const url = new URL(`${baseUrl}/${path}`);
    for (const [name, value] of Object.entries(params)) {
      if (value !== undefined) {
        url.searchParams.set(name, String(value));
      }
    }
    const request = new XMLHttpRequest();
    request.open(method, url);
    let told = 0;
    request.onprogress = () => {
      if (request.status < 300) {
        onText(request.responseText.slice(told));
        told = request.responseText.length;
      }
    };
    request.onload = () =>
      resolve({ status: request.status, statusText: request.statusText, data: parsed(request.responseText) });
    request.onerror = () => reject(new TypeError('Failed to fetch'));
    request.onabort = () => reject(new DOMException('The request was aborted', 'AbortError'));
    signal?.addEventListener('abort', () => request.abort());
    request.send(body && JSON.stringify(body));
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
