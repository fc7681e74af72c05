import { createServer, type IncomingHttpHeaders } from 'node:http';

import protobuf from 'protobufjs';
import { uncompress } from 'snappyjs';

/** What is used here of prompb's remote.proto and types.proto, for a reference decoder. */
const root = protobuf.Root.fromJSON({
  nested: {
    WriteRequest: {
      fields: {
        timeseries: { id: 1, type: 'TimeSeries', rule: 'repeated' },
        metadata: { id: 3, type: 'Metadata', rule: 'repeated' },
      },
    },
    Metadata: {
      fields: { type: { id: 1, type: 'int32' }, name: { id: 2, type: 'string' }, help: { id: 4, type: 'string' } },
    },
    TimeSeries: {
      fields: {
        labels: { id: 1, type: 'Label', rule: 'repeated' },
        samples: { id: 2, type: 'Sample', rule: 'repeated' },
        exemplars: { id: 3, type: 'Exemplar', rule: 'repeated' },
        histograms: { id: 4, type: 'Histogram', rule: 'repeated' },
      },
    },
    Label: { fields: { name: { id: 1, type: 'string' }, value: { id: 2, type: 'string' } } },
    Sample: { fields: { value: { id: 1, type: 'fixed64' }, timestamp: { id: 2, type: 'int64' } } },
    Exemplar: {
      fields: {
        labels: { id: 1, type: 'Label', rule: 'repeated' },
        value: { id: 2, type: 'double' },
        timestamp: { id: 3, type: 'int64' },
      },
    },
    Histogram: {
      fields: {
        count: { id: 2, type: 'double' },
        sum: { id: 3, type: 'fixed64' },
        schema: { id: 4, type: 'sint32' },
        zeroThreshold: { id: 5, type: 'double' },
        zeroCount: { id: 7, type: 'double' },
        positiveSpans: { id: 11, type: 'Span', rule: 'repeated' },
        positiveCounts: { id: 13, type: 'double', rule: 'repeated' },
        timestamp: { id: 15, type: 'int64' },
      },
    },
    Span: { fields: { offset: { id: 1, type: 'sint32' }, length: { id: 2, type: 'uint32' } } },
  },
});
const writeRequest = root.lookupType('WriteRequest');

/** The bits of the NaN that ends a series, as a decimal number. */
const STALE_BITS = String(0x7ff0000000000002n);

export interface ReceivedSample {
  readonly value: number | 'stale';
  readonly atMs: number;
}

export interface ReceivedSeries {
  /** As the text formats have it. */
  readonly name: string;
  /** In the order in which they came. */
  readonly labels: readonly string[];
  readonly samples: readonly ReceivedSample[];
  /** Native: sums as values. */
  readonly histograms: ReadonlyArray<ReceivedSample & { readonly count: number; readonly buckets: number }>;
  readonly traceIds: readonly string[];
}

export interface Received {
  readonly atMs: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly series: readonly ReceivedSeries[];
  readonly metadata: readonly string[];
}

interface Answer {
  /** 0 for none: the request waits for ever. */
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Takes remote writes over HTTP and answers as it is told, 204 where it is told nothing. */
export class Receiver {
  readonly requests: Received[] = [];
  readonly #answers: Answer[] = [];
  readonly #server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      this.requests.push({ atMs: Date.now(), headers: request.headers, body, ...decode(body) });
      const { status, headers } = this.#answers.shift() ?? { status: 204 };
      if (status === 0) {
        return;
      }
      response.writeHead(status, headers).end(status === 204 ? undefined : `because of ${status}\n`);
    });
  });

  /** The next requests' answers, in turn. */
  willAnswer(...answers: Answer[]): void {
    this.#answers.push(...answers);
  }

  /** Answers the URL. `port`: 0 for any. */
  async start(port = 0): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : port}/api/v1/write`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** All samples of a series so far, of all requests that were answered with 204 and those that were not. */
  samplesOf(name: string, label: string): Array<number | 'stale'> {
    return this.requests
      .flatMap(({ series }) => series)
      .filter((series) => series.name === name && series.labels.includes(label))
      .flatMap(({ samples }) => samples.map(({ value }) => value));
  }
}

interface Decoded {
  readonly timeseries?: ReadonlyArray<{
    readonly labels: ReadonlyArray<{ name: string; value: string }>;
    readonly samples?: ReadonlyArray<{ value?: string; timestamp: number }>;
    readonly exemplars?: ReadonlyArray<{ labels: ReadonlyArray<{ name: string; value: string }> }>;
    readonly histograms?: ReadonlyArray<{
      sum?: string;
      count?: number;
      timestamp: number;
      positiveCounts?: readonly number[];
    }>;
  }>;
  readonly metadata?: ReadonlyArray<{ name: string; type: number }>;
}

function decode(body: Buffer): { series: ReceivedSeries[]; metadata: string[] } {
  const bytes = uncompress(new Uint8Array(body));
  const decoded = writeRequest.toObject(writeRequest.decode(bytes), { longs: String }) as Decoded;
  const series = (decoded.timeseries ?? []).map(({ labels, samples = [], exemplars = [], histograms = [] }) => ({
    name: labels.find(({ name }) => name === '__name__')?.value ?? '',
    labels: labels.map(({ name, value }) => `${name}=${value}`),
    samples: samples.map(({ value, timestamp }) => ({ value: numberOf(value), atMs: Number(timestamp) })),
    histograms: histograms.map(({ sum, count = 0, timestamp, positiveCounts = [] }) => ({
      value: numberOf(sum),
      atMs: Number(timestamp),
      count,
      buckets: positiveCounts.length,
    })),
    traceIds: exemplars.map(({ labels }) => labels.find(({ name }) => name === 'trace_id')?.value ?? ''),
  }));
  return { series, metadata: (decoded.metadata ?? []).map(({ name, type }) => `${name} ${type}`) };
}

/** From the bits of a double as a decimal number; 0 is left out. */
function numberOf(bits = '0'): number | 'stale' {
  if (bits === STALE_BITS) {
    return 'stale';
  }
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(bits));
  return view.getFloat64(0);
}
