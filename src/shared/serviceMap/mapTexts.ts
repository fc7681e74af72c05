import { quoteString } from '@clew/traceql';
import { formatCount, formatDurationMs } from '../format';
import { type Calls } from './mapEdge';

/** TraceQL of all spans of a service. */
export const serviceQuery = (service: string): string => `{ resource.service.name = ${quoteString(service)} }`;

export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;

/** `×12, 2 failed`. */
export const callsLabel = ({ calls, errors }: Calls): string =>
  `×${formatCount(calls)}${errors > 0 ? `, ${formatCount(errors)} failed` : ''}`;

/** `12 calls, 2 failed, 3.4 ms in sum, 5 through a queue (waited 2 ms)`. */
export function callsText({ calls, errors, totalNs, queued, waitNs }: Calls): string {
  const parts = [counted(calls, 'call')];
  if (errors > 0) {
    parts.push(`${formatCount(errors)} failed`);
  }
  parts.push(`${formatDurationMs(totalNs / 1e6)} in sum`);
  if (queued > 0) {
    parts.push(`${formatCount(queued)} through a queue (waited ${formatDurationMs(waitNs / 1e6)})`);
  }
  return parts.join(', ');
}
