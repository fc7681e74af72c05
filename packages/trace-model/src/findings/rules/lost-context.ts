import { CLIENT, SERVER } from '../../tree/parents.ts';
import { STRIDE, type Steps } from '../../tree/steps.ts';
import { byOperation, finding, harmOf, type Rule, type Suspect } from '../rule.ts';
import { callText, spanText } from '../sentences.ts';
import { durationText, shareText } from '../text.ts';
import type { TraceFacts } from '../trace-facts.ts';

/** A trace younger than this may still get the other half: exporters send every few seconds. */
const SETTLED_NS = 30e9;
/** Bad gateway, unavailable, gateway timeout. */
const OF_PROXIES = new Set(['502', '503', '504']);
/** Spans that a client has of a call: name resolution, connection, TLS. */
const MAX_OWN_SPANS = 16;

/** A call that was answered, whose other side sends spans, and has none here. */
export const lostContext: Rule = function* ({ facts }) {
  const { tree, input } = facts;
  if (input.ageNs !== undefined && input.ageNs < SETTLED_NS) {
    return [];
  }
  const answering = yield* peersThatAnswer(facts);
  const lost: Suspect[] = [];
  for (let row = 0; row < tree.rows; row++) {
    if (row % STRIDE === STRIDE - 1) {
      yield;
    }
    if (facts.kind(row) !== CLIENT || isAnswered(facts, row) || !hasArrived(facts, row) || facts.isDatabase(row)) {
      continue;
    }
    const peer = facts.peer(row);
    if (peer !== undefined && (input.instrumentedPeers?.(peer) ?? answering.has(peer))) {
      lost.push({ node: row, harmNs: facts.duration(row) });
    }
  }
  return byOperation(facts, lost).map((group) => {
    const [{ node }] = group;
    const peer = facts.peer(node) ?? '';
    const otherHalf = input.likelyOtherHalf?.(node);
    const harmNs = harmOf(facts, group);
    const others = group.length > 1 ? ` ${group.length} such calls have none.` : '';
    return finding(facts, {
      kind: 'lost-context',
      severity: 'warning',
      title: `${callText(facts, node)} has no server side in this trace, although ${peer} sends spans: the context was lost on the way.`,
      detail:
        `What ${peer} did in the ${durationText(facts.duration(node))} of the call, ${shareText(facts.shareOfTrace(harmNs))} of the trace, is not here.${others}` +
        (otherHalf ? ` Its other half is likely trace ${otherHalf.traceId}: ${otherHalf.reason}.` : ''),
      next: otherHalf
        ? `Open trace ${otherHalf.traceId}, and see why the request of ${spanText(facts, node)} carries no traceparent.`
        : `See whether the request of ${spanText(facts, node)} carries traceparent, and whether ${peer}, or a proxy before it, drops it; look for a trace that ${peer} began at that time.`,
      harmNs,
      spans: group.map((call) => call.node),
      numbers: { durationNs: facts.duration(node), calls: group.length },
      ...(otherHalf ? { otherHalf } : {}),
    });
  });
};

/** A call that failed may never have got there, unless it has an answer that no proxy gives in the other side's stead. */
function hasArrived(facts: TraceFacts, node: number): boolean {
  const status = facts.httpStatus(node);
  return !facts.isError(node) || (status !== '' && !OF_PROXIES.has(status));
}

/** Something below the call is of another service or answers it, or there is so much of it that it is no call's own. */
function isAnswered(facts: TraceFacts, node: number): boolean {
  const { order, positions, subtreeSizes } = facts.tree;
  const { services } = facts.input.columns;
  const position = positions[node];
  const size = subtreeSizes[position];
  for (let at = position + 1; at < position + Math.min(size, MAX_OWN_SPANS); at++) {
    if (services[order[at]] !== services[node] || facts.kind(order[at]) === SERVER) {
      return true;
    }
  }
  return size > MAX_OWN_SPANS;
}

/** Names of peers that have a server side below another call of this trace. */
function* peersThatAnswer(facts: TraceFacts): Steps<Set<string>> {
  const { tree } = facts;
  const peers = new Set<string>();
  if (facts.input.instrumentedPeers) {
    return peers;
  }
  for (let row = 0; row < tree.rows; row++) {
    const parent = tree.parents[row];
    if (facts.kind(row) === SERVER && parent !== -1 && facts.kind(parent) === CLIENT) {
      const peer = facts.peer(parent);
      if (peer !== undefined) {
        peers.add(peer);
      }
    }
    if (row % STRIDE === STRIDE - 1) {
      yield;
    }
  }
  return peers;
}
