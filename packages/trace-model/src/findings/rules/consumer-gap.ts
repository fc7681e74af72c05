import { CONSUMER, PRODUCER } from '../../tree/parents.ts';
import { STRIDE } from '../../tree/steps.ts';
import { byOperation, finding, type Rule, type Suspect } from '../rule.ts';
import { spanText } from '../sentences.ts';
import { durationText, shareText } from '../text.ts';

/**
 * A message that waits longer than this has a queue before it. Shorter waits are polling intervals; the history of spans says
 * nothing of them, as they are time between spans.
 */
const MIN_GAP_NS = 1e9;
/** Part of the whole trace: a trace that goes on for an hour has room for a second. */
const MIN_SHARE = 0.25;

/** A message that lay long in a queue before somebody took it. */
export const consumerGap: Rule = function* ({ facts }) {
  const { tree } = facts;
  const gaps: Suspect[] = [];
  for (let row = 0; row < tree.rows; row++) {
    if (row % STRIDE === STRIDE - 1) {
      yield;
    }
    const parent = tree.parents[row];
    if (facts.kind(row) !== CONSUMER || parent === -1 || facts.kind(parent) !== PRODUCER) {
      continue;
    }
    const harmNs = tree.starts[row] - tree.ends[parent];
    if (harmNs >= MIN_GAP_NS && facts.shareOfTrace(harmNs) >= MIN_SHARE) {
      gaps.push({ node: row, harmNs });
    }
  }
  return byOperation(facts, gaps).map((group) => {
    const [{ node, harmNs }] = group;
    const producer = tree.parents[node];
    const from = facts.peer(producer) ?? facts.peer(node) ?? 'the queue';
    const others = group.length > 1 ? ` So did ${group.length - 1} more.` : '';
    return finding(facts, {
      kind: 'consumer-gap',
      severity: 'warning',
      title: `A message of ${spanText(facts, producer)} waited ${durationText(harmNs)} in ${from} before ${spanText(facts, node)} took it.`,
      detail: `That is ${shareText(facts.shareOfTrace(harmNs))} of the time from the trace's first span to its last.${others}`,
      next: `Look at the lag of the consumers in ${facts.service(node)} at that time: too few of them, a slow message before this one, a rebalance, or a delay that is meant.`,
      harmNs,
      spans: [node, producer, ...group.slice(1).map((gap) => gap.node)],
      numbers: { gapNs: harmNs, messages: group.length },
    });
  });
};
