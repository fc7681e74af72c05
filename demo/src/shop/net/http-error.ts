/** Thrown by a handler to answer with a status; 5xx are failures of the service, 4xx are answers. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** A call that another service answered with an error, or did not answer. */
export class UpstreamError extends Error {
  override readonly name: string = 'UpstreamError';
  readonly service: string;
  /** HTTP status of the answer; undefined when there was none. */
  readonly status: number | undefined;

  constructor(service: string, message: string, status?: number) {
    super(message);
    this.service = service;
    this.status = status;
  }
}

/** A call that was given up after its timeout. */
export class UpstreamTimeoutError extends UpstreamError {
  override readonly name = 'UpstreamTimeoutError';

  constructor(service: string, timeoutMs: number) {
    super(service, `no answer from ${service} within ${timeoutMs} ms`);
  }
}
