import { ApiError } from '../errors.ts';
import { readDuration } from './duration.ts';

/** Longest TraceQL text, in characters: Tempo's limit. */
const MAX_QUERY_LENGTH = 128 * 1024;
const MAX_TEXT_LENGTH = 4096;

/** Unix seconds of the year 2106: what Tempo's API, and an unsigned 32-bit number, end at. */
const MAX_SECONDS = 2 ** 32 - 1;

/** Nanoseconds since the epoch; either end may be open. Both belong to the range. */
export interface TimeRange {
  readonly startNs: bigint | undefined;
  readonly endNs: bigint | undefined;
}

const SECOND_NS = 1_000_000_000n;

/**
 * The query string, read by name. An empty value counts as none, as with Tempo; a wrong one is an ApiError that names
 * the parameter.
 */
export class Parameters {
  readonly #query: Readonly<Record<string, unknown>>;

  constructor(query: unknown) {
    this.#query = typeof query === 'object' && query !== null ? { ...query } : {};
  }

  text(name: string, maxLength = MAX_TEXT_LENGTH): string | undefined {
    const value = this.#query[name];
    if (value === undefined || value === '') {
      return undefined;
    }
    if (typeof value !== 'string') {
      throw invalid(name, 'is given more than once');
    }
    if (value.length > maxLength) {
      throw invalid(name, `has ${value.length} characters, ${maxLength} are allowed`);
    }
    return value;
  }

  /** A query's text. */
  traceql(name = 'q'): string | undefined {
    return this.text(name, MAX_QUERY_LENGTH);
  }

  integer(name: string, range: { fallback: number; min: number; max: number }): number {
    const text = this.text(name);
    if (text === undefined) {
      return range.fallback;
    }
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    if (!(value >= range.min && value <= range.max)) {
      throw invalid(name, `is "${shortened(text)}"; give a whole number from ${range.min} to ${range.max}`);
    }
    return value;
  }

  /** `start` and `end` in Unix seconds; 0 counts as not given, as with Tempo. */
  timeRange(): TimeRange {
    const start = this.#seconds('start');
    const end = this.#seconds('end');
    if (start !== undefined && end !== undefined && start >= end) {
      throw invalid('start', `is ${start}, which is not before end, ${end}`);
    }
    return {
      startNs: start === undefined ? undefined : BigInt(start) * SECOND_NS,
      endNs: end === undefined ? undefined : BigInt(end) * SECOND_NS,
    };
  }

  /** A duration as Go writes it, `1.5s` or `2h45m`, in nanoseconds. */
  duration(name: string): bigint | undefined {
    const text = this.text(name);
    if (text === undefined) {
      return undefined;
    }
    const value = readDuration(text);
    if (value === undefined) {
      throw invalid(name, `is "${shortened(text)}"; give a duration like 100ms, 1.5s or 1m30s`);
    }
    return value;
  }

  #seconds(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) {
      return undefined;
    }
    const value = /^\d{1,20}$/.test(text) ? Number(text) : NaN;
    if (value > MAX_SECONDS) {
      throw invalid(name, `is ${text}; give Unix seconds, not milliseconds or nanoseconds`);
    }
    if (Number.isNaN(value)) {
      throw invalid(name, `is "${shortened(text)}"; give Unix seconds`);
    }
    return value === 0 ? undefined : value;
  }
}

export function invalid(name: string, problem: string): ApiError {
  return new ApiError('parameter_invalid', `Parameter ${name} ${problem}.`);
}

export const shortened = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}…` : text);
