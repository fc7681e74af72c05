import { status, type ServiceError } from '@grpc/grpc-js';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Engine } from '../../engine/engine.ts';
import { EmitterCache } from '../../query/run/emitter-cache.ts';
import { LossReader } from '../../query/run/losses.ts';
import { pinningOf } from '../../pins/testing/pinning-of.ts';
import { Tenants } from '../../tenants.ts';
import { readMetricsParameters, type MetricsParameters } from '../metrics-parameters.ts';
import type { Parameters } from '../parameters.ts';
import { metricsMethods } from './metrics-methods.ts';
import { SharedPort } from './shared-port.ts';
import { StreamingQuerier } from './streaming-querier.ts';
import { BYTES, QuerierClient, type Message } from './testing/querier-client.ts';

const NOW = 1_700_000_000_000_000_000n;
const series = (name: string, points: number) => ({
  labels: [{ key: 'name', value: { stringValue: name } }],
  samples: Array.from({ length: points }, (_, index) => ({ timestampMs: String(index + 1), value: index + 0.5 })),
});

let asked: MetricsParameters;
let answer: object;
let querier: StreamingQuerier;
let server: Server;
let client: QuerierClient;

beforeAll(async () => {
  const engine: Engine = {
    rows: () => Promise.resolve([]),
    bytes: () => Promise.resolve(Buffer.alloc(0)),
    command: () => Promise.resolve(),
    insertNative: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  const answerer = (_engine: Engine, _tenant: string, parameters: Parameters) => {
    asked = readMetricsParameters(parameters, NOW);
    return Promise.resolve(answer);
  };
  querier = new StreamingQuerier(
    {
      engine,
      version: '',
      tenants: Tenants.single(),
      pinning: pinningOf(engine),
      status: () => ({
        ready: true,
        uptimeSeconds: 0,
        receivedSpans: 0,
        refused: {},
        lastRefusedMs: {},
        otlp: { grpc: '', http: '' },
      }),
      log: { info: () => {}, warn: () => {}, error: () => {} },
      emitters: new EmitterCache(engine),
      losses: new LossReader(engine),
    },
    metricsMethods(answerer, answerer)
  );
  server = new SharedPort((socket) => querier.accept(socket)).createServer({}, () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  client = new QuerierClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

afterAll(async () => {
  client.close();
  querier.close(100);
  server.close();
  await once(server, 'close');
});

test('a range comes with its times in nanoseconds', async () => {
  answer = { series: [series('a', 3)], metrics: {}, status: 'COMPLETE' };
  const messages = await client.all('MetricsQueryRange', {
    query: '{} | rate()',
    start: '1699999999000000001',
    end: '1700000000000000002',
    step: '15000000000',
    exemplars: 100,
    maxSeries: 50,
  });
  expect(asked).toEqual({
    query: '{} | rate()',
    startNs: 1_699_999_999_000_000_001n,
    endNs: 1_700_000_000_000_000_002n,
    stepNs: 15_000_000_000n,
    exemplars: 100,
    maxSeries: 50,
  });
  expect(messages).toMatchObject([{ series: [series('a', 3)], metrics: {} }]);
});

test('what is not given is not given', async () => {
  answer = { series: [], metrics: {} };
  await client.all('MetricsQueryInstant', { query: '{} | rate()' });
  expect(asked).toMatchObject({
    startNs: NOW - 3_600_000_000_000n,
    endNs: NOW,
    stepNs: undefined,
    exemplars: undefined,
  });
});

test('many series come in packets, of an instant in one', async () => {
  const many = Array.from({ length: 300 }, (_, index) => series(`series ${index}`, 500));
  answer = { series: many, metrics: { inspectedTraces: 7 }, status: 'PARTIAL', message: 'cut' };
  const messages = await client.all('MetricsQueryRange', { query: 'x' });
  expect(messages.length).toBeGreaterThan(1);
  expect(messages.flatMap((message) => message.series as Message[])).toEqual(many);
  for (const message of messages) {
    expect(message).toMatchObject({ metrics: { inspectedTraces: 7 }, status: 'PARTIAL', message: 'cut' });
    expect((message as unknown as { [BYTES]: number })[BYTES]).toBeLessThanOrEqual(1024 ** 2);
  }
  const instants = many.map(({ labels }, value) => ({ labels, value: value + 1 }));
  answer = { series: instants, metrics: {} };
  expect(await client.all('MetricsQueryInstant', { query: 'x' })).toMatchObject([{ series: instants }]);
});

test('a range that ends before it begins', async () => {
  const error = await client
    .all('MetricsQueryRange', { query: 'x', start: '20000000000000000', end: '10000000000000000' })
    .catch((reason: ServiceError) => reason);
  expect(error).toMatchObject({ code: status.INVALID_ARGUMENT, details: expect.stringContaining('Parameter start') });
});
