import { CLIENT } from '../../tree/parents.ts';
import { STRIDE, type Steps } from '../../tree/steps.ts';
import type { Finding } from '../finding.ts';
import { finding, MAX_PER_KIND, type Rule, type RuleInput } from '../rule.ts';
import { headText, spanText } from '../sentences.ts';
import { durationText, shareText } from '../text.ts';
import type { TraceFacts } from '../trace-facts.ts';

/** From so many alike calls of one parent on. Fewer are a page's worth of parts. */
const MIN_CALLS = 10;
/** Time that the calls take at least, and part of the request unless they take long. */
const MIN_NS = 20e6;
const MIN_SHARE = 0.15;
const LONG_NS = 100e6;
/** Calls of which more than one in ten begins before the one before it ends run side by side. */
const MAX_OVERLAPPING = 0.1;
/** Calls that take less of the time between the first and the last are a loop that waits, such as polling. */
const MIN_BUSY = 0.25;
/** Calls are alike when nine of ten say the same once values are left out. */
const MIN_ALIKE = 0.9;
/** Calls whose texts are compared at most. */
const SAMPLE = 500;
const TOLERANCE_NS = 1e6;
/** OTLP's SpanKind: this one, or none at all, is what happens within a process. */
const INTERNAL = 1;
/** Spans around one call that are looked through. */
const MAX_WRAPPERS = 4;
/** More calls failed than this: then it is something else. */
const MAX_FAILED = 0.5;

/** Many like calls, one after the other, for what one call could have asked. */
export const nPlusOne: Rule = function* (input) {
  const { facts } = input;
  const { tree } = facts;
  const callCounts = new Uint32Array(tree.nodes);
  for (let row = 0; row < tree.rows; row++) {
    const parent = tree.parents[row];
    if (parent !== -1 && callIn(facts, row) !== -1) {
      callCounts[parent] += 1;
    }
    if (row % STRIDE === STRIDE - 1) {
      yield;
    }
  }
  const findings: Finding[] = [];
  for (let node = 0; node < tree.nodes; node++) {
    if (callCounts[node] >= MIN_CALLS) {
      const found = yield* loopBelow(input, node);
      if (found) {
        findings.push(found);
      }
    }
    if (node % STRIDE === STRIDE - 1) {
      yield;
    }
  }
  return findings.sort((a, b) => b.harmNs - a.harmNs || a.spans[0] - b.spans[0]).slice(0, MAX_PER_KIND);
};

/** The call that a span is, or that a wrapper around one call holds, such as a mapper's; -1 for none. */
function callIn(facts: TraceFacts, node: number): number {
  const { order, positions, subtreeSizes } = facts.tree;
  let position = positions[node];
  for (let depth = 0; depth < MAX_WRAPPERS; depth++) {
    const kind = facts.kind(order[position]);
    if (kind === CLIENT) {
      return order[position];
    }
    const isWrapper = kind <= INTERNAL && subtreeSizes[position] > 1;
    if (!isWrapper || subtreeSizes[position + 1] !== subtreeSizes[position] - 1) {
      return -1;
    }
    position += 1;
  }
  return -1;
}

function* loopBelow(input: RuleInput, parent: number): Steps<Finding | undefined> {
  const { facts, retries } = input;
  const byName = new Map<number, number[]>();
  let steps = 0;
  for (const child of facts.children(parent)) {
    if (++steps % STRIDE === 0) {
      yield;
    }
    const call = callIn(facts, child);
    if (call === -1 || retries.groupOf[child] !== -1) {
      continue;
    }
    const operation = facts.operation(call);
    const calls = byName.get(operation);
    if (calls) {
      calls.push(call);
    } else {
      byName.set(operation, [call]);
    }
  }
  const loops = [...byName.values()]
    .filter((calls) => calls.length >= MIN_CALLS)
    .map((calls) => alike(facts, calls))
    .filter((calls) => calls.length >= MIN_CALLS && isLoop(facts, calls))
    .sort((a, b) => windowNs(facts, b) - windowNs(facts, a));
  return loops.length === 0 ? undefined : describe(facts, parent, loops[0]);
}

