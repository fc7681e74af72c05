/** A GET to the store's query port. `path` begins without a slash. */
export interface StoreRequest {
  readonly path: string;
  readonly params?: Readonly<Record<string, string | number | undefined>>;
  readonly signal?: AbortSignal;
}

/** Any answer, whatever its status; `data` is the parsed JSON, or the text where it is none. */
export interface StoreResponse {
  readonly status: number;
  readonly statusText: string;
  readonly data: unknown;
}

/** Rejects only where no answer came: cancelled, or the network to Grafana is down. */
export type StoreTransport = (request: StoreRequest) => Promise<StoreResponse>;
