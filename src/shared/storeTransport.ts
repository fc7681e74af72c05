/** A request to the store's query port. `path` begins without a slash. */
export interface StoreRequest {
  /** GET where it is missing. */
  readonly method?: 'GET' | 'PUT' | 'DELETE';
  /** Of a PUT; sent as JSON. */
  readonly body?: Readonly<Record<string, string>>;
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

/**
 * A GET whose answer is used while it comes: `onText` gets the pieces of a body that has a 2xx status, in order. Resolves
 * at the end of the body; `data` is that of an answer with another status. Rejects as StoreTransport does, and where the
 * connection ends early.
 */
export type StoreStream = (request: StoreRequest, onText: (text: string) => void) => Promise<StoreResponse>;
