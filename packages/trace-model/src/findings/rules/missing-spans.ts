import { STRIDE } from '../../tree/steps.ts';
import { ORPHAN } from '../../tree/trace-tree.ts';
import type { Finding } from '../finding.ts';
import { finding, type Rule } from '../rule.ts';
import { servicesText, spanText } from '../sentences.ts';
import { countText } from '../text.ts';

/** Spans of a trace whose last one ended less than this ago may still be on their way. */
const SETTLED_NS = 30e9;

/** Spans whose parent is not in the trace. */
export const missingSpans: Rule = function* ({ facts }) {
  const { tree, input } = facts;
  const missing = tree.nodes - tree.rows;
  if (missing === 0) {
    return [];
  }
  const orphans: number[] = [];
  let longest = 0;
  for (let row = 0; row < tree.rows; row++) {
    if ((tree.flags[row] & ORPHAN) !== 0) {
      orphans.push(row);
      longest = Math.max(longest, facts.duration(row));
    }
    if (row % STRIDE === STRIDE - 1) {
      yield;
    }
  }
  const first = orphans.reduce((a, b) => (facts.duration(b) > facts.duration(a) ? b : a));
  // One missing parent above all there is: whoever called in is traced elsewhere, or not sampled. The trace below is whole.
  const isTopOnly = missing === 1 && tree.subtreeSizes[0] === tree.nodes && tree.parents[first] >= tree.rows;
  const isYoung = input.ageNs !== undefined && input.ageNs < SETTLED_NS;
  const found: Finding = finding(facts, {
    kind: 'missing-spans',
    severity: isTopOnly || isYoung ? 'info' : 'warning',
    title: isTopOnly
      ? `The trace does not begin here: the caller of ${spanText(facts, first)} sent no span.`
      : `${countText(missing, 'span')} of this trace ${missing === 1 ? 'is' : 'are'} missing: ${countText(orphans.length, 'span')}, of ${servicesText(facts, orphans.slice(0, 1000))}, ${orphans.length === 1 ? 'names a parent' : 'name parents'} that nobody sent.`,
    detail: isYoung
      ? 'The trace is young: they may still be on their way.'
      : isTopOnly
        ? 'What called in is not traced, keeps its spans elsewhere, or was not sampled.'
        : 'What they did, and how long they took, can only be told from what is below them.',
    next: isYoung
      ? 'Look again in half a minute.'
      : 'Check the exporters for drops and restarts (queue full, process ended before the last flush), and whether samplers decide differently along the way.',
    // What is unknown is not known to be harmful.
    harmNs: 0,
    spans: [first, ...orphans.filter((orphan) => orphan !== first)],
    numbers: { missing, orphans: orphans.length, longestOrphanNs: longest },
  });
  return [found];
};
