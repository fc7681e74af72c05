import { CLIENT, CONSUMER, SERVER } from '../../tree/parents.ts';
import { STRIDE, type Steps } from '../../tree/steps.ts';
import type { Finding } from '../finding.ts';
import { finding, MAX_PER_KIND, type Rule, type RuleInput } from '../rule.ts';
import { callText, headText, reasonText, servicesText, spanText, subjectText } from '../sentences.ts';
import { durationText, listText } from '../text.ts';
import type { TraceFacts } from '../trace-facts.ts';

/** How HTTP, gRPC, SQL drivers and sockets call the error of whoever waited long enough. */
const TIMEOUT = /time[-_ ]?d?[-_ ]?out|deadline|ETIMEDOUT|no (?:answer|response) .*within/i;

/** How they call the error of whoever works for somebody that has gone. */
const ABANDONED = /cancel|abort|disconnect|broken pipe|ECONNRESET|connection reset|closed by (?:client|peer)/i;

/** Spans of one call end so close together. */
const TOLERANCE_NS = 1e6;

/** Chains that are followed at most: of more, the ones that reach farthest up come first anyway. */
const MAX_CHAINS = 64;

interface Chain {
  /** From the top of the failure down to the deepest error. */
  readonly errors: readonly number[];
  /** The span that was told of the failure and did not fail itself, -1 where it reached the head of the piece of work. */
  readonly swallower: number;
}

/** The deepest error of each failure, how it spread up, and who swallowed it. */
export const deepestError: Rule = function* (input) {
  const { facts, retries } = input;
  const chains = yield* chainsOf(input);
  const findings: Finding[] = [];
  for (const chain of chains) {
    const [top] = chain.errors;
    const deepest = chain.errors[chain.errors.length - 1];
    const isHandled =
      chain.swallower !== -1 &&
      (facts.isRefusal(deepest) ||
        facts.isRefusal(top) ||
        facts.isRefusal(chain.swallower) ||
        wasRetried(input, top) ||
        isRetriedAway(input, chain.swallower));
    if (!isHandled) {
      findings.push(describe(input, chain));
    }
  }
  const groupOf = (one: Finding) => retries.groupOf[one.spans[0]];
  return findings
    .sort((a, b) => b.harmNs - a.harmNs || groupOf(a) - groupOf(b) || a.spans[0] - b.spans[0])
    .slice(0, MAX_PER_KIND);
};

/** The error belongs to an attempt that another one followed: the rule for retries tells of it. */
function wasRetried({ retries }: RuleInput, node: number): boolean {
  const group = retries.groupOf[node];
  return group !== -1 && retries.groups[group].succeeded;
}

function isRetriedAway({ retries }: RuleInput, swallower: number): boolean {
  return retries.groups.some(({ parent, succeeded }) => parent === swallower && succeeded);
}

function* chainsOf(input: RuleInput): Steps<Chain[]> {
  const { facts } = input;
  const { tree } = facts;
  // By node: the nearest error above that this node's failure reached, -1 for none; only filled for errors.
  const above = new Int32Array(tree.nodes).fill(-1);
  const below = new Map<number, number[]>();
  const tops: number[] = [];
  const swallowers = new Map<number, number>();
  for (let position = 0; position < tree.nodes; position++) {
    if (position % STRIDE === STRIDE - 1) {
      yield;
    }
    const node = tree.order[position];
    const parent = tree.parents[node];
    // What a failure below this node reaches: the node itself, else what its parent's would, unless it answered well.
    const inherited = parent === -1 || isBoundary(facts, node) ? -1 : above[parent];
    above[node] = facts.isError(node) ? node : inherited;
    if (!facts.isError(node)) {
      continue;
    }
    const reached = parent === -1 || facts.kind(node) === CONSUMER ? -1 : above[parent];
    if (reached !== -1) {
      const errors = below.get(reached);
      if (errors) {
        errors.push(node);
      } else {
        below.set(reached, [node]);
      }
    } else if (tops.length < MAX_CHAINS) {
      tops.push(node);
      const swallower = facts.heads[node] === node ? -1 : swallowerOf(facts, node);
      swallowers.set(node, facts.isRow(swallower) ? swallower : -1);
    }
  }
  return tops.map((top) => {
    const errors = [top];
    for (let at = 0; at < errors.length; at++) {
      const causes = (below.get(errors[at]) ?? []).filter((node) => !wasRetried(input, node));
      if (causes.length > 0) {
        errors.push(causeAmong(facts, causes));
      }
    }
    return { errors: withoutAftermath(facts, errors), swallower: swallowers.get(top) ?? -1 };
  });
}

/** Cuts off what failed below a call because the call had given up: it was told to stop, or it ended later. */
function withoutAftermath(facts: TraceFacts, errors: number[]): number[] {
  const { ends } = facts.tree;
  for (let at = errors.length - 2; at >= 0; at--) {
    const call = errors[at];
    if (facts.kind(call) !== CLIENT || !isTimeout(facts, call)) {
      continue;
    }
    const below = errors.slice(at + 1);
    if (below.every((node) => ABANDONED.test(failureText(facts, node)) || ends[node] > ends[call] + TOLERANCE_NS)) {
      return errors.slice(0, at + 1);
    }
  }
  return errors;
}

const failureText = (facts: TraceFacts, node: number): string =>
  `${facts.attribute(node, 'error.type') ?? ''} ${reasonText(facts, node)}`;

const isTimeout = (facts: TraceFacts, node: number): boolean => TIMEOUT.test(failureText(facts, node));

