import { HEALTHY, type Faults } from './faults.ts';

export interface Scenario {
  name: string;
  /** One line for `--help` and `GET /scenarios`. */
  description: string;
  faults: Partial<Faults>;
}

/** Every incident the shop can have, in the order in which they are listed. */
export const SCENARIOS: readonly Scenario[] = [
  { name: 'none', description: 'a good day: the odd declined card and sold-out product, nothing else', faults: {} },
  {
    name: 'payment-timeout',
    description: 'five hops down the acquirer waits 60 ms for a bank that needs 100: checkouts retry and fail',
    faults: { acquirerTimeoutMs: 60 },
  },
  {
    name: 'silent-queue',
    description: 'publishing an order waits 2.6 s and loses the message, and nobody reports an error',
    faults: { brokerReachable: false },
  },
  {
    name: 'lock-wait',
    description: 'a stock reconciliation keeps its row locks for 2.2 s, and reservations wait behind it',
    faults: { reconcileHoldMs: 2200 },
  },
  {
    name: 'lost-context',
    description: 'the payment gateway drops traceparent, so the acquirer and the bank start traces of their own',
    faults: { gatewaySendsContext: false },
  },
  {
    name: 'dark-time',
    description: 'checkout spends 0.7 s in code that no span covers',
    faults: { priceRulesMs: 700 },
  },
  {
    name: 'n-plus-one',
    description: 'the catalog reads prices with one query per product instead of one for all',
    faults: { pricesOneByOne: true },
  },
  {
    name: 'retry-storm',
    description: 'the bank is overloaded and three layers retry on each other: one checkout makes up to 18 calls',
    faults: { bankOverload: 0.85, acquirerAttempts: 3, gatewayAttempts: 3, paymentAttempts: 2, retryPauseMs: 5 },
  },
];

/** The scenario of that name, or undefined. */
export function findScenario(name: string): Scenario | undefined {
  return SCENARIOS.find((scenario) => scenario.name === name);
}

/** Puts `faults` into the state of a scenario, in place: every part of the shop sees it at its next step. */
export function applyScenario(faults: Faults, scenario: Scenario): void {
  Object.assign(faults, HEALTHY, scenario.faults);
}

/** One line per scenario, names padded to one width. */
export function scenarioLines(indent = ''): string {
  const width = Math.max(...SCENARIOS.map((scenario) => scenario.name.length));
  return SCENARIOS.map((scenario) => `${indent}${scenario.name.padEnd(width)}  ${scenario.description}`).join('\n');
}
