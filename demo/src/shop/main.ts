import { diag, DiagLogLevel } from '@opentelemetry/api';
import { checkScenario, ConfigError, readShopConfig, shopHelp, type ShopConfig } from './config.ts';
import { createControlServer } from './control.ts';
import { LoadGenerator } from './load.ts';
import { Shop } from './shop.ts';
import type { LogSink } from './telemetry/logs.ts';
import { LokiPusher } from './telemetry/loki.ts';
import { asError } from './telemetry/span.ts';
import { otlpExporters } from './telemetry/tracing.ts';

const DIAGNOSTIC_CHARACTERS = 200;

const args = process.argv.slice(2);
if (args.includes('--help')) {
  console.log(shopHelp());
} else {
  await run(args).catch((thrown: unknown) => {
    const error = asError(thrown);
    console.error(error instanceof ConfigError ? error.message : `the shop did not start: ${error.message}`);
    process.exitCode = 1;
  });
}

async function run(options: readonly string[]): Promise<void> {
  const config = readShopConfig(process.env, options);
  checkScenario(config.scenario);
  reportSdkTroubles();
  const loki = config.lokiUrl ? new LokiPusher(config.lokiUrl) : undefined;
  const stdout: LogSink = ({ line }) => process.stdout.write(`${line}\n`);
  const shop = await Shop.start({
    host: config.host,
    firstPort: config.firstPort,
    seed: config.seed,
    environment: config.environment,
    exporter: otlpExporters(config.otlpHttpEndpoint, config.otlpGrpcEndpoint),
    logSinks: loki ? [stdout, loki.sink] : [stdout],
  });
  shop.setScenario(config.scenario);
  const load = new LoadGenerator(shop.urlOf('frontend'), config.ratePerSecond, config.seed);
  const stats = (): unknown => ({
    scenario: shop.scenario,
    load: load.totals(),
    traces: shop.ledger.totals(),
    logs: loki?.totals() ?? null,
  });
  const drain = async (): Promise<unknown> => {
    await load.stop();
    await shop.drain();
    await loki?.flush();
    return stats();
  };
  const control = createControlServer({
    scenario: () => shop.scenario,
    setScenario: (name) => {
      shop.setScenario(name);
      console.error(`scenario: ${name}`);
    },
    metrics: async () => ({ contentType: shop.metrics.contentType, body: await shop.metrics.expose() }),
    stats,
    ledger: () => ({ ...shop.ledger.snapshot(), requests: load.totals().requests }),
    drain,
  });
  await new Promise<void>((resolve, reject) => {
    control.once('error', reject);
    control.listen(config.controlPort, config.host, resolve);
  });
  if (config.ratePerSecond > 0) {
    load.start();
  }
  console.error(`the shop is open: ${shop.urlOf('frontend')}, control ${config.host}:${config.controlPort}`);
  stopOnSignal(config, async () => {
    await drain();
    control.close();
    control.closeAllConnections();
    await loki?.close();
    await shop.stop();
  });
}

/** The SDK's own troubles (a refused export, say) go to stderr, without the stacks it adds. */
function reportSdkTroubles(): void {
  const report = (message: string): void => console.error(`opentelemetry: ${message.slice(0, DIAGNOSTIC_CHARACTERS)}`);
  const silent = (): void => undefined;
  diag.setLogger({ error: report, warn: report, info: silent, debug: silent, verbose: silent }, DiagLogLevel.WARN);
}

/** The first signal ends the load and sends what is left, the second ends the process. */
function stopOnSignal(config: ShopConfig, stop: () => Promise<void>): void {
  let stopping = false;
  const onSignal = (): void => {
    if (stopping) {
      process.exit(1);
    }
    stopping = true;
    console.error(`the shop closes (${config.host}:${config.firstPort})`);
    stop().then(
      () => process.exit(0),
      (thrown: unknown) => {
        console.error(asError(thrown).message);
        process.exit(1);
      }
    );
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
}
