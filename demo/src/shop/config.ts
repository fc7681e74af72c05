import { findScenario, scenarioLines } from './scenarios.ts';
import { SERVICES } from './topology.ts';

export interface ShopConfig {
  host: string;
  firstPort: number;
  controlPort: number;
  otlpHttpEndpoint: string;
  otlpGrpcEndpoint: string;
  /** '' for none. */
  lokiUrl: string;
  ratePerSecond: number;
  seed: number;
  environment: string;
  scenario: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Every variable: name, default, what it is. */
const VARIABLES = {
  SHOP_LISTEN_HOST: ['127.0.0.1', 'address that services and control port listen on'],
  SHOP_PORT: ['8080', `first of ${SERVICES.length} ports, one per service`],
  SHOP_CONTROL_PORT: ['8099', 'metrics, scenarios, counts'],
  OTEL_EXPORTER_OTLP_ENDPOINT: ['http://127.0.0.1:4318', 'OTLP over HTTP; /v1/traces is added'],
  SHOP_OTLP_GRPC_ENDPOINT: ['http://127.0.0.1:4317', 'OTLP over gRPC'],
  LOKI_URL: ['http://127.0.0.1:3100', 'where logs are pushed; empty for nowhere'],
  SHOP_RATE: ['5', 'requests per second, 0.1 to 500; 0 for no load'],
  SHOP_SEED: ['1', 'seed of everything random'],
  SHOP_ENVIRONMENT: ['demo', 'deployment.environment.name'],
  SHOP_SCENARIO: ['none', 'the scenario to start with'],
} as const;

/** A bad option or variable; the message names it and says what is expected. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export function shopHelp(): string {
  const lines = Object.entries(VARIABLES).map(
    ([name, [fallback, text]]) => `  ${name.padEnd(28)} ${text} (default ${fallback})`
  );
  return [
    'The shop: eleven services that call each other, and shoppers who visit them.',
    '',
    'usage: node demo/src/shop/main.ts [--scenario NAME] [--help]',
    '',
    'environment:',
    ...lines,
    '',
    'scenarios (switch at run time: curl -d NAME http://127.0.0.1:8099/scenario):',
    scenarioLines('  '),
  ].join('\n');
}

/** Reads the environment, and `--scenario` from the arguments; throws ConfigError. */
export function readShopConfig(environment: Environment, args: readonly string[]): ShopConfig {
  const value = (name: keyof typeof VARIABLES): string => environment[name] ?? VARIABLES[name][0];
  const number = (name: keyof typeof VARIABLES, min: number, max: number): number => {
    const parsed = Number(value(name));
    if (value(name).trim() === '' || !Number.isFinite(parsed) || parsed < min || parsed > max) {
      throw new ConfigError(`${name}: "${value(name)}" is not a number from ${min} to ${max}`);
    }
    return parsed;
  };
  const url = (name: keyof typeof VARIABLES): string => {
    if (!/^https?:\/\//.test(value(name)) || !URL.canParse(value(name))) {
      throw new ConfigError(`${name}: "${value(name)}" is not an http(s) URL`);
    }
    return value(name);
  };
  return {
    host: value('SHOP_LISTEN_HOST'),
    firstPort: number('SHOP_PORT', 1, 65535 - SERVICES.length),
    controlPort: number('SHOP_CONTROL_PORT', 1, 65535),
    otlpHttpEndpoint: url('OTEL_EXPORTER_OTLP_ENDPOINT'),
    otlpGrpcEndpoint: url('SHOP_OTLP_GRPC_ENDPOINT'),
    lokiUrl: value('LOKI_URL') === '' ? '' : url('LOKI_URL'),
    ratePerSecond: number('SHOP_RATE', 0, 500),
    seed: number('SHOP_SEED', 0, 2 ** 32),
    environment: value('SHOP_ENVIRONMENT'),
    scenario: scenarioFrom(args) ?? value('SHOP_SCENARIO'),
  };
}

function scenarioFrom(args: readonly string[]): string | undefined {
  let scenario: string | undefined;
  for (let i = 0; i < args.length; i++) {
    if (args[i] !== '--scenario' || args[i + 1] === undefined) {
      throw new ConfigError(`${args[i]}: unknown option or missing value; see --help`);
    }
    scenario = args[++i];
  }
  return scenario;
}

/** Throws ConfigError when there is no such scenario. */
export function checkScenario(name: string): void {
  if (!findScenario(name)) {
    throw new ConfigError(`scenario: there is no "${name}"; the scenarios are\n${scenarioLines('  ')}`);
  }
}
