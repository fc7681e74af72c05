import { CLIENT, PRODUCER } from '../../tree/parents.ts';
import { STRIDE } from '../../tree/steps.ts';
import type { Finding } from '../finding.ts';
import { byOperation, finding, harmOf, type Rule, type RuleInput, type Suspect } from '../rule.ts';
import { headText, spanText, stepText } from '../sentences.ts';
import { durationText, shareText } from '../text.ts';
import type { TraceFacts } from '../trace-facts.ts';

/** Part of the request that the dark time makes up at least. */
const MIN_SHARE = 0.25;
/** With a history: the time beyond what the operation's 95th percentiles of duration and of dark share allow. */
const MIN_EXCESS_NS = 200e6;
/** Without a history: services compute, so it must be long, in one piece, and a large part of the span itself. */
const MIN_UNTOLD_NS = 250e6;
const MIN_UNTOLD_SHARE = 0.3;
/** The longest single gap's part of all of the span's dark time: many small gaps are the work between calls. */
const MIN_IN_ONE = 0.5;

interface Gap {
  readonly startNs: number;
  readonly endNs: number;
}

interface Dark extends Suspect, Gap {
  readonly usualShare: number | undefined;
  /** The children before and after the longest gap, -1 for none. */
  readonly before: number;
  readonly after: number;
}

/** Time of a span that has children which none of them covers, beyond what is usual. */
export const darkTime: Rule = function* (input) {
  const { facts } = input;
  const dark: Dark[] = [];
  for (let row = 0; row < facts.tree.rows; row++) {
    if (row % STRIDE === STRIDE - 1) {
      yield;
    }
    const kind = facts.kind(row);
    const isLarge = facts.selfNs[row] >= MIN_EXCESS_NS && facts.shareOfHead(row, facts.selfNs[row]) >= MIN_SHARE;
    if (isLarge && kind !== CLIENT && kind !== PRODUCER && facts.hasChildren(row)) {
      const found = darkIn(input, row);
      if (found) {
        dark.push(found);
      }
    }
  }
  return byOperation(facts, dark).map((group) => describe(facts, group));
};

function darkIn(input: RuleInput, node: number): Dark | undefined {
  const { facts } = input;
  const { totalNs, gap, before, after, hasCalls } = gapsOf(input, node);
  if (!hasCalls) {
    return undefined;
  }
  const longest = gap.endNs - gap.startNs;
  const usual = facts.usual(node);
  const allowedNs = usual ? usual.darkShareP95 * usual.p95Ns : 0;
  const harmNs = totalNs - allowedNs;
  const isDark = usual
    ? harmNs >= MIN_EXCESS_NS && totalNs >= facts.duration(node) * usual.darkShareP95
    : longest >= MIN_UNTOLD_NS && longest >= facts.duration(node) * MIN_UNTOLD_SHARE;
  return isDark && facts.shareOfHead(node, harmNs) >= MIN_SHARE && longest >= totalNs * MIN_IN_ONE
    ? { node, harmNs, ...gap, before, after, usualShare: usual?.darkShareP95 }
    : undefined;
}

function gapsOf({ facts, retries }: RuleInput, node: number) {
  const { starts, ends } = facts.tree;
  let covered = starts[node];
  let last = -1;
  let totalNs = 0;
  let hasCalls = false;
  let longest = { gap: { startNs: covered, endNs: covered }, before: -1, after: -1 };
  const add = (endNs: number, after: number) => {
    const isPause =
      last !== -1 && after !== -1 && retries.groupOf[last] !== -1 && retries.groupOf[last] === retries.groupOf[after];
    if (endNs <= covered || isPause) {
      return;
    }
    totalNs += endNs - covered;
    if (endNs - covered > longest.gap.endNs - longest.gap.startNs) {
      longest = { gap: { startNs: covered, endNs }, before: last, after };
    }
  };
  for (const child of facts.children(node)) {
    const kind = facts.kind(child);
    hasCalls ||=
      facts.service(child) === facts.service(node) &&
      (kind === CLIENT || kind === PRODUCER || facts.hasChildren(child));
    add(Math.min(starts[child], ends[node]), child);
    // Starts in whole milliseconds are often equal; what ended first was first.
    if (longest.after !== -1 && starts[child] === starts[longest.after] && ends[child] < ends[longest.after]) {
      longest = { ...longest, after: child };
    }
    if (ends[child] > covered) {
      covered = Math.min(ends[child], ends[node]);
      last = child;
    }
  }
  add(ends[node], -1);
  return { totalNs, hasCalls, ...longest };
}

function describe(facts: TraceFacts, group: readonly Dark[]): Finding {
  const [{ node, startNs, endNs, before, after, usualShare }] = group;
  const gapNs = endNs - startNs;
  const place =
    before === -1
      ? `before ${stepText(facts, after)}`
      : after === -1
        ? `after ${stepText(facts, before)}`
        : `between ${stepText(facts, before)} and ${stepText(facts, after)}`;
  const others = group.length > 1 ? ` ${group.length} spans of this operation have such a gap.` : '';
  const usual =
    usualShare === undefined ? '' : ` Usually at most ${shareText(usualShare)} of the operation is without spans.`;
  return finding(facts, {
    kind: 'dark-time',
    severity: usualShare !== undefined && facts.shareOfHead(node, gapNs) >= 0.5 ? 'critical' : 'warning',
    title: `${spanText(facts, node)} spent ${durationText(gapNs)} that no span covers, ${place}: ${shareText(facts.shareOfHead(node, gapNs))} of ${headText(facts, node)}.`,
    detail: `Its service makes calls that are traced, so this is its own code, or a wait that is not instrumented.${usual}${others}`,
    next: `Read what ${facts.service(node)} does ${place}, take a profile of it, or put a span around it.`,
    harmNs: harmOf(facts, group),
    spans: [...group.map((dark) => dark.node), ...[before, after].filter((child) => child !== -1)],
    numbers: {
      gapNs,
      gapStartNs: startNs,
      gapEndNs: endNs,
      ...(usualShare === undefined ? {} : { usualDarkShareP95: usualShare }),
    },
  });
}