/** A span that answers for what is below it. If it did not fail, a failure below did not go past it. */
function isBoundary(facts: TraceFacts, node: number): boolean {
  const kind = facts.kind(node);
  return kind === SERVER || kind === CONSUMER || facts.isOk(node);
}

/** The nearest span above that answers, or the head. */
function swallowerOf(facts: TraceFacts, top: number): number {
  let node = facts.tree.parents[top];
  while (!isBoundary(facts, node) && facts.heads[node] !== node) {
    node = facts.tree.parents[node];
  }
  return node;
}

/**
 * Which of several failures made the span above fail: the last one, as the ones before it were overcome or tried again; of
 * those that ran beside the last one, the first to end, as the others may have been cancelled for it.
 */
function causeAmong({ tree: { starts, ends } }: TraceFacts, causes: readonly number[]): number {
  const last = causes.reduce((latest, node) => (starts[node] >= starts[latest] ? node : latest));
  return causes.reduce((first, node) => (ends[node] > starts[last] && ends[node] < ends[first] ? node : first), last);
}

function describe(input: RuleInput, { errors, swallower }: Chain): Finding {
  const { facts } = input;
  const [top] = errors;
  const deepest = errors[errors.length - 1];
  const head = facts.heads[top];
  const reachedHead = swallower === -1 || swallower === top;
  const isMain = facts.tree.parents[head] === -1;
  const { happened, next, answer } = whatHappened(facts, deepest);
  const tries = triesText(input, errors);
  const fate = reachedHead
    ? errors.length > 1
      ? `The failure went up through ${servicesText(facts, [...errors].reverse())} to ${headText(facts, top)}.`
      : `It is where ${headText(facts, top)} failed; no error lies below it.`
    : `The failure ended at ${spanText(facts, swallower)}, which went on without it.`;
  const numbers: Record<string, number> = { durationNs: facts.duration(deepest), errors: errors.length };
  if (answer !== -1) {
    numbers.answerNs = facts.duration(answer);
  }
  if (tries.attempts > 1) {
    numbers.attempts = tries.attempts;
  }
  return finding(facts, {
    kind: 'deepest-error',
    severity: reachedHead ? (isMain ? 'critical' : 'warning') : 'info',
    title: `${happened}${tries.text}.`,
    detail: fate,
    next,
    // A request that failed was for nothing, all of it.
    harmNs: reachedHead ? facts.duration(head) : facts.duration(deepest),
    spans: [
      deepest,
      ...(answer === -1 ? [] : [answer]),
      ...[...errors].reverse().slice(1),
      ...(reachedHead ? [] : [swallower]),
    ],
    numbers,
  });
}

function whatHappened(facts: TraceFacts, node: number): { happened: string; next: string; answer: number } {
  const reason = reasonText(facts, node);
  const why = reason === '' ? '' : `: ${reason}`;
  const took = durationText(facts.duration(node));
  const isCall = facts.kind(node) === CLIENT;
  const answer = isCall ? answerTo(facts, node) : -1;
  const timedOut = isTimeout(facts, node);
  if (answer !== -1 && (timedOut || (!facts.isError(answer) && facts.tree.ends[answer] > facts.tree.ends[node]))) {
    const fate = facts.isError(answer) ? ' before it stopped' : ' and did not fail';
    return {
      happened: `${callText(facts, node)} gave up after ${took}, while ${spanText(facts, answer)} took ${durationText(facts.duration(answer))}${fate}`,
      next: `Compare the timeout of the call with how long ${spanText(facts, answer)} usually takes; one of the two has changed.`,
      answer,
    };
  }
  if (isCall && timedOut) {
    return {
      happened: `${callText(facts, node)} timed out after ${took}${why}`,
      next: `See whether ${facts.peer(node) ?? 'the other side'} was reached at all: it sent no span of this call.`,
      answer: -1,
    };
  }
  if (isCall && facts.isDatabase(node)) {
    return {
      happened: `${callText(facts, node)} failed after ${took}${why}`,
      next: 'Read the statement and the error of the span; the log of the database says more.',
      answer: -1,
    };
  }
  // A server has a status code where its caller has words.
  const parent = facts.tree.parents[node];
  const told = reason === '' || reason.startsWith('status ') ? facts.message(parent).split('\n', 1)[0] : '';
  const because = told === '' ? why : `: ${told}`;
  return {
    happened: `${subjectText(facts, node)} failed after ${took}${because}`,
    next: `Look at the events and logs of ${spanText(facts, node)}: nothing below it failed.`,
    answer: -1,
  };
}

/** The server side of a call, -1 for none. */
function answerTo(facts: TraceFacts, call: number): number {
  for (const child of facts.children(call)) {
    if (facts.kind(child) === SERVER) {
      return child;
    }
  }
  return -1;
}

/** Who tried again on the way up, and how often each; `attempts` are those of the layer next to the deepest error. */
function triesText({ facts, retries }: RuleInput, errors: readonly number[]): { text: string; attempts: number } {
  const layers = errors.flatMap((node) => {
    const group = retries.groupOf[node];
    return group === -1 ? [] : [{ service: facts.service(node), attempts: retries.groups[group].attempts.length }];
  });
  if (layers.length === 0) {
    return { text: '', attempts: 1 };
  }
  const told = layers.map(({ service, attempts }, at) => `${service} ${at === 0 ? 'tried ' : ''}${attempts}`);
  return { text: `; ${listText(told)} times in vain`, attempts: layers[layers.length - 1].attempts };
}
