import { type IconName } from '@grafana/data';
import { type Area, type CheckResult, type Outcome } from '@clew/doctor';

/** An outcome is told by a shape and a word; its colour says the same again. */
export const OUTCOMES: Readonly<
  Record<
    Outcome,
    { readonly word: string; readonly icon: IconName; readonly tone: 'success' | 'warning' | 'error' | 'none' }
  >
> = {
  ok: { word: 'Works', icon: 'check-circle', tone: 'success' },
  warning: { word: 'Look at', icon: 'exclamation-triangle', tone: 'warning' },
  failed: { word: 'Broken', icon: 'exclamation-circle', tone: 'error' },
  unknown: { word: 'Not known', icon: 'question-circle', tone: 'none' },
  skipped: { word: 'Not tested', icon: 'minus-circle', tone: 'none' },
};

export const AREAS: ReadonlyArray<{ readonly area: Area; readonly title: string }> = [
  { area: 'store', title: 'Trace store' },
  { area: 'metrics', title: 'Metrics to traces' },
  { area: 'logs', title: 'Logs to traces' },
  { area: 'traces-to-logs', title: 'Traces to logs' },
  { area: 'traces-to-metrics', title: 'Traces to metrics' },
  { area: 'grafana', title: 'Grafana' },
];

/** What came of all, in a sentence. */
export function summaryOf(results: readonly CheckResult[]): string {
  const count = (outcome: Outcome) => results.filter((result) => result.outcome === outcome).length;
  const broken = count('failed');
  const unknown = count('unknown');
  const warnings = count('warning');
  const parts = [
    broken > 0 && `${broken} ${broken === 1 ? 'check finds something' : 'checks find something'} broken`,
    warnings > 0 && `${warnings} to look at`,
    unknown > 0 && `${unknown} could not be tested`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? 'Every link that can be tried works.' : `${parts.join(', ')}; ${count('ok')} work.`;
}
