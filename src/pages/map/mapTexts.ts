import { formatCount, formatDurationMs, formatPercent, formatRate } from '../../shared/format';
import { type MapNodeJson } from '../../shared/serviceMap/serviceMapJson';
import { counted } from '../../shared/serviceMap/mapTexts';
import { type PictureEdge } from './mapPicture';

export const KIND_TEXTS: Readonly<Record<MapNodeJson['kind'], string>> = {
  service: 'Service',
  database: 'Database',
  queue: 'Queue',
  external: 'Sends no spans',
};

export const perMinute = (count: number, minutes: number): string => `${formatRate(count / minutes)}/min`;

const time = (ns: number): string => formatDurationMs(ns / 1e6);

/** `12.3/min · p95 34 ms`. */
export const nodeNumbers = ({ requests, spans, p95Ns }: MapNodeJson, minutes: number): string =>
  requests > 0 ? `${perMinute(requests, minutes)} · p95 ${time(p95Ns)}` : counted(spans, 'span');

export const failedShare = ({ requests, failedRequests }: MapNodeJson): string | undefined =>
  failedRequests > 0 ? formatPercent(failedRequests, requests) : undefined;

/** All of a node, for those who do not see it. */
export function nodeLabel(node: MapNodeJson, name: string, minutes: number): string {
  const failed = failedShare(node);
  return [
    name,
    node.kind === 'service' ? undefined : KIND_TEXTS[node.kind].toLowerCase(),
    node.address && node.service,
    nodeNumbers(node, minutes),
    failed && `${failed} failed`,
  ]
    .filter(Boolean)
    .join(', ');
}

/** `12/min · 34 ms · 2.9%`: as short as can be, since it stands on an arrow. The share is that of failed calls. */
export function edgeLabel({ calls, errors, p95Ns }: PictureEdge, minutes: number): string {
  const rate = calls / minutes;
  const ms = p95Ns / 1e6;
  return [
    `${rate >= 10 ? formatCount(rate) : formatRate(rate)}/min`,
    formatDurationMs(ms >= 10 && ms < 1000 ? Math.round(ms) : ms),
    ...(errors > 0 ? [shortPercent(errors, calls)] : []),
  ].join(' · ');
}

function shortPercent(part: number, whole: number): string {
  const tenths = Math.round((part / whole) * 1000);
  return part === whole || (tenths > 0 && tenths < 1000) ? `${tenths / 10}%` : formatPercent(part, whole);
}

export function edgeTitle(edge: PictureEdge, names: readonly string[], minutes: number): string {
  const { from, to, calls, errors, p95Ns } = edge;
  const failed = errors > 0 ? `, ${formatCount(errors)} failed` : '';
  return `${names[from]} to ${names[to]}: ${counted(calls, 'call')} (${perMinute(calls, minutes)})${failed}, p95 ${time(p95Ns)}`;
}

type Lines = Array<readonly [label: string, value: string, isBad?: boolean]>;

const failedLine = (label: string, failed: number, all: number): Lines =>
  failed > 0 ? [[label, `${formatCount(failed)} (${formatPercent(failed, all)})`, true]] : [];

export function nodeLines(node: MapNodeJson, minutes: number, allSelfNs: number): Lines {
  const { kind, service, address, spans, errors, selfNs, requests, failedRequests, p50Ns, p95Ns } = node;
  const lines: Lines = [];
  if (address !== undefined) {
    lines.push(['System', service], ['Address', address]);
  }
  if (requests > 0) {
    lines.push([kind === 'service' ? 'Requests' : 'Calls', formatCount(requests)]);
    lines.push(['Rate', perMinute(requests, minutes)]);
    lines.push(...failedLine('Failed', failedRequests, requests));
    lines.push(['p50', time(p50Ns)], ['p95', time(p95Ns)]);
  }
  if (kind === 'service') {
    lines.push(['Spans', formatCount(spans)], ...failedLine('Spans with errors', errors, spans));
    lines.push(['Self time', `${time(selfNs)} (${formatPercent(selfNs, allSelfNs)})`]);
  }
  return lines;
}

export function edgeLines(edge: PictureEdge, isBetweenServices: boolean, minutes: number): Lines {
  const { calls, errors, totalNs, queued, waitNs, p95Ns, unanswered } = edge;
  const lines: Lines = [
    ['Calls', formatCount(calls)],
    ['Rate', perMinute(calls, minutes)],
    ...failedLine('Failed', errors, calls),
    ['Mean', time(totalNs / calls)],
    ['p95', time(p95Ns)],
  ];
  if (queued > 0 && waitNs > 0) {
    lines.push(['Waited in the queue, mean', time(waitNs / queued)]);
  }
  if (isBetweenServices && unanswered > 0) {
    lines.push(['Without a span of the called', formatCount(unanswered)]);
  }
  return lines;
}

/** Minutes that rates are of: the whole window, or what of it the traces cover that were read. */
export function minutesOf(
  { truncated, startUnixNano }: { truncated: boolean; startUnixNano: string | null },
  { fromMs, toMs }: { fromMs: number; toMs: number }
): number {
  const startMs = truncated && startUnixNano !== null ? Number(startUnixNano) / 1e6 : fromMs;
  return Math.max(toMs - Math.max(startMs, fromMs), 1000) / 60_000;
}
