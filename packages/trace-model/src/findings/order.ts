import type { Finding, FindingKind, Severity } from './finding.ts';
import type { TraceFacts } from './trace-facts.ts';

const SEVERITIES: readonly Severity[] = ['critical', 'warning', 'info'];

/** Of two findings that did the same harm: what explains more stands first. */
const KINDS: readonly FindingKind[] = [
  'retry-storm',
  'deepest-error',
  'lock-wait',
  'silent-wait',
  'n-plus-one',
  'dark-time',
  'retries',
  'consumer-gap',
  'lost-context',
  'time-holder',
  'missing-spans',
  'clock-skew',
  'sequential-calls',
  'healthy',
];

/** Kinds that say why time passed, and so can be the cause of what waited above them. */
const CAUSES = new Set<FindingKind>(['lock-wait', 'silent-wait', 'n-plus-one', 'dark-time', 'time-holder']);

/** A cause explains a symptom above it when it took at least this part of the symptom's span. */
const EXPLAINS = 0.5;

/** By severity, whether somebody waited, harm, and kind; and a cause before the symptom that it explains. */
export function inOrder(facts: TraceFacts, found: readonly Finding[]): Finding[] {
  const ordered = [...found].sort(
    (a, b) =>
      SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
      Number(isInBackground(facts, a)) - Number(isInBackground(facts, b)) ||
      b.harmNs - a.harmNs ||
      KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) ||
      a.spans[0] - b.spans[0]
  );
  // Few findings: each kind has at most a handful. A cause moves up at most once, to before the first of its symptoms.
  for (let at = 1; at < ordered.length; at++) {
    const symptom = ordered.findIndex((other, index) => index < at && isCauseOf(facts, ordered[at], other));
    if (symptom !== -1) {
      ordered.splice(symptom, 0, ...ordered.splice(at, 1));
    }
  }
  return ordered;
}

/** It is about what a queue delivered: nobody at the root of the trace waited for that. */
function isInBackground({ heads, tree }: TraceFacts, { spans: [node] }: Finding): boolean {
  return tree.parents[heads[node]] !== -1;
}

/** The span of the cause is below the span of the symptom, and took much of it. */
function isCauseOf(facts: TraceFacts, cause: Finding, symptom: Finding): boolean {
  const [below, above] = [cause.spans[0], symptom.spans[0]];
  return (
    CAUSES.has(cause.kind) &&
    below !== above &&
    facts.isWithin(below, above) &&
    cause.harmNs >= facts.duration(above) * EXPLAINS
  );
}
