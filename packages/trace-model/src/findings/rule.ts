import type { Steps } from '../tree/steps.ts';
import type { Finding } from './finding.ts';
import type { Retries } from './retry-groups.ts';
import type { TraceFacts } from './trace-facts.ts';

export interface RuleInput {
  readonly facts: TraceFacts;
  readonly retries: Retries;
  /** What the rules before this one found: a rule of last resort says nothing of spans that another one explained. */
  readonly found: readonly Finding[];
}

/** One kind of thing that can be wrong, or two that exclude each other. Pure. */
export type Rule = (input: RuleInput) => Steps<Finding[]>;

/** Findings of one kind that a trace gets at most: the others are of less harm, and of the same cause more often than not. */
export const MAX_PER_KIND = 3;

/** Spans of a finding's proof at most. */
export const MAX_PROOF = 50;

/** Completes what a rule says with its share of the trace. */
export function finding(facts: TraceFacts, said: Omit<Finding, 'shareOfTrace'>): Finding {
  return {
    ...said,
    spans: [...new Set(said.spans.slice(0, MAX_PROOF))],
    harmNs: Math.round(said.harmNs),
    shareOfTrace: facts.shareOfTrace(said.harmNs),
  };
}

/** A span that a rule is about, and the time that it cost. */
export interface Suspect {
  readonly node: number;
  readonly harmNs: number;
}

/** Suspects of one operation together, the most harmful operation and in it the most harmful span first. */
export function byOperation<Of extends Suspect>(facts: TraceFacts, suspects: readonly Of[]): Of[][] {
  const groups = new Map<number, Of[]>();
  for (const suspect of suspects) {
    const operation = facts.operation(suspect.node);
    const group = groups.get(operation);
    if (group) {
      group.push(suspect);
    } else {
      groups.set(operation, [suspect]);
    }
  }
  const sum = (group: readonly Of[]) => group.reduce((total, { harmNs }) => total + harmNs, 0);
  return [...groups.values()]
    .map((group) => group.sort((a, b) => b.harmNs - a.harmNs || a.node - b.node))
    .sort((a, b) => sum(b) - sum(a) || a[0].node - b[0].node)
    .slice(0, MAX_PER_KIND);
}

/** The harm of suspects that stand side by side counts once: no more than the longest piece of work that one of them is in. */
export function harmOf(facts: TraceFacts, group: readonly Suspect[]): number {
  const total = group.reduce((sum, { harmNs }) => sum + harmNs, 0);
  const most = group.reduce((longest, { node }) => Math.max(longest, facts.headDuration(node)), 0);
  return Math.min(total, most);
}
