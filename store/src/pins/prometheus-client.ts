import { isNativeError } from 'node:util/types';

export interface PrometheusOptions {
  /** `http://[user:password@]host:9090[/prefix]` */
  readonly url: string;
  /** A bearer token; empty for none. */
  readonly token: string;
  readonly maxBytes?: number;
  readonly timeoutMs?: number;
}

/** An exemplar as /api/v1/query_exemplars has it (https://prometheus.io/docs/prometheus/latest/querying/api/#querying-exemplars). */
export interface PrometheusExemplar {
  readonly metric: string;
  /** Of the series, without its name. */
  readonly labels: Readonly<Record<string, string>>;
  /** Of the exemplar. */
  readonly own: Readonly<Record<string, string>>;
  readonly value: number;
  readonly timeMs: number;
}

/** An answer that is longer than it may be: ask for a shorter time. */
export class AnswerTooLarge extends Error {
  constructor(maxBytes: number) {
    super(`Prometheus has more than ${maxBytes} bytes of exemplars for so short a time`);
    this.name = 'AnswerTooLarge';
  }
}

/** Parsed in one go, in some 50 ms. */
const MAX_BYTES = 8 * 1024 ** 2;
const TIMEOUT_MS = 20_000;
/** All series: the API wants a selector. */
const EVERYTHING = '{__name__=~".+"}';

/** Reads exemplars of a Prometheus, or of what has its API. */
export class PrometheusClient {
  readonly #url: URL;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #maxBytes: number;
  readonly #timeoutMs: number;

  constructor({ url, token, maxBytes = MAX_BYTES, timeoutMs = TIMEOUT_MS }: PrometheusOptions) {
    this.#url = new URL(url);
    const { username, password } = this.#url;
    this.#url.username = '';
    this.#url.password = '';
    const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    const authorization = token ? `Bearer ${token}` : username ? `Basic ${Buffer.from(user).toString('base64')}` : '';
    this.#headers = { Accept: 'application/json', ...(authorization && { Authorization: authorization }) };
    this.#maxBytes = maxBytes;
    this.#timeoutMs = timeoutMs;
  }

  /** Without user and password. */
  get url(): string {
    return this.#url.href.replace(/\/+$/, '');
  }

  /** Both ends included, Unix milliseconds. Rejects with AnswerTooLarge, and with an Error that says what is wrong. */
  async exemplars(startMs: number, endMs: number, stop: AbortSignal): Promise<PrometheusExemplar[]> {
    const url = new URL(this.#url);
    url.pathname = `${url.pathname.replace(/\/+$/, '')}/api/v1/query_exemplars`;
    url.search = new URLSearchParams({
      query: EVERYTHING,
      start: String(startMs / 1000),
      end: String(endMs / 1000),
    }).toString();
    const limit = AbortSignal.timeout(this.#timeoutMs);
    try {
      const signal = AbortSignal.any([stop, limit]);
      const response = await fetch(url, { headers: this.#headers, redirect: 'manual', signal });
      if (response.status >= 300 && response.status < 400) {
        await response.body?.cancel();
        throw new Error(
          `Prometheus answered ${response.status}, a redirect: set CLEW_PROMETHEUS_URL to where it leads`
        );
      }
      return exemplarsOf(response.status, await this.#text(response));
    } catch (error) {
      if (limit.aborted && !(error instanceof AnswerTooLarge)) {
        throw new Error(`Prometheus did not answer within ${this.#timeoutMs} ms`, { cause: error });
      }
      if (isNativeError(error) && error.name === 'TypeError') {
        // What fetch says of a connection is in its cause.
        const { message } = isNativeError(error.cause) ? error.cause : error;
        throw new Error(`Prometheus cannot be reached: ${message}`, { cause: error });
      }
      throw error;
    }
  }

  async #text(response: Response): Promise<string> {
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    for await (const piece of response.body ?? []) {
      bytes += piece.length;
      if (bytes > this.#maxBytes) {
        throw new AnswerTooLarge(this.#maxBytes);
      }
      pieces.push(piece);
    }
    return Buffer.concat(pieces).toString();
  }
}

function exemplarsOf(status: number, text: string): PrometheusExemplar[] {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    answer = undefined;
  }
  if (!isObject(answer) || answer.status !== 'success' || !Array.isArray(answer.data)) {
    const said = isObject(answer) && typeof answer.error === 'string' ? answer.error : text;
    throw new Error(`Prometheus answered ${status}: ${said.trim().slice(0, 200) || 'nothing'}`);
  }
  return answer.data.flatMap((series: unknown) => {
    if (!isObject(series) || !Array.isArray(series.exemplars)) {
      return [];
    }
    const { __name__: metric = '', ...labels } = textsOf(series.seriesLabels);
    return series.exemplars.flatMap((exemplar: unknown) => {
      const seconds = isObject(exemplar) ? Number(exemplar.timestamp) : NaN;
      return isObject(exemplar) && Number.isFinite(seconds)
        ? [
            {
              metric,
              labels,
              own: textsOf(exemplar.labels),
              value: Number(exemplar.value),
              timeMs: Math.round(seconds * 1000),
            },
          ]
        : [];
    });
  });
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const textsOf = (labels: unknown): Record<string, string> =>
  isObject(labels)
    ? Object.fromEntries(Object.entries(labels).filter((pair): pair is [string, string] => typeof pair[1] === 'string'))
    : {};
