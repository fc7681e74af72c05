import { countText, durationText, listText, shareText } from '../findings/text.ts';
import type { Cause, ComparedPath, Comparison } from './compared-path.ts';
import type { Step } from './path-index.ts';
import { differs, LEVEL } from './verdict.ts';

export interface SummaryNames {
  /** A, behind "more than": "usual", "in the first trace". */
  readonly than: string;
  /** A, before what it was there: "usually", "in the first trace". */
  readonly there: string;
}

const MOST_NAMED = 3;
/** Of the root's duration. */
const LEAST_WEIGHT = 0.05;

/** A comparison in a sentence or a few, for people: what differs of B, and what it comes from. */
export function summarizeComparison(
  comparison: Comparison,
  names: SummaryNames = { than: 'in A', there: 'in A' }
): string {
  const { a, b } = comparison;
  if (a.traces === 0 || b.traces === 0) {
    const empty = a.traces + b.traces === 0 ? 'neither side has' : `${a.traces === 0 ? 'A' : 'B'} has no`;
    return `There is nothing to compare: ${empty} traces.`;
  }
  return [durationSentence(comparison, names), pathSentence(comparison, names), errorSentence(comparison, names)]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

function durationSentence({ kind, a, b, state, deltaNs, causes }: Comparison, { than, there }: SummaryNames): string {
  const root = b.root === undefined ? 'The root' : stepText(b.root);
  const took = `${root} took ${durationText(b.durationMeanNs)}${b.traces > 1 ? ' on average' : ''}`;
  const before = `${durationText(a.durationMeanNs)}${a.traces > 1 ? ' on average' : ''}`;
  if (state === 'same' && differs(a.durationMeanNs, b.durationMeanNs)) {
    return `${took}, ${there} ${before}: ${kind === 'test' ? 'no sure difference' : 'within what others take'}.`;
  }
  if (state === 'same') {
    return `${took}, about as long as ${than} (${before}).`;
  }
  const more = `${took}, ${durationText(Math.abs(deltaNs))} ${deltaNs > 0 ? 'more' : 'less'} than ${than} (${before})`;
  if (causes.length === 0) {
    return `${more}; no single step explains it.`;
  }
  return `${more}; ${causeList(causes)}.`;
}

function causeList(causes: readonly Cause[]): string {
  const parts = causes
    .slice(0, MOST_NAMED)
    .map(
      (cause, index) =>
        `${durationText(Math.abs(cause.deltaNs))}${index === 0 ? ' of it is' : ' is'} ${causeText(cause)}`
    );
  return listText(parts);
}

function causeText({ path, state, ...step }: Cause): string {
  const name = path.length === 1 ? `${stepText(step)} itself` : stepText(step);
  return state === 'added' ? `${name}, which is new` : state === 'removed' ? `${name}, which is gone` : name;
}

/** What else differs: number of calls of the causes, and steps that no cause names. */
function pathSentence({ kind, paths, causes, a, b }: Comparison, { there }: SummaryNames): string {
  const first = causes.length > 0 ? paths[causes[0].at] : undefined;
  if (first && first.a.count > 0 && first.b.count > 0 && isMoreOften(first)) {
    const times = (count: number, traces: number) =>
      traces === 1 ? countText(count, 'time') : `${count.toFixed(1)} times a trace`;
    return `${stepText(first)} was called ${times(first.b.count, b.traces)}, ${there} ${times(first.a.count, a.traces)}.`;
  }
  if (causes.length > 0) {
    return '';
  }
  // Of many steps a few are unusual in any trace: without a test, those that weigh little are not worth a word.
  const least = kind === 'test' ? 0 : Math.max(a.durationMeanNs, b.durationMeanNs) * LEAST_WEIGHT;
  const differing = paths
    .filter(({ state, deltaSelfNs }) => state !== 'same' && Math.abs(deltaSelfNs) >= least)
    .sort((one, other) => Math.abs(other.deltaSelfNs) - Math.abs(one.deltaSelfNs));
  if (differing.length === 0) {
    return '';
  }
  const named = differing.slice(0, MOST_NAMED).map((path) => `${stepText(path)} is ${STATES[path.state]}`);
  const more = differing.length - named.length;
  return `${listText(more > 0 ? [...named, `${more} more steps differ`] : named)}.`;
}

const isMoreOften = ({ a, b }: ComparedPath): boolean => Math.max(a.count, b.count) >= Math.min(a.count, b.count) * 1.5;

const STATES: Readonly<Record<ComparedPath['state'], string>> = {
  added: 'new',
  removed: 'gone',
  slower: 'slower',
  faster: 'faster',
  same: 'the same',
};

/** The path whose share of errors changed most, the deepest of several. */
function errorSentence({ kind, paths, b, a }: Comparison, { there }: SummaryNames): string {
  const changes = paths
    .filter(({ sureOfErrors }) => kind !== 'test' || (sureOfErrors ?? 0) > 1 - LEVEL)
    .map((path) => ({ path, change: path.b.errorRate - path.a.errorRate }))
    // One trace against many: what often fails there too says nothing.
    .filter(({ change }) => (kind === 'test' ? change !== 0 : Math.abs(change) > 0.5));
  const [most] = changes.sort(
    (one, other) => Math.abs(other.change) - Math.abs(one.change) || other.path.depth - one.path.depth
  );
  if (!most) {
    return '';
  }
  const { path } = most;
  if (a.traces === 1 && b.traces === 1) {
    return most.change > 0
      ? `${stepText(path)} failed${path.a.traces > 0 ? `, ${there} it did not` : ''}.`
      : `${stepText(path)} failed ${there}${path.b.traces > 0 ? ', and did not here' : ''}.`;
  }
  return b.traces === 1
    ? `${stepText(path)} ${most.change > 0 ? 'failed' : 'did not fail'}; ${there} ${shareText(path.a.errorRate)} of its calls do.`
    : `${stepText(path)} failed in ${shareText(path.b.errorRate)} of its calls, ${there} in ${shareText(path.a.errorRate)}.`;
}

function stepText({ service, name }: Step): string {
  return [service, name].filter((part) => part !== '').join(' ') || 'a parent that is missing';
}
