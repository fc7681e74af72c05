import { parseArgs } from 'node:util';
import { findScenario, scenarioLines } from '../shop/scenarios.ts';
import { LISTENER_NAMES, LISTENERS, type Ports } from './ports.ts';

export interface DemoOptions {
  help: boolean;
  scenario: string;
  /** Undefined: until it is stopped. */
  forMs: number | undefined;
  ratePerSecond: number;
  seed: number;
  keep: boolean;
  grafana: boolean;
  ports: Ports;
}

/** A bad option; the message names it and says what is expected. */
export class ArgumentError extends Error {
  override readonly name = 'ArgumentError';
}

const DEFAULTS = { rate: '8', seed: '1', scenario: 'none' } as const;
const LONGEST_RUN_MS = 24 * 3600 * 1000;

/** Reads the command line; throws ArgumentError. */
export function parseDemoArgs(args: readonly string[]): DemoOptions {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const portOptions = Object.fromEntries(LISTENER_NAMES.map((name) => [LISTENERS[name].option, text]));
  let values: Record<string, unknown>;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        ...portOptions,
        help: { ...flag, short: 'h' },
        scenario: text,
        for: text,
        rate: text,
        seed: text,
        keep: flag,
        'no-grafana': flag,
        'port-offset': text,
      },
    }));
  } catch (thrown) {
    throw new ArgumentError(`${thrown instanceof Error ? thrown.message : String(thrown)} See --help.`);
  }
  const given = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  const number = (name: string, fallback: string, min: number, max: number, whole: boolean): number => {
    const value = given(name) ?? fallback;
    const parsed = Number(value);
    if (value.trim() === '' || !Number.isFinite(parsed) || parsed < min || parsed > max) {
      throw new ArgumentError(`--${name}: "${value}" is not a number from ${min} to ${max}`);
    }
    if (whole && !Number.isInteger(parsed)) {
      throw new ArgumentError(`--${name}: "${value}" is not a whole number`);
    }
    return parsed;
  };
  const offset = number('port-offset', '0', 0, 50_000, true);
  const port = (name: keyof Ports): number =>
    number(LISTENERS[name].option, String(LISTENERS[name].port), 1, 65_535, true) + offset;
  const scenario = given('scenario') ?? DEFAULTS.scenario;
  if (!findScenario(scenario)) {
    throw new ArgumentError(`--scenario: there is no "${scenario}"; the scenarios are\n${scenarioLines('  ')}`);
  }
  const duration = given('for');
  return {
    help: values.help === true,
    scenario,
    forMs: duration === undefined ? undefined : parseDuration('--for', duration),
    ratePerSecond: number('rate', DEFAULTS.rate, 0.1, 500, false),
    seed: number('seed', DEFAULTS.seed, 0, 2 ** 32, true),
    keep: values.keep === true,
    grafana: values['no-grafana'] !== true,
    ports: {
      otlpGrpc: port('otlpGrpc'),
      otlpHttp: port('otlpHttp'),
      query: port('query'),
      admin: port('admin'),
      shop: port('shop'),
      shopControl: port('shopControl'),
      prometheus: port('prometheus'),
      loki: port('loki'),
      lokiGrpc: port('lokiGrpc'),
      grafana: port('grafana'),
    },
  };
}

/** `90`, `90s`, `1500ms`, `2m`, `1m30s`, `1h` in ms; throws ArgumentError. A bare number is seconds. */
export function parseDuration(option: string, value: string): number {
  const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
  const text = /^\d+(\.\d+)?$/.test(value) ? `${value}s` : value;
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) {
    throw new ArgumentError(`${option}: "${value}" is not a duration such as 60s, 5m or 1h30m`);
  }
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    total += Number(amount) * units[unit];
  }
  if (total < 1000 || total > LONGEST_RUN_MS) {
    throw new ArgumentError(`${option}: "${value}" is not between 1s and 24h`);
  }
  return total;
}

export function demoHelp(): string {
  const rows: Array<[string, string]> = [
    ['--scenario NAME', 'start with an incident (default none)'],
    ['--for 60s', 'end by itself: stop the load, compare what was sent with what the store holds, exit 0 if equal'],
    ['--rate N', `requests per second (default ${DEFAULTS.rate})`],
    ['--seed N', `seed of everything random (default ${DEFAULTS.seed})`],
    ['--keep', 'keep the data and logs of the run (in .demo/)'],
    ['--no-grafana', 'leave Grafana out even if it is on the PATH'],
    ['--port-offset N', 'add N to every port below'],
    ...LISTENER_NAMES.map((name): [string, string] => {
      const { option, port, what } = LISTENERS[name];
      return [`--${option} N`, `${what} (default ${port})`];
    }),
    ['--help', 'this page'],
  ];
  return [
    'Runs the store and a shop that is traced into it, and Prometheus, Loki and Grafana where they are on the PATH.',
    'Everything listens on 127.0.0.1 and ends with Ctrl-C.',
    '',
    'usage: npm run demo -- [options]',
    '',
    ...rows.map(([name, text]) => `  ${name.padEnd(23)} ${text}`),
    '',
    'scenarios:',
    scenarioLines('  '),
  ].join('\n');
}
