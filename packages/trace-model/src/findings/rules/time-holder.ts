import { CLIENT } from '../../tree/parents.ts';
import { STRIDE } from '../../tree/steps.ts';
import { excessNs } from '../beyond-usual.ts';
import { byOperation, finding, harmOf, type Rule, type Suspect } from '../rule.ts';
import { headText, subjectText } from '../sentences.ts';
import { durationText, shareText } from '../text.ts';

/** Part of the request that the span holds on the critical path at least. */
const MIN_SHARE = 0.4;
/** Without a history a request is slow from here on, as people who wait for an answer have it; then the span must hold most of it. */
const SLOW_NS = 1e9;
const MIN_SHARE_UNTOLD = 0.5;

interface Holder extends Suspect {
  readonly usualNs: number | undefined;
}

/**
 * The span that holds the time of a request that is slower than usual. Some span holds most of every request, so that alone is
 * nothing; and where another finding explains the span, this one has nothing to add.
 */
export const timeHolder: Rule = function* ({ facts, found }) {
  const explained = new Set(found.filter(({ harmNs }) => harmNs > 0).flatMap(({ spans }) => spans));
  const holders: Holder[] = [];
  for (let row = 0; row < facts.tree.rows; row++) {
    if (row % STRIDE === STRIDE - 1) {
      yield;
    }
    const heldNs = Math.min(facts.onPathNs[row], facts.selfNs[row]);
    const share = facts.shareOfHead(row, heldNs);
    if (share < MIN_SHARE || explained.has(row)) {
      continue;
    }
    const excess = excessNs(facts, row);
    const isSlow = excess === undefined ? facts.headDuration(row) >= SLOW_NS && share >= MIN_SHARE_UNTOLD : excess > 0;
    if (isSlow) {
      holders.push({ node: row, harmNs: heldNs, usualNs: facts.usual(row)?.p50Ns });
    }
  }
  return byOperation(facts, holders).map((group) => {
    const [{ node, usualNs }] = group;
    const harmNs = harmOf(facts, group);
    const usual = usualNs === undefined ? '' : ` It usually takes ${durationText(usualNs)}.`;
    const isLeaf = !facts.hasChildren(node);
    return finding(facts, {
      kind: 'time-holder',
      severity: usualNs === undefined ? 'info' : 'warning',
      title: `${subjectText(facts, node)} holds the time: ${durationText(harmNs)}, ${shareText(facts.shareOfHead(node, harmNs))} of ${headText(facts, node)}, are its own.`,
      detail: `The time is on the critical path, so the request would have been that much shorter without it.${usual}`,
      next:
        facts.kind(node) === CLIENT && isLeaf
          ? `Look at ${facts.peer(node) ?? 'the other side'}: the call has no spans below it that say what took so long.`
          : `Look at the attributes and logs of the span, and at a profile of ${facts.service(node)} at that time.`,
      harmNs,
      spans: group.map((holder) => holder.node),
      numbers: {
        heldNs: harmNs,
        durationNs: facts.duration(node),
        ...(usualNs === undefined ? {} : { usualP50Ns: usualNs }),
      },
    });
  });
};
