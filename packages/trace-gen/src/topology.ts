import { Random } from './random.ts';

export type AttributeValue = string | number | boolean | bigint;

/** OTLP's numbers. */
export const SpanKind = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const;
export type SpanKindNumber = (typeof SpanKind)[keyof typeof SpanKind];

export interface Call {
  /** Index of the operation called; always a higher one, so that calls end. */
  readonly operation: number;
  readonly style: 'http' | 'queue';
  /** Chance that the call is made at all. */
  readonly probability: number;
}

export interface Operation {
  readonly service: number;
  readonly method: string;
  readonly route: string;
  /** Own time, median, in nanoseconds. */
  readonly medianNs: number;
  readonly sigma: number;
  readonly errorRate: number;
  readonly calls: readonly Call[];
  /** Calls run side by side rather than one after the other. */
  readonly parallel: boolean;
  /** Database statements, at most. */
  readonly statements: number;
}

export interface Service {
  readonly name: string;
  readonly namespace: string;
  readonly version: string;
  readonly instances: readonly string[];
}

export interface Topology {
  readonly services: readonly Service[];
  readonly operations: readonly Operation[];
  /** Operations that requests enter by; the first ones take most of the traffic. */
  readonly entries: readonly number[];
}

const NAMES = [
  'frontend checkout payment cart catalog inventory shipping pricing accounts search recommend reviews',
  'notify fraud ledger tax media session gateway profile loyalty email geo audit',
]
  .join(' ')
  .split(' ');
const NOUNS = ['orders', 'items', 'users', 'prices', 'stock', 'quotes', 'sessions', 'events', 'images', 'rules'];
const METHODS = ['GET', 'GET', 'GET', 'POST', 'POST', 'PUT', 'DELETE'];

/**
 * A system of `serviceCount` services with two to six operations each. Services call only services behind them, so a
 * request fans out and ends.
 */
export function createTopology(seed: number, serviceCount = 24): Topology {
  const random = new Random(seed);
  const services: Service[] = Array.from({ length: serviceCount }, (_, index) => ({
    name: index < NAMES.length ? NAMES[index] : `${NAMES[index % NAMES.length]}-${Math.floor(index / NAMES.length)}`,
    namespace: random.pick(['shop', 'core', 'data']),
    version: `${1 + random.below(4)}.${random.below(20)}.${random.below(10)}`,
    instances: Array.from({ length: 1 + random.below(6) }, () => random.uint32().toString(16).padStart(8, '0')),
  }));
  const owners = services.flatMap((_, service) => Array.from({ length: 2 + random.below(5) }, () => service));
  const operations = owners.map((service, index): Operation => {
    const behind = owners.flatMap((owner, operation) =>
      operation > index && owner > service && owner <= service + 8 ? [operation] : []
    );
    const callCount = behind.length === 0 ? 0 : random.below(Math.min(4, behind.length) + 1);
    return {
      service,
      method: random.pick(METHODS),
      route: `/api/v${1 + random.below(2)}/${random.pick(NOUNS)}${random.chance(0.5) ? '/{id}' : ''}`,
      medianNs: 200_000 + random.below(8_000_000),
      sigma: 0.3 + random.fraction() * 0.6,
      errorRate: random.chance(0.2) ? 0.02 : 0.001,
      parallel: random.chance(0.3),
      statements: random.chance(0.5) ? 1 + random.below(3) : 0,
      calls: Array.from({ length: callCount }, () => ({
        operation: random.pick(behind),
        style: random.chance(0.1) ? ('queue' as const) : ('http' as const),
        probability: 0.4 + random.fraction() * 0.6,
      })),
    };
  });
  const entries = operations.flatMap((operation, index) => (operation.service < 3 ? [index] : []));
  return { services, operations, entries };
}