/** The calls that say the same; those beyond the sample are taken to do as the sample does. */
function alike(facts: TraceFacts, calls: readonly number[]): number[] {
  const shapes = new Map<string, number[]>();
  for (const call of calls.slice(0, SAMPLE)) {
    const shape = shapeOf(facts, call);
    const same = shapes.get(shape);
    if (same) {
      same.push(call);
    } else {
      shapes.set(shape, [call]);
    }
  }
  const most = [...shapes.values()].reduce((a, b) => (b.length > a.length ? b : a));
  const sampled = Math.min(calls.length, SAMPLE);
  return calls.length > SAMPLE && most.length >= sampled * MIN_ALIKE ? [...calls] : most;
}

/** What a call asks for, values left out: numbers, quoted texts, ids. */
function shapeOf(facts: TraceFacts, call: number): string {
  const target = facts.target(call) ?? facts.peer(call) ?? '';
  return target
    .slice(0, 500)
    .replace(/'[^']*'/g, '?')
    .replace(/\b(?=[0-9a-z]*[0-9])[0-9a-z]+(?:-[0-9a-z]+)*\b/gi, '?');
}

const windowNs = ({ tree: { starts, ends } }: TraceFacts, calls: readonly number[]): number =>
  ends[calls[calls.length - 1]] - starts[calls[0]];

function isLoop(facts: TraceFacts, calls: readonly number[]): boolean {
  const { starts, ends } = facts.tree;
  let overlapping = 0;
  let busy = 0;
  let failed = 0;
  calls.forEach((call, at) => {
    busy += facts.duration(call);
    failed += facts.isError(call) ? 1 : 0;
    overlapping += at > 0 && starts[call] < ends[calls[at - 1]] - TOLERANCE_NS ? 1 : 0;
  });
  const window = windowNs(facts, calls);
  return (
    overlapping <= calls.length * MAX_OVERLAPPING &&
    failed <= calls.length * MAX_FAILED &&
    busy >= window * MIN_BUSY &&
    window >= MIN_NS &&
    (window >= LONG_NS || facts.shareOfHead(calls[0], window) >= MIN_SHARE)
  );
}

function describe(facts: TraceFacts, parent: number, calls: readonly number[]): Finding {
  const window = windowNs(facts, calls);
  const [call] = calls;
  const share = facts.shareOfHead(call, window);
  const usual = facts.usual(parent);
  const isUsual = usual !== undefined && usual.childCountP95 >= calls.length;
  const text = facts.attribute(call, 'db.query.text', 'db.statement');
  const isQuery = facts.isDatabase(call);
  return finding(facts, {
    kind: 'n-plus-one',
    severity: share >= 0.5 && !isUsual ? 'critical' : 'warning',
    title:
      `${spanText(facts, parent)} makes ${calls.length} ${facts.name(call)} ${isQuery ? 'queries' : `calls to ${facts.peer(call) ?? 'one service'}`} one after the other: ` +
      `${durationText(window)}, ${shareText(share)} of ${headText(facts, call)}.`,
    detail:
      (text === undefined
        ? 'All of them ask the same with other values.'
        : `All of them are "${text.slice(0, 160)}", with other values.`) +
      (usual === undefined || isUsual
        ? ''
        : ` Of 100 spans of this operation, 95 have at most ${usual.childCountP95} children.`),
    next: `Let ${facts.service(parent)} ask once for all of them${isQuery ? ' (a list in the condition, or a join)' : ' (a batch request, or a cache)'}, or at least side by side.`,
    // What one call for all would have left.
    harmNs: window - window / calls.length,
    spans: [call, parent, ...calls.slice(1)],
    numbers: { calls: calls.length, windowNs: window, meanNs: window / calls.length },
  });
}
