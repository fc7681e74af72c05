import { join, resolve } from 'node:path';

import { createAdminServer } from './api/admin.ts';
import { createQueryServer } from './api/server.ts';
import type { Config } from './config.ts';
import { lockDataDir } from './data-lock.ts';
import { EmbeddedEngine } from './engine/embedded.ts';
import type { Engine } from './engine/engine.ts';
import { RemoteEngine } from './engine/remote.ts';
import { SchemaGate } from './engine/schema-gate.ts';
import { messageOf } from './errors.ts';
import { BytesUnderWay } from './ingest/bytes-under-way.ts';
import { OtlpGrpcServer } from './ingest/otlp-grpc.ts';
import { createOtlpHttpServer } from './ingest/otlp-http.ts';
import { IngestPipeline } from './ingest/pipeline.ts';
import { OtlpReceiver } from './ingest/receiver.ts';
import { Journal } from './journal/journal.ts';
import { closeWithin, releaseInTurn, releaseTogether } from './release.ts';
import { registerKeeperEvents, registerPinMetrics } from './pins/pin-metrics.ts';
import { createPinning } from './pins/pinning.ts';
import { Keeper } from './retention/keeper.ts';
import { RemoteWriteMetrics } from './remote-write/own-metrics.ts';
import { RemoteWriter } from './remote-write/remote-writer.ts';
import { readRemoteWriteTarget } from './remote-write/target.ts';
import { Retention } from './retention/retention.ts';
import { SpanMetrics } from './span-metrics/span-metrics.ts';
import type { Logger } from './telemetry/logger.ts';
import { registerEngineMetrics } from './telemetry/engine-metrics.ts';
import { createRegistry, createRetentionCounter, IngestMetrics } from './telemetry/metrics.ts';
import { registerQueryMetrics } from './telemetry/query-metrics.ts';
import { registerSpanMetrics } from './span-metrics/own-metrics.ts';
import { Tenants } from './tenants.ts';

/** `host:port` of each listener. */
export interface Addresses {
  readonly otlpGrpc: string;
  readonly otlpHttp: string;
  readonly query: string;
  readonly admin: string;
}

export interface RunningStore {
  readonly addresses: Addresses;
  /** Stops the listeners, drains, and releases the engine. */
  stop(): Promise<void>;
}

/** How long a stop waits for calls under way, and for the engine to take what is in the journal. */
const LISTENER_GRACE_MS = 5_000;
const DRAIN_GRACE_MS = 20_000;
const REMOTE_WRITE_GRACE_MS = 4_000;

