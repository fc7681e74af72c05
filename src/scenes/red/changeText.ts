import { formatPercent } from '../../shared/format';
import { type Change } from './changeScore';

/** Changes below this are none to name: 15% more, or a point of errors. */
const NOTABLE = 0.2;

export interface ChangeText {
  readonly text: string;
  readonly health: 'good' | 'bad' | 'neither';
}

/** Undefined for a change that is too small, or too unsure, to name. */
export function changeText(change: Change | undefined): ChangeText | undefined {
  if (!change || change.score < NOTABLE) {
    return undefined;
  }
  const { kind, by } = change;
  switch (kind) {
    case 'errors':
      return { text: `errors ${pointsText(by)}`, health: by > 0 ? 'bad' : 'good' };
    case 'p95':
      return { text: `p95 ${factorText(by)}`, health: by > 1 ? 'bad' : 'good' };
    case 'rate':
      return { text: by === Infinity ? 'new' : by === 0 ? 'gone' : `rate ${factorText(by)}`, health: 'neither' };
  }
}

/** `×2.4`, `+12%`, `−40%`. */
export function factorText(factor: number): string {
  if (factor >= 2) {
    return `×${factor >= 100 ? Math.round(factor) : Number(factor.toFixed(1))}`;
  }
  const percent = Math.round((factor - 1) * 100);
  return percent < 0 ? `−${-percent}%` : `+${percent}%`;
}

/** A difference of two shares: `+4.2 points`. */
export function pointsText(difference: number): string {
  const points = formatPercent(Math.abs(difference), 1).replace('%', '');
  return `${difference < 0 ? '−' : '+'}${points} points`;
}
