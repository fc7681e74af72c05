import { type SpanDifferenceJson } from '../../shared/storePageTypes';

/**
 * Differences that are worth a line: what the selection has less of says nothing new where it has more of another value of the same
 * attribute. The order stays.
 */
export function tellingDifferences(differences: readonly SpanDifferenceJson[]): SpanDifferenceJson[] {
  const isMore = ({ selectedShare, othersShare }: SpanDifferenceJson) => selectedShare > othersShare;
  const known = new Set(differences.filter(isMore).map(({ attribute }) => attribute));
  return differences.filter((difference) => isMore(difference) || !known.has(difference.attribute));
}
