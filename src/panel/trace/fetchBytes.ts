import { parsedBody, type ByteStream } from './byteStream';

/** The store at `baseUrl` itself, for pages without a Grafana around them. */
export function fetchBytes(baseUrl: string, headers: Readonly<Record<string, string>> = {}): ByteStream {
  return async ({ path, params, accept, signal }, onBytes) => {
    const url = new URL(path, baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`);
    for (const [name, value] of Object.entries(params ?? {})) {
      if (value !== undefined) {
        url.searchParams.append(name, String(value));
      }
    }
    const response = await fetch(url, { headers: { ...headers, Accept: accept }, signal });
    const { status, statusText } = response;
    if (!response.ok || !response.body) {
      return { status, statusText, data: parsedBody(await response.text()) };
    }
    const reader = response.body.getReader();
    for (let step = await reader.read(); !step.done; step = await reader.read()) {
      onBytes(step.value);
    }
    return { status, statusText, data: undefined };
  };
}
