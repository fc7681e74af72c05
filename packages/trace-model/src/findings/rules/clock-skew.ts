import { CLIENT, CONSUMER, PRODUCER, SERVER } from '../../tree/parents.ts';
import { STRIDE } from '../../tree/steps.ts';
import { byOperation, finding, type Rule, type Suspect } from '../rule.ts';
import { spanText } from '../sentences.ts';
import { countText, durationText } from '../text.ts';
import type { TraceFacts } from '../trace-facts.ts';

/** Clocks that are set by NTP are some milliseconds apart, and that does no harm. */
const MIN_SKEW_NS = 10e6;

/**
 * A span of another resource that begins before the call or message that caused it, or a server span that lies wholly behind
 * its call. Looked at as sent, not as corrected. A server span that merely ends late proves nothing: its call may have
 * given up.
 */
export const clockSkew: Rule = function* ({ facts }) {
  const { tree } = facts;
  const skewed: Suspect[] = [];
  for (let row = 0; row < tree.rows; row++) {
    if (row % STRIDE === STRIDE - 1) {
      yield;
    }
    const harmNs = skewOf(facts, row);
    if (harmNs >= MIN_SKEW_NS) {
      skewed.push({ node: row, harmNs });
    }
  }
  return byOperation(facts, skewed).map((group) => {
    const [{ node, harmNs }] = group;
    const caller = tree.parents[node];
    const isEarly = facts.sentStarts[node] < facts.sentStarts[caller];
    const isCorrected = tree.starts[node] !== facts.sentStarts[node];
    return finding(facts, {
      kind: 'clock-skew',
      severity: 'info',
      title: `The clocks of ${facts.service(node)} and ${facts.service(caller)} differ by at least ${durationText(harmNs)}: ${spanText(facts, node)} ${isEarly ? 'begins before' : 'begins after the end of'} the call that caused it.`,
      detail: `${countText(group.length, 'span')} of this operation cannot have been when they say. ${isCorrected ? 'They are shown where they must have been.' : 'They are shown as they were sent, so times between the two services mislead.'}`,
      next: `Check time synchronisation (NTP, chrony) on the hosts of ${facts.service(node)} and ${facts.service(caller)}.`,
      // Nobody waited for it.
      harmNs: 0,
      spans: [node, caller, ...group.slice(1).map((one) => one.node)],
      numbers: { skewNs: harmNs, spans: group.length },
    });
  });
};

/** How far a span lies outside of what caused it, in nanoseconds; 0 where it does not, or that proves nothing. */
function skewOf(facts: TraceFacts, node: number): number {
  const { tree, sentStarts, input } = facts;
  const parent = tree.parents[node];
  if (parent === -1 || !facts.isRow(parent)) {
    return 0;
  }
  const { resources } = input.columns;
  if (resources[node] === resources[parent]) {
    return 0;
  }
  const [kind, caller] = [facts.kind(node), facts.kind(parent)];
  const isCall = kind === SERVER && caller === CLIENT;
  if (!isCall && !(kind === CONSUMER && caller === PRODUCER)) {
    return 0;
  }
  const early = sentStarts[parent] - sentStarts[node];
  const late = isCall && !facts.isError(parent) ? sentStarts[node] - (sentStarts[parent] + facts.duration(parent)) : 0;
  // The caller waited for all of it, so it must have room in the call.
  return facts.duration(node) <= facts.duration(parent) || !isCall ? Math.max(0, early, late) : Math.max(0, early);
}