/** Starts everything. Rejects, with everything released again, when a port is taken or the data cannot be opened. */
export async function startStore(config: Config, version: string, log: Logger): Promise<RunningStore> {
  const tenants = Tenants.fromConfig(config);
  const remoteWrite = readRemoteWriteTarget(config);
  const dataDir = resolve(config.dataDir);
  const releases: Array<() => Promise<void> | void> = [lockDataDir(dataDir)];
  // The engine has to be closed whatever else fails: an open session ends the process in a segfault.
  const release = () => releaseInTurn(releases.splice(0).reverse());
  try {
    const engine = new SchemaGate(openEngine(config, dataDir), log);
    releases.push(() => engine.close());
    await engine.open();

    const { journal, left, tail } = await Journal.open(join(dataDir, 'journal'));
    const registry = createRegistry();
    const metrics = new IngestMetrics(registry, () => pipeline.backlog);
    const spanMetrics = config.spanMetrics ? new SpanMetrics(config.spanMetricsMaxSeries) : undefined;
    const pipeline: IngestPipeline = new IngestPipeline(journal, left, tail, engine, config, metrics, log, spanMetrics);
    const dataFolder = config.clickhouseUrl === '' ? dataDir : undefined;
    registerEngineMetrics(registry, engine, dataDir);
    if (spanMetrics) {
      registerSpanMetrics(registry, spanMetrics);
      // Ends after the pipeline, whose last batches are counted too.
      if (remoteWrite) {
        const remoteMetrics = new RemoteWriteMetrics(registry);
        const writer = new RemoteWriter(() => spanMetrics.current(), remoteWrite, version, remoteMetrics, log);
        writer.start();
        releases.push(() => writer.close(REMOTE_WRITE_GRACE_MS));
      }
    }
    releases.push(() => pipeline.close(DRAIN_GRACE_MS));

    const pinning = createPinning(engine, config, tenants, log, spanMetrics);
    const keeper = new Keeper(
      engine,
      pinning.kept,
      pinning.pins,
      { maxBytes: config.keptBytes, maxPins: config.maxPins },
      registerKeeperEvents(registry),
      log
    );
    registerPinMetrics(registry, keeper, pinning.kept, pinning.watch);
    pinning.watch.start();
    releases.push(() => pinning.watch.stop());

    const dropped = createRetentionCounter(registry);
    const retention = new Retention(
      engine,
      { limitsOf: (tenant) => tenants.limitsOf(tenant), freeBytes: config.minFreeBytes, folder: dataFolder, keeper },
      (reason) => dropped.inc({ reason }),
      log
    );
    retention.start();
    releases.push(() => retention.stop());

    const underWay = new BytesUnderWay(config.maxInflightBytes);
    const receiver = new OtlpReceiver(pipeline, metrics, tenants, config.ingestToken);
    const addresses: { -readonly [Name in keyof Addresses]: string } = {
      otlpGrpc: '',
      otlpHttp: '',
      query: '',
      admin: '',
    };
    const at = (port: number) => `${config.listenHost}:${port}`;

    const grpc = new OtlpGrpcServer(receiver, config.maxRequestBytes, underWay);
    addresses.otlpGrpc = at(await naming('CLEW_OTLP_GRPC_PORT', grpc.listen(config.listenHost, config.otlpGrpcPort)));
    const closing: Array<() => Promise<void>> = [() => grpc.close(LISTENER_GRACE_MS)];
    // All at once: the grace is for all of them together.
    releases.push(() => releaseTogether(closing));

    const startedAt = Date.now();
    const notReady = () => engine.waiting ?? (pipeline.replayed ? undefined : 'replaying the journal');
    const servers = [
      [
        'otlpHttp',
        'CLEW_OTLP_HTTP_PORT',
        config.otlpHttpPort,
        createOtlpHttpServer(receiver, config.maxRequestBytes, underWay),
      ],
      [
        'query',
        'CLEW_QUERY_PORT',
        config.queryPort,
        createQueryServer({
          engine,
          version,
          tenants,
          observe: registerQueryMetrics(registry),
          pinning,
          token: config.queryToken === '' ? undefined : config.queryToken,
          status: () => ({
            ready: notReady() === undefined,
            uptimeSeconds: Math.round((Date.now() - startedAt) / 1000),
            receivedSpans: metrics.receivedSpans,
            refused: metrics.refused,
            lastRefusedMs: metrics.lastRefusedMs,
            otlp: { grpc: addresses.otlpGrpc, http: addresses.otlpHttp },
          }),
          log,
        }),
      ],
      ['admin', 'CLEW_ADMIN_PORT', config.adminPort, createAdminServer({ registry, notReady, spanMetrics })],
    ] as const;
    for (const [name, option, port, server] of servers) {
      await naming(option, server.listen({ host: config.listenHost, port }));
      closing.push(() => closeWithin(server, LISTENER_GRACE_MS));
      const address = server.server.address();
      addresses[name] = at(typeof address === 'object' && address ? address.port : port);
    }
    return { addresses, stop: release };
  } catch (error) {
    await release().catch((failure: unknown) => log.error({ error: messageOf(failure) }, 'release failed'));
    throw error;
  }
}

function openEngine(config: Config, dataDir: string): Engine {
  return config.clickhouseUrl === ''
    ? new EmbeddedEngine({ path: join(dataDir, 'engine'), readers: config.readers })
    : new RemoteEngine(config.clickhouseUrl);
}

/** A taken port is reported with the option that changes it. */
async function naming<Result>(option: string, listening: Promise<Result>): Promise<Result> {
  try {
    return await listening;
  } catch (error) {
    throw new Error(`Cannot listen: ${messageOf(error)}. Set ${option} to another port.`, { cause: error });
  }
}
