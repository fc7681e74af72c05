/** One call of Grafana's HTTP API, with the rights of whoever asks. `path` begins with `/api/`. */
export interface GrafanaRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly params?: Readonly<Record<string, string | number>>;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** Any answer, whatever its status; `data` is the parsed JSON, or the text where it is none. */
export interface GrafanaResponse {
  readonly status: number;
  readonly data: unknown;
}

/**
 * Rejects only where no answer came: after `timeoutMs` with an error of the name `TimeoutError`, where there is no way to Grafana, or
 * where whoever made the transport cancelled it.
 */
export type GrafanaTransport = (request: GrafanaRequest, timeoutMs: number) => Promise<GrafanaResponse>;

/** A GET to a datasource's own API by way of Grafana's proxy, which signs it with the datasource's secrets. */
export const proxied = (uid: string, path: string, params?: GrafanaRequest['params']): GrafanaRequest => ({
  method: 'GET',
  path: `/api/datasources/proxy/uid/${encodeURIComponent(uid)}/${path}`,
  params,
});
