import { useEffect, useMemo, useState } from 'react';
import { StoreError } from '../../shared/storeError';
import { type TraceSource, type TraceTable } from '../trace/traceTable';
import { inTurns } from '../trace/turns';
import { isTraceql, textMatches } from './textMatches';

const TYPING_MS = 120;

export interface SearchState {
  /** One bit a row of the table that was searched; undefined: there is no search, or nothing is known yet. */
  readonly bits: Uint32Array | undefined;
  readonly isSearching: boolean;
  readonly problem: string | undefined;
}

const IDLE: SearchState = { bits: undefined, isSearching: false, problem: undefined };

interface Answer {
  readonly table: TraceTable;
  readonly text: string;
  readonly bits: Uint32Array | undefined;
  /** There may be more. */
  readonly isPartial: boolean;
  readonly problem: string | undefined;
}

/**
 * What a text finds: TraceQL where it begins with a brace, asked of the source; plain text otherwise, looked for in the table. Of a
 * trace that still comes, again with every table. What was found stays until the next is known.
 */
export function useSearch(table: TraceTable | undefined, source: TraceSource, text: string): SearchState {
  const [answer, setAnswer] = useState<Answer>();
  const isActive = text.trim() !== '' && table !== undefined;
  useEffect(() => {
    if (text.trim() === '' || !table) {
      // Another search does not begin with what this one found.
      const timer = setTimeout(() => setAnswer(undefined));
      return () => clearTimeout(timer);
    }
    const abort = new AbortController();
    const settle = (bits: Uint32Array | undefined, isPartial: boolean, problem?: string) => {
      if (!abort.signal.aborted) {
        setAnswer({ table, text, bits, isPartial, problem });
      }
    };
    const timer = setTimeout(() => {
      find(table, source, text, abort.signal, (bits) => settle(bits, true)).then(
        (bits) => settle(bits, false),
        (error: unknown) => settle(undefined, false, problemOf(error))
      );
    }, TYPING_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [table, source, text]);
  const isAnswered = answer?.table === table && answer?.text === text;
  return useMemo(
    () =>
      isActive
        ? {
            bits: answer?.bits,
            isSearching: !isAnswered || answer?.isPartial === true,
            problem: isAnswered ? answer?.problem : undefined,
          }
        : IDLE,
    [isActive, isAnswered, answer]
  );
}

async function find(
  table: TraceTable,
  source: TraceSource,
  text: string,
  signal: AbortSignal,
  onPartial: (bits: Uint32Array) => void
): Promise<Uint32Array> {
  if (!isTraceql(text)) {
    return inTurns(textMatches(table, text), signal);
  }
  const { rows } = table.tree;
  return fitted(await source.matches(text, signal, (bits) => onPartial(fitted(bits, rows))), rows);
}

/** The source may know more rows than have come. */
function fitted(bits: Uint32Array, rows: number): Uint32Array {
  const length = (rows + 31) >>> 5;
  if (bits.length === length) {
    return bits;
  }
  const own = new Uint32Array(length);
  own.set(bits.subarray(0, length));
  if (rows % 32 !== 0 && length > 0) {
    own[length - 1] &= (1 << (rows % 32)) - 1;
  }
  return own;
}

function problemOf(error: unknown): string {
  if (error instanceof StoreError) {
    const { hint } = error.details;
    return hint ? `${error.message} (${hint})` : error.message;
  }
  return error instanceof Error ? error.message : String(error);
}
