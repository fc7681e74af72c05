import { CLIENT, CONSUMER, PRODUCER } from '../../tree/parents.ts';
import { STRIDE } from '../../tree/steps.ts';
import { excessNs } from '../beyond-usual.ts';
import type { Finding } from '../finding.ts';
import { byOperation, finding, harmOf, type Rule, type RuleInput, type Suspect } from '../rule.ts';
import { callText, headText } from '../sentences.ts';
import { durationText, shareText } from '../text.ts';
import type { TraceFacts } from '../trace-facts.ts';

/** Part of the request that the wait makes up at least. */
const MIN_SHARE = 0.2;
/** Part of the call that no span of the other side covers: else the other side took the time, and tells where. */
const MIN_UNCOVERED = 0.5;

/** Without a history: a publish is an append to a buffer or a log, and takes milliseconds. */
const LONG_PUBLISH_NS = 1e9;
/** Without a history: how long clients wait by default, in seconds. A call that ends right after one of these gave up. */
const TIMEOUTS_S = [1, 2, 3, 5, 10, 15, 20, 30, 45, 60, 90, 120, 300];
const OVER_TIMEOUT = 0.003;
const OVER_TIMEOUT_NS = 15e6;
/** Without a history the wait must be most of the request. */
const MIN_SHARE_UNTOLD = 0.5;

interface Wait extends Suspect {
  /** Undefined where the operation has no history. */
  readonly p99Ns: number | undefined;
  /** The timeout that it may have been, where only that speaks for it. */
  readonly timeoutNs: number | undefined;
}

/** A call or a publish that took as long as a timeout, or far longer than usual, and reports no error. */
export const silentWait: Rule = function* (input) {
  const { facts } = input;
  const { tree } = facts;
  const waits: Wait[] = [];
  for (let row = 0; row < tree.rows; row++) {
    if (row % STRIDE === STRIDE - 1) {
      yield;
    }
    const kind = facts.kind(row);
    if ((kind !== CLIENT && kind !== PRODUCER) || facts.isError(row)) {
      continue;
    }
    const wait = waitOf(input, row);
    if (wait) {
      waits.push(wait);
    }
  }
  return byOperation(facts, waits).map((group) => describe(facts, group));
};

function waitOf({ facts }: RuleInput, node: number): Wait | undefined {
  const harmNs = facts.selfNs[node];
  const duration = facts.duration(node);
  const share = facts.shareOfHead(node, harmNs);
  if (share < MIN_SHARE || harmNs < duration * MIN_UNCOVERED || facts.isDatabase(node) || !facts.isAwaited(node)) {
    return undefined;
  }
  const excess = excessNs(facts, node);
  if (excess !== undefined) {
    return excess > 0 ? { node, harmNs, p99Ns: facts.usual(node)?.p99Ns, timeoutNs: undefined } : undefined;
  }
  const timeoutNs = timeoutLike(duration);
  const isLong =
    facts.kind(node) === PRODUCER ? duration >= LONG_PUBLISH_NS : timeoutNs !== undefined && !mayTakeLong(facts, node);
  return isLong && share >= MIN_SHARE_UNTOLD ? { node, harmNs, p99Ns: undefined, timeoutNs } : undefined;
}

function timeoutLike(ns: number): number | undefined {
  return TIMEOUTS_S.map((seconds) => seconds * 1e9).find(
    (timeout) => ns >= timeout && ns <= timeout * (1 + OVER_TIMEOUT) + OVER_TIMEOUT_NS
  );
}

/** What nobody waits for, what asks a queue for messages, and what another side tells of, can be long and right. */
function mayTakeLong(facts: TraceFacts, node: number): boolean {
  return (
    facts.tree.parents[node] === -1 ||
    facts.hasChildren(node) ||
    facts.attribute(node, 'messaging.system') !== undefined
  );
}

function describe(facts: TraceFacts, group: readonly Wait[]): Finding {
  const [{ node, p99Ns, timeoutNs }] = group;
  const isPublish = facts.kind(node) === PRODUCER;
  const waited = durationText(facts.duration(node));
  const share = facts.shareOfHead(node, harmOf(facts, group));
  const consumer = [...facts.children(node)].find((child) => facts.kind(child) === CONSUMER);
  const isLost = isPublish && consumer === undefined;
  const usual =
    p99Ns !== undefined
      ? `, where 99 of 100 take at most ${durationText(p99Ns)},`
      : isPublish || timeoutNs === undefined
        ? ''
        : `, as long as a timeout of ${durationText(timeoutNs)}`;
  const fate = isLost
    ? ' and nothing in this trace received what it sent'
    : facts.hasChildren(node)
      ? ' and its other side worked for only a part of that'
      : '';
  const others = group.length > 1 ? ` ${group.length} calls of this kind waited.` : '';
  return finding(facts, {
    kind: 'silent-wait',
    severity: isLost || share >= 0.5 ? 'critical' : 'warning',
    title: `${callText(facts, node)} waited ${waited}${fate === '' ? usual.replace(/,$/, '') : usual}${fate}; it reports no error.`,
    detail:
      `The wait is ${shareText(share)} of ${headText(facts, node)}.${others} ` +
      (isLost
        ? 'A publish that nobody waits for gives up without an error, and the message is gone.'
        : 'A wait of that length that ends without an error is most often a timeout that the client swallows.'),
    next: isLost
      ? `Check that ${facts.attribute(node, 'server.address', 'net.peer.name') ?? 'the broker'} is reachable from ${facts.service(node)}, look at the producer's timeout and delivery callback, and ask whether the message arrived.`
      : `Look for a timeout of about ${waited} in ${facts.service(node)}'s client of ${facts.peer(node) ?? 'that service'}, and for what it waits: connection pool, name resolution, an unreachable peer.`,
    harmNs: harmOf(facts, group),
    spans: group.map((wait) => wait.node),
    numbers: {
      durationNs: facts.duration(node),
      waits: group.length,
      ...(p99Ns === undefined ? {} : { usualP99Ns: p99Ns }),
    },
  });
}
