/**
 * What can be wrong in the shop: configuration of its parts, read at the moment of use.
 * An incident is a change of these values and nothing else; no span, log or metric ever names it.
 */
export interface Faults {
  /** How long the acquirer waits for the bank's answer, in ms. The bank usually needs 70 to 250 ms. */
  acquirerTimeoutMs: number;
  /** Share of decisions that the bank refuses with 503. */
  bankOverload: number;
  /** Tries that each caller of the payment chain makes before it gives up. */
  acquirerAttempts: number;
  gatewayAttempts: number;
  paymentAttempts: number;
  /** Pause between two tries, in ms. */
  retryPauseMs: number;
  /** Whether the broker's leader for the orders topic answers; without it a publish waits `max.block.ms` and drops. */
  brokerReachable: boolean;
  /** How long the stock reconciliation keeps its row locks after reading, in ms. */
  reconcileHoldMs: number;
  /** Whether the payment gateway's client sends `traceparent`. */
  gatewaySendsContext: boolean;
  /** Time the price rules take outside of any span, in ms. */
  priceRulesMs: number;
  /** Whether the catalog reads prices one product at a time. */
  pricesOneByOne: boolean;
}

/** The shop on a good day. */
export const HEALTHY: Readonly<Faults> = {
  acquirerTimeoutMs: 2000,
  bankOverload: 0,
  acquirerAttempts: 1,
  gatewayAttempts: 2,
  paymentAttempts: 1,
  retryPauseMs: 40,
  brokerReachable: true,
  reconcileHoldMs: 12,
  gatewaySendsContext: true,
  priceRulesMs: 0,
  pricesOneByOne: false,
};
