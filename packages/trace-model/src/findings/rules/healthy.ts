import { STRIDE } from '../../tree/steps.ts';
import { finding, type Rule } from '../rule.ts';
import { subjectText } from '../sentences.ts';
import { countText, durationText, shareText } from '../text.ts';

/** Says that nothing was found, and where the time goes, when no other rule had anything to say. */
export const healthy: Rule = function* ({ facts, found }) {
  const { tree, onPathNs, selfNs } = facts;
  if (found.length > 0 || tree.rows === 0) {
    return [];
  }
  let most = 0;
  let knows = 0;
  for (let row = 0; row < tree.rows; row++) {
    most = Math.min(onPathNs[row], selfNs[row]) > Math.min(onPathNs[most], selfNs[most]) ? row : most;
    knows += facts.input.usual && knows === 0 && facts.usual(row) ? 1 : 0;
    if (row % STRIDE === STRIDE - 1) {
      yield;
    }
  }
  const heldNs = Math.min(onPathNs[most], selfNs[most]);
  return [
    finding(facts, {
      kind: 'healthy',
      severity: 'info',
      title: `Nothing is wrong with this trace that its spans would show: ${countText(tree.rows, 'span')} in ${durationText(facts.extentNs)}.`,
      detail:
        `Most of the time, ${durationText(heldNs)} or ${shareText(facts.shareOfHead(most, heldNs))}, is ${subjectText(facts, most)}'s own` +
        (knows > 0
          ? '; no operation took far longer than it usually does.'
          : '; what is usual for its operations is not known here.'),
      next: 'Compare it with a trace of the same operation that is slow or failed.',
      harmNs: 0,
      spans: [most],
      numbers: { spans: tree.rows, durationNs: facts.extentNs, heldNs },
    }),
  ];
};
