import { pino } from 'pino';

import packageJson from '../package.json' with { type: 'json' };
import { ConfigError, readConfig, type Config } from './config.ts';
import { DataDirInUse } from './data-lock.ts';
import { startStore, type Addresses, type RunningStore } from './store.ts';

/**
 * What is fixed when Node starts: the process replaces itself once to set it.
 *
 * Each query of the embedded engine holds one of libuv's threads, and so does each sync of the journal: with libuv's
 * default of four, a few slow queries would stop the ingest.
 *
 * Request bodies are memory outside of V8's heap, some 40 MB a second under full load, while next to nothing is made within
 * it. With V8's usual young generation of 16 MB they are only let go by collections of the whole heap, three a second; with
 * 2 MB by cheap ones of the young generation.
 */
function ensureRuntime(config: Config): void {
  if (process.env.UV_THREADPOOL_SIZE === undefined && process.execve) {
    const flags = ['--max-semi-space-size=2', ...process.execArgv];
    process.execve(process.execPath, [process.execPath, ...flags, ...process.argv.slice(1)], {
      ...process.env,
      UV_THREADPOOL_SIZE: String(config.readers + 6),
    });
  }
}

function banner(addresses: Addresses): string {
  const { otlpGrpc, otlpHttp, query, admin } = addresses;
  return `Clew's store is up.

  OTLP gRPC   ${otlpGrpc}
  OTLP HTTP   http://${otlpHttp}/v1/traces
  queries     http://${query}          (the URL for Grafana's datasource)
  admin       http://${admin}/ready, /metrics

Send the first trace from any app with an OpenTelemetry SDK:

  OTEL_EXPORTER_OTLP_ENDPOINT=http://${otlpHttp} OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf OTEL_SERVICE_NAME=my-app

or by hand:

  curl -H 'Content-Type: application/json' http://${otlpHttp}/v1/traces -d '{"resourceSpans":[{"resource":{"attributes":
    [{"key":"service.name","value":{"stringValue":"hello"}}]},"scopeSpans":[{"spans":[{"name":"first span",
    "traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174",
    "startTimeUnixNano":"'$(date +%s)000000000'","endTimeUnixNano":"'$(date +%s)250000000'"}]}]}]}'
  curl http://${query}/api/v2/traces/5b8efff798038103d269b633813fc60c

Ctrl-C stops it.
`;
}

async function main(): Promise<void> {
  const { config, warnings } = readConfig(process.env);
  ensureRuntime(config);
  const log = pino(pino.destination({ dest: 2, sync: true }));
  warnings.forEach((warning) => log.warn({}, warning));

  let store: RunningStore | undefined;
  let stopping = false;
  const stop = async (exitCode: number) => {
    if (stopping) {
      return;
    }
    stopping = true;
    try {
      await store?.stop();
    } catch (error) {
      log.error({ err: error }, 'stop failed');
      exitCode = 1;
    }
    process.exit(exitCode);
  };
  process.on('SIGTERM', () => void stop(0));
  process.on('SIGINT', () => void stop(0));
  // A session of the embedded engine that is open when the process dies of an exception ends in a segfault.
  process.on('uncaughtException', (error) => {
    log.error({ err: error }, 'uncaught exception');
    void stop(1);
  });

  store = await startStore(config, packageJson.version, log);
  process.stdout.write(banner(store.addresses));
}

main().catch((error: unknown) => {
  const expected = error instanceof ConfigError || error instanceof DataDirInUse;
  process.stderr.write(`${error instanceof Error ? (expected ? error.message : error.stack) : error}\n`);
  process.exit(1);
});
