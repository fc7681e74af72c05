import { quoteString } from '@clew/traceql';

/** TraceQL that the services table leads to. */
export const ofService = (service: string): string => `{ resource.service.name = ${quoteString(service)} }`;

export const errorsOf = (service: string): string =>
  `{ resource.service.name = ${quoteString(service)} && status = error }`;

/** The slowest spans of a service: at or above its 95th percentile. */
export function slowOf(service: string, p95DurationNs: number): string {
  return `{ resource.service.name = ${quoteString(service)} && duration >= ${durationLiteral(p95DurationNs)} }`;
}

/** Rounded down to three digits, so that the percentile's own span is found, and people can read it. */
function durationLiteral(ns: number): string {
  const digits = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(ns, 1))) - 2);
  const rounded = Math.max(1, Math.floor(ns / digits) * digits);
  const [unit, length] = UNITS.find(([, size]) => rounded >= size) ?? ['ns', 1];
  return `${Number((rounded / length).toFixed(6))}${unit}`;
}

const UNITS: ReadonlyArray<[unit: string, ns: number]> = [
  ['s', 1e9],
  ['ms', 1e6],
  ['us', 1e3],
  ['ns', 1],
];
