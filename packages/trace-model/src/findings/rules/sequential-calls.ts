import { CLIENT } from '../../tree/parents.ts';
import { STRIDE } from '../../tree/steps.ts';
import type { Finding } from '../finding.ts';
import { finding, MAX_PER_KIND, type Rule, type RuleInput } from '../rule.ts';
import { headText, spanText } from '../sentences.ts';
import { durationText, listText, shareText } from '../text.ts';
import type { TraceFacts } from '../trace-facts.ts';

/** Fewer services in a row are often a question and its follow-up. */
const MIN_SERVICES = 3;
/** What side by side would have spared, as a part of the request and in time. */
const MIN_SHARE = 0.3;
const MIN_SPARED_NS = 250e6;
/** More time between two calls than this part of the shorter one: the answer of the first was worked on. */
const MAX_PAUSE = 0.05;
const TOLERANCE_NS = 1e6;
/** Calls that are looked at below one parent: more of them are a loop, which is another rule's. */
const MAX_CALLS = 64;

/** Reading calls: whatever their order, they change nothing. */
const READING = /^(GET|HEAD|OPTIONS)$/i;

/** Calls that only read, to different services, one right after the other, that could have run side by side. */
export const sequentialCalls: Rule = function* (input) {
  const { facts } = input;
  const { tree } = facts;
  const callNs = new Float64Array(tree.nodes);
  for (let row = 0; row < tree.rows; row++) {
    const parent = tree.parents[row];
    if (parent !== -1 && facts.kind(row) === CLIENT) {
      callNs[parent] += facts.duration(row);
    }
    if (row % STRIDE === STRIDE - 1) {
      yield;
    }
  }
  const findings: Finding[] = [];
  for (let node = 0; node < tree.rows; node++) {
    if (callNs[node] > MIN_SPARED_NS && facts.shareOfHead(node, callNs[node]) > MIN_SHARE) {
      const run = longestRun(input, node);
      const sparedNs = sparedBy(facts, run);
      if (
        new Set(run.map((call) => facts.peer(call))).size >= MIN_SERVICES &&
        sparedNs >= MIN_SPARED_NS &&
        facts.shareOfHead(node, sparedNs) >= MIN_SHARE
      ) {
        findings.push(describe(facts, node, run, sparedNs));
      }
    }
    if (node % STRIDE === STRIDE - 1) {
      yield;
    }
  }
  return findings.sort((a, b) => b.harmNs - a.harmNs || a.spans[0] - b.spans[0]).slice(0, MAX_PER_KIND);
};

function longestRun({ facts }: RuleInput, parent: number): number[] {
  const { starts, ends } = facts.tree;
  let best: number[] = [];
  let run: number[] = [];
  let seen = 0;
  for (const child of facts.children(parent)) {
    if (++seen > MAX_CALLS) {
      return [];
    }
    const last = run[run.length - 1];
    const pause = run.length === 0 ? 0 : starts[child] - ends[last];
    const shorter = run.length === 0 ? 0 : Math.min(facts.duration(child), facts.duration(last));
    const follows = pause >= -TOLERANCE_NS && pause <= Math.max(TOLERANCE_NS, shorter * MAX_PAUSE);
    if (!onlyReads(facts, child)) {
      run = [];
    } else if (run.length > 0 && follows) {
      run.push(child);
    } else {
      run = [child];
    }
    best = sparedBy(facts, run) > sparedBy(facts, best) ? [...run] : best;
  }
  return best;
}

function onlyReads(facts: TraceFacts, node: number): boolean {
  const method = facts.attribute(node, 'http.request.method', 'http.method') ?? '';
  return facts.kind(node) === CLIENT && READING.test(method) && !facts.isError(node) && facts.peer(node) !== undefined;
}

/** Side by side, calls take as long as the longest of them. */
function sparedBy(facts: TraceFacts, run: readonly number[]): number {
  let total = 0;
  let longest = 0;
  for (const call of run) {
    total += facts.duration(call);
    longest = Math.max(longest, facts.duration(call));
  }
  return total - longest;
}

function describe(facts: TraceFacts, parent: number, run: readonly number[], sparedNs: number): Finding {
  const peers = [...new Set(run.map((call) => facts.peer(call) ?? ''))];
  return finding(facts, {
    kind: 'sequential-calls',
    severity: 'info',
    title: `${spanText(facts, parent)} asks ${listText(peers)} one after the other; side by side it would take ${durationText(sparedNs)} less, ${shareText(facts.shareOfHead(parent, sparedNs))} of ${headText(facts, parent)}.`,
    detail:
      'The calls only read, and each begins as the one before it ends. Whether one needs the answer of another, spans do not tell.',
    next: `Read ${spanText(facts, parent)}: if no call needs the answer of the one before, start them together.`,
    harmNs: sparedNs,
    spans: [run[0], parent, ...run.slice(1)],
    numbers: { calls: run.length, services: peers.length, sparedNs },
  });
}
