import { STRIDE } from '../../tree/steps.ts';
import { excessNs } from '../beyond-usual.ts';
import type { Finding } from '../finding.ts';
import { byOperation, finding, harmOf, type Rule, type Suspect } from '../rule.ts';
import { callText, headText } from '../sentences.ts';
import { durationText, shareText } from '../text.ts';
import type { TraceFacts } from '../trace-facts.ts';

/** Part of the request that the statement takes at least. */
const MIN_SHARE = 0.2;

/** Without a history: so many times the median of its siblings of the same statement, and at least so much longer. */
const OF_SIBLINGS = 10;
const MIN_SIBLINGS = 3;
const OVER_SIBLINGS_NS = 200e6;
/** Siblings that are compared at most. */
const MAX_SIBLINGS = 10_000;

/** Without either: a statement that takes this long, and most of the request, and not because it returns many rows. */
const LONG_NS = 500e6;
const MIN_SHARE_UNTOLD = 0.5;
const FEW_ROWS = 1000;

/** Statements that take row locks or table locks. */
const LOCKING =
  /^\s*(update|delete|insert|merge|replace|lock|begin|commit|alter|truncate)\b|\bfor\s+(no\s+key\s+)?(update|share)\b/i;

interface Wait extends Suspect {
  readonly than: string;
  readonly usualNs: number | undefined;
}

/** A database statement that takes locks and took far longer than it should. */
export const lockWait: Rule = function* ({ facts }) {
  const waits: Wait[] = [];
  const siblings: SiblingTimes = new Map();
  for (let row = 0; row < facts.tree.rows; row++) {
    if (row % STRIDE === STRIDE - 1) {
      yield;
    }
    // What is cheap to tell first: few spans are a large part of their request.
    if (facts.shareOfHead(row, facts.selfNs[row]) < MIN_SHARE || facts.hasChildren(row) || !facts.isDatabase(row)) {
      continue;
    }
    if (facts.isError(row) || !facts.isAwaited(row) || !LOCKING.test(statement(facts, row))) {
      continue;
    }
    const wait = waitOf(facts, row, siblings);
    if (wait) {
      waits.push(wait);
    }
  }
  return byOperation(facts, waits).map((group) => describe(facts, group));
};

const statement = (facts: TraceFacts, node: number): string =>
  facts.attribute(node, 'db.query.text', 'db.statement') ?? facts.name(node);

function waitOf(facts: TraceFacts, node: number, siblings: SiblingTimes): Wait | undefined {
  const harmNs = facts.duration(node);
  const excess = excessNs(facts, node);
  if (excess !== undefined) {
    const p99Ns = facts.usual(node)?.p99Ns ?? 0;
    return excess > 0
      ? { node, harmNs: excess, than: `where 99 of 100 take at most ${durationText(p99Ns)}`, usualNs: p99Ns }
      : undefined;
  }
  const median = medianOfSiblings(facts, node, siblings);
  if (median !== undefined) {
    return harmNs >= median * OF_SIBLINGS && harmNs >= median + OVER_SIBLINGS_NS
      ? { node, harmNs: harmNs - median, than: `where its siblings took ${durationText(median)}`, usualNs: median }
      : undefined;
  }
  const rows = Number(facts.attribute(node, 'db.response.returned_rows') ?? 0);
  return harmNs >= LONG_NS && rows <= FEW_ROWS && facts.shareOfHead(node, harmNs) >= MIN_SHARE_UNTOLD
    ? { node, harmNs, than: '', usualNs: undefined }
    : undefined;
}

/** Durations of one parent's statements by what they are; few parents have a statement that is looked at closely. */
type SiblingTimes = Map<number, Map<string, number[]>>;

const alikeKey = (facts: TraceFacts, node: number): string => `${facts.operation(node)} ${statement(facts, node)}`;

/** Median duration of the other children of its parent with the same operation and statement; undefined for few. */
function medianOfSiblings(facts: TraceFacts, node: number, times: SiblingTimes): number | undefined {
  const parent = facts.tree.parents[node];
  if (parent === -1) {
    return undefined;
  }
  let byStatement = times.get(parent);
  if (!byStatement) {
    byStatement = durationsBelow(facts, parent);
    times.set(parent, byStatement);
  }
  const durations = byStatement.get(alikeKey(facts, node)) ?? [];
  // The statement itself, which took longer than the others, stands last and does not count.
  return durations.length <= MIN_SIBLINGS ? undefined : durations[(durations.length - 1) >> 1];
}

function durationsBelow(facts: TraceFacts, parent: number): Map<string, number[]> {
  const found = new Map<string, number[]>();
  let seen = 0;
  for (const child of facts.children(parent)) {
    if (++seen > MAX_SIBLINGS) {
      break;
    }
    const key = alikeKey(facts, child);
    const durations = found.get(key);
    if (durations) {
      durations.push(facts.duration(child));
    } else {
      found.set(key, [facts.duration(child)]);
    }
  }
  found.forEach((durations) => durations.sort((a, b) => a - b));
  return found;
}

function describe(facts: TraceFacts, group: readonly Wait[]): Finding {
  const [{ node, than, usualNs }] = group;
  const harmNs = harmOf(facts, group);
  const table = facts.attribute(node, 'db.collection.name');
  const rows = facts.attribute(node, 'db.response.returned_rows');
  const others = group.length > 1 ? ` ${group.length} statements of this kind were that slow.` : '';
  return finding(facts, {
    kind: 'lock-wait',
    severity: usualNs !== undefined && facts.shareOfHead(node, harmNs) >= 0.5 ? 'critical' : 'warning',
    title: `${callText(facts, node)} took ${durationText(facts.duration(node))}${than === '' ? '' : `, ${than}`}: it waits for a lock, or the statement is slow.`,
    detail:
      `That is ${shareText(facts.shareOfHead(node, harmNs))} of ${headText(facts, node)}.${others} ` +
      `The statement takes locks${rows === undefined ? '' : ` and returned ${rows} rows`}, and no other span says what it did in that time.`,
    next: `Look for a transaction that held ${table === undefined ? 'the rows' : `rows of ${table}`} in ${facts.peer(node) ?? 'the database'} at that time, likely in another trace or a job, and at the log of lock waits; then at the plan of the statement.`,
    harmNs,
    spans: group.map((wait) => wait.node),
    numbers: {
      durationNs: facts.duration(node),
      waits: group.length,
      ...(usualNs === undefined ? {} : { usualNs }),
    },
  });
}
