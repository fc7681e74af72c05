import { SERVER } from '../../tree/parents.ts';
import { finding, type Rule } from '../rule.ts';
import { spanText } from '../sentences.ts';

/** A trace that begins with the other half of a call in another trace: the same loss as `lostContext`, seen from its far side. */
export const lostCaller: Rule = function* ({ facts }) {
  const { tree, input } = facts;
  const [root] = tree.order;
  const caller = root !== undefined && facts.isRow(root) && facts.kind(root) === SERVER && input.likelyCaller;
  if (!caller) {
    return [];
  }
  const { service, traceId, reason } = caller;
  return [
    finding(facts, {
      kind: 'lost-context',
      severity: 'warning',
      title: `${spanText(facts, root)} begins this trace, although ${service} called it: the context was lost on the way.`,
      detail: `Its other half is likely trace ${traceId}: ${reason}.`,
      next: `Open trace ${traceId}, and see why the request of ${service} carries no traceparent.`,
      harmNs: facts.duration(root),
      spans: [root],
      numbers: { durationNs: facts.duration(root) },
      otherHalf: { traceId, reason },
    }),
  ];
};
