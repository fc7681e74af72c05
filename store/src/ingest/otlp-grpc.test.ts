import { credentials, makeGenericClientConstructor, status, type ServiceError } from '@grpc/grpc-js';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import type { Engine } from '../engine/engine.ts';
import { Journal } from '../journal/journal.ts';
import { createRegistry, IngestMetrics } from '../telemetry/metrics.ts';
import { Tenants } from '../tenants.ts';
import { BytesUnderWay } from './bytes-under-way.ts';
import { OtlpGrpcServer } from './otlp-grpc.ts';
import { encodeOtlpJson } from './otlp-json.ts';
import { IngestPipeline } from './pipeline.ts';
import { OtlpReceiver } from './receiver.ts';

const PATH = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
const MAX_UNDER_WAY = 1000;
const pass = (bytes: Buffer): Buffer => bytes;
const Client = makeGenericClientConstructor({}, 'TraceService');

const requestNamed = (name: string): Buffer => {
  const spans = [{ traceId: 'a'.repeat(32), spanId: '0000000000000001', name }];
  return Buffer.from(encodeOtlpJson(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] })).body);
};

describe('OTLP over gRPC', () => {
  let stop: () => Promise<void>;
  let send: (body: Buffer) => Promise<ServiceError | undefined>;
  let underWay: BytesUnderWay;
  let metrics: IngestMetrics;
  let journal: Journal;

  beforeEach(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'clew-grpc-'));
    const found = await Journal.open(folder);
    ({ journal } = found);
    const engine: Engine = {
      rows: () => Promise.resolve([]),
      bytes: () => Promise.resolve(Buffer.alloc(0)),
      command: () => Promise.resolve(),
      close: () => Promise.resolve(),
      insertNative: () => Promise.resolve(),
    };
    metrics = new IngestMetrics(createRegistry(), () => pipeline.backlog);
    const options = { batchBytes: 1e6, batchSpans: 100, batchMs: 20, journalBytes: 1e9 };
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const pipeline: IngestPipeline = new IngestPipeline(journal, found.left, found.tail, engine, options, metrics, log);
    underWay = new BytesUnderWay(MAX_UNDER_WAY);
    const server = new OtlpGrpcServer(new OtlpReceiver(pipeline, metrics, Tenants.single(), ''), 1e6, underWay);
    const port = await server.listen('127.0.0.1', 0);
    const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
    send = (body) =>
      new Promise((resolve) => {
        client.makeUnaryRequest(PATH, pass, pass, body, (error) => resolve(error ?? undefined));
      });
    stop = async () => {
      client.close();
      await server.close(1000);
      await pipeline.close(1000);
      await rm(folder, { recursive: true, force: true });
    };
  });
  afterEach(() => stop());

  it('tells clients to retry when the requests under way take what they may', async () => {
    expect(underWay.take(MAX_UNDER_WAY)).toBe(true);
    const refused = await send(requestNamed('a'));
    expect(refused).toMatchObject({
      code: status.RESOURCE_EXHAUSTED,
      details: expect.stringContaining('(CLEW_MAX_INFLIGHT_BYTES)'),
    });
    // OTLP: without it the client must not retry.
    expect(String(refused?.metadata.get('grpc-status-details-bin')[0])).toContain('google.rpc.RetryInfo');
    expect(metrics.refused).toEqual({ busy: 1 });
    underWay.giveBack(MAX_UNDER_WAY);
    expect(await send(requestNamed('a'))).toBeUndefined();
  });

  it('counts a request until its answer, whatever that is', async () => {
    expect(await send(requestNamed('a'))).toBeUndefined();
    expect(await send(Buffer.from([0x0a, 0x7f]))).toMatchObject({ code: status.INVALID_ARGUMENT });
    expect(underWay.take(MAX_UNDER_WAY)).toBe(true);
    underWay.giveBack(MAX_UNDER_WAY);
    // One is always let in: otherwise it never would be.
    expect(await send(requestNamed('x'.repeat(2 * MAX_UNDER_WAY)))).toBeUndefined();
  });

  it('counts a request while the journal takes it', async () => {
    let open = () => undefined as void;
    const opened = new Promise<void>((resolve) => (open = resolve));
    const begin = journal.begin.bind(journal);
    jest.spyOn(journal, 'begin').mockImplementationOnce(() => opened.then(begin));
    const first = send(requestNamed('1'.repeat(600)));
    let arrived = false;
    for (let attempt = 0; attempt < 200 && !arrived; attempt++) {
      await pause(10);
      arrived = !underWay.take(MAX_UNDER_WAY);
      if (!arrived) {
        underWay.giveBack(MAX_UNDER_WAY);
      }
    }
    expect(await send(requestNamed('2'.repeat(600)))).toMatchObject({ code: status.RESOURCE_EXHAUSTED });
    open();
    expect(await first).toBeUndefined();
    expect(await send(requestNamed('2'.repeat(600)))).toBeUndefined();
  });
});
