import { STRIDE, type Steps } from '../../tree/steps.ts';
import type { Finding } from '../finding.ts';
import type { RetryGroup } from '../retry-groups.ts';
import { finding, MAX_PER_KIND, type Rule, type RuleInput } from '../rule.ts';
import { callText, headText, reasonText, servicesText, subjectText } from '../sentences.ts';
import { countText, durationText, listText, shareText } from '../text.ts';

/** Layers that retry on each other, and calls that came of it, from which on it is a storm and not bad luck. */
const STORM_LAYERS = 2;
const STORM_CALLS = 4;

/** Retries that cost less of the request than this, and help before the third try, are what retries are for. */
const MIN_SHARE = 0.1;
const MANY_ATTEMPTS = 3;

/** What is tried again after failures: what it cost, and whether several layers multiply. */
export const retriesRule: Rule = function* (input) {
  const { groups } = input.retries;
  const inner = groups.map((): number[] => []);
  const outermost: number[] = [];
  for (const [index, { outer }] of groups.entries()) {
    (outer === -1 ? outermost : inner[outer]).push(index);
  }
  const findings: Finding[] = [];
  for (const index of outermost) {
    findings.push(yield* describe(input, index, inner));
  }
  return findings.sort((a, b) => b.harmNs - a.harmNs || a.spans[0] - b.spans[0]).slice(0, MAX_PER_KIND);
};

/** From the first try to the last one's start: all of it was for nothing. */
const costOf = ({ facts: { tree } }: RuleInput, { attempts }: RetryGroup): number =>
  tree.starts[attempts[attempts.length - 1]] - tree.starts[attempts[0]];

function* describe(input: RuleInput, index: number, inner: readonly number[][]): Steps<Finding> {
  const { groups } = input.retries;
  // One way down: from each layer to the group of the next one that made the most of it.
  const layers = [index];
  for (let next = inner[index]; next.length > 0; next = inner[layers[layers.length - 1]]) {
    layers.push(
      next.reduce((most, one) => (weight(groups[one], inner[one]) > weight(groups[most], inner[most]) ? one : most))
    );
  }
  const calls = yield* callsOf(input, groups[index], groups[layers[layers.length - 1]]);
  return layers.length >= STORM_LAYERS && calls.length >= STORM_CALLS
    ? storm(
        input,
        layers.map((layer) => groups[layer]),
        calls
      )
    : plain(input, groups[index]);
}

const weight = ({ attempts }: RetryGroup, inner: readonly number[]): number => inner.length * 1000 + attempts.length;

/** Every span below the outer group's tries that is of the operation that the innermost group tries. */
function* callsOf({ facts }: RuleInput, outer: RetryGroup, innermost: RetryGroup): Steps<number[]> {
  const { order, positions, subtreeSizes } = facts.tree;
  const operation = facts.operation(innermost.attempts[0]);
  const peer = facts.peer(innermost.attempts[0]);
  const calls: number[] = [];
  for (const attempt of outer.attempts) {
    const from = positions[attempt];
    for (let at = from; at < from + subtreeSizes[from]; at++) {
      if (facts.operation(order[at]) === operation && facts.peer(order[at]) === peer) {
        calls.push(order[at]);
      }
      if (at % STRIDE === STRIDE - 1) {
        yield;
      }
    }
  }
  return calls;
}

function storm(input: RuleInput, layers: readonly RetryGroup[], calls: readonly number[]): Finding {
  const { facts } = input;
  const [outer] = layers;
  const innermost = layers[layers.length - 1];
  const costNs = costOf(input, outer);
  const failed = calls.filter((call) => facts.isError(call));
  const where = facts.peer(calls[0]) ?? 'what it calls';
  const reason = reasonText(facts, failed[0] ?? calls[0]);
  const who = servicesText(
    facts,
    layers.map(({ attempts }) => attempts[0])
  );
  const tries = layers.map(({ attempts }) => `${facts.service(attempts[0])} ${attempts.length}`);
  const harmNs = outer.succeeded ? costNs : facts.headDuration(outer.attempts[0]);
  return finding(facts, {
    kind: 'retry-storm',
    severity: 'critical',
    title:
      `Retries multiply: ${who} each try again, and one request became ${countText(calls.length, 'call')} to ${where}, ` +
      `${failed.length === calls.length ? 'all' : failed.length} of which failed.`,
    detail:
      `Tries in ${layers.length} layers, from the outermost: ${listText(tries)}${reason === '' ? '' : `; the innermost fail with "${reason}"`}. ` +
      `The tries before the last one took ${durationText(costNs)}, and ${outer.succeeded ? 'the last one succeeded' : 'all was in vain'}.`,
    next: `Let one layer retry, with a budget and a growing pause, and see why ${where} fails: ${countText(calls.length, 'call')} in place of 1 make it worse.`,
    harmNs,
    spans: [
      innermost.attempts[0],
      ...layers.map(({ parent }) => parent).reverse(),
      ...calls.filter((call) => call !== innermost.attempts[0]),
    ],
    numbers: { layers: layers.length, calls: calls.length, failedCalls: failed.length, costNs },
  });
}

function plain(input: RuleInput, group: RetryGroup): Finding {
  const { facts } = input;
  const { attempts, succeeded } = group;
  const costNs = costOf(input, group);
  const share = facts.shareOfHead(attempts[0], costNs);
  const reason = reasonText(facts, attempts[0]);
  const failures = succeeded ? attempts.length - 1 : attempts.length;
  const subject = subjectText(facts, attempts[0]);
  return finding(facts, {
    kind: 'retries',
    severity: !succeeded || share >= MIN_SHARE || attempts.length >= MANY_ATTEMPTS ? 'warning' : 'info',
    title:
      `${subject} was tried ${countText(attempts.length, 'time')}, ${succeeded ? 'the last with success' : 'all in vain'}: ` +
      `${durationText(costNs)}, ${shareText(share)} of ${headText(facts, attempts[0])}, went before the last try.`,
    detail: `${failures} of ${attempts.length} failed${reason === '' ? '' : `: ${reason}`}.`,
    next: `See why ${facts.peer(attempts[0]) ?? callText(facts, attempts[0])} fails, and whether the pause between tries and their number fit the caller's own timeout.`,
    harmNs: costNs,
    spans: [...attempts, group.parent],
    numbers: { attempts: attempts.length, failed: failures, costNs },
  });
}
