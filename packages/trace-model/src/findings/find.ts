import type { Steps } from '../tree/steps.ts';
import type { Finding, FindingsInput } from './finding.ts';
import { inOrder } from './order.ts';
import { retriesOf } from './retry-groups.ts';
import type { Rule } from './rule.ts';
import { clockSkew } from './rules/clock-skew.ts';
import { consumerGap } from './rules/consumer-gap.ts';
import { darkTime } from './rules/dark-time.ts';
import { deepestError } from './rules/deepest-error.ts';
import { healthy } from './rules/healthy.ts';
import { lockWait } from './rules/lock-wait.ts';
import { lostCaller } from './rules/lost-caller.ts';
import { lostContext } from './rules/lost-context.ts';
import { missingSpans } from './rules/missing-spans.ts';
import { nPlusOne } from './rules/n-plus-one.ts';
import { retriesRule } from './rules/retries.ts';
import { sequentialCalls } from './rules/sequential-calls.ts';
import { silentWait } from './rules/silent-wait.ts';
import { timeHolder } from './rules/time-holder.ts';
import { TraceFacts } from './trace-facts.ts';

/** `timeHolder` and `healthy` look at what the rules before them found. */
const RULES: readonly Rule[] = [
  retriesRule,
  deepestError,
  silentWait,
  lockWait,
  nPlusOne,
  darkTime,
  consumerGap,
  lostContext,
  lostCaller,
  clockSkew,
  missingSpans,
  sequentialCalls,
  timeHolder,
  healthy,
];

/**
 * What is wrong with a trace, the finding to read first at the front: never none, as a trace with nothing wrong has the finding
 * that says so; a trace without spans has none. Linear in spans. docs/findings.md explains each kind.
 */
export function* findings(input: FindingsInput): Steps<Finding[]> {
  const facts = yield* TraceFacts.of(input);
  const retries = yield* retriesOf(facts);
  const found: Finding[] = [];
  for (const rule of RULES) {
    found.push(...(yield* rule({ facts, retries, found })));
    yield;
  }
  return inOrder(facts, found);
}
