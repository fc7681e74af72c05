import { normalizeTraceId, parse } from '@clew/traceql';
import { type CompareParams, type TimeWindow } from '../../shared/storeClient';

/** How long before the page's time range the first side lies, by what the URL says. */
export const AGO: Readonly<Record<string, number>> = {
  '': 0,
  '1h': 3_600_000,
  '1d': 86_400_000,
  '7d': 7 * 86_400_000,
};

export const USUAL = 'usual';

export type SideKind = 'nothing' | 'trace' | 'query' | 'usual' | 'invalid';

/** What a side was given as. */
export function sideKind(text: string): SideKind {
  const side = text.trim();
  if (side === '') {
    return 'nothing';
  }
  if (side === USUAL) {
    return 'usual';
  }
  if (normalizeTraceId(side) !== undefined) {
    return 'trace';
  }
  try {
    return parse(side).body.kind === 'pipeline' ? 'query' : 'invalid';
  } catch {
    return 'invalid';
  }
}

/** Why two sides cannot be compared, in a sentence; undefined if they can. */
export function sideProblem(a: string, b: string): string | undefined {
  if (sideKind(b) === USUAL) {
    return 'What is usual can be the first side alone: give the trace as the second.';
  }
  if (sideKind(a) === USUAL && sideKind(b) !== 'trace') {
    return 'What is usual is that of a trace: give a trace id as the second side.';
  }
  return undefined;
}

/** What to ask the store; undefined while one of the sides is not there or makes no sense. */
export function compareParams(a: string, b: string, ago: string, window: TimeWindow): CompareParams | undefined {
  const kinds = [sideKind(a), sideKind(b)];
  if (kinds.some((kind) => kind === 'nothing' || kind === 'invalid') || sideProblem(a, b) !== undefined) {
    return undefined;
  }
  const before = AGO[ago] ?? 0;
  return {
    a: sideText(a),
    b: sideText(b),
    aWindow: { fromMs: window.fromMs - before, toMs: window.toMs - before },
    bWindow: window,
  };
}

const sideText = (text: string): string => normalizeTraceId(text.trim()) ?? text.trim();
