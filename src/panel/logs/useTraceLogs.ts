import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { type TraceSource, type TraceTable } from '../trace/traceTable';
import { askLikelyLogs, askTraceLogs, timesOf, type LogsTask, type TraceLogsAnswer } from './askTraceLogs';
import { isLink, linkedLogs, type LogsLink, type NoLink } from './linkedLogs';
import { placeLogs, type PlacedLogs } from './place/placeLogs';
import { LinkedError } from '../linked/askGrafana';

export interface FoundLogs {
  readonly answer: TraceLogsAnswer;
  readonly placed: PlacedLogs;
}

export type LogsState =
  /** No settings say where the logs are. */
  | { readonly state: 'unlinked'; readonly why: Exclude<NoLink, { kind: 'missing' }> }
  /** The linked datasource is not there for this user, or refused (`message`). */
  | {
      readonly state: 'forbidden';
      readonly logs: string;
      readonly message: string | undefined;
      readonly linkedBy: string;
    }
  /** `logs`: the name of the logs datasource. */
  | { readonly state: 'loading'; readonly logs: string | undefined }
  | { readonly state: 'failed'; readonly logs: string; readonly message: string }
  | ({ readonly state: 'empty'; readonly logs: string } & FoundLogs)
  | ({ readonly state: 'found'; readonly logs: string } & FoundLogs);

/** Lines that name no trace, which nobody asked for yet (`idle`). */
export type LikelyState =
  | { readonly state: 'idle' }
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly message: string }
  | ({ readonly state: 'found' } & FoundLogs);

export interface TraceLogs {
  readonly lines: LogsState;
  readonly likely: LikelyState;
  /** The Clew datasource, whose settings have the link; undefined: none. */
  readonly linkedBy: string | undefined;
  readonly askLikely: () => void;
  /** Asks again, also for what was found before. */
  readonly reload: () => void;
  /** Ends a question that takes too long. */
  readonly stop: () => void;
}

interface Input {
  /** `TraceFeed.key`. */
  readonly feedKey: string;
  /** Undefined while the trace still comes. */
  readonly table: TraceTable | undefined;
  readonly source: TraceSource | undefined;
  readonly datasourceUid: string | undefined;
  /** Nothing is asked before somebody wants to see lines. */
  readonly isWanted: boolean;
}

type Outcome =
  | { readonly kind: 'answer'; readonly answer: TraceLogsAnswer }
  | { readonly kind: 'failed'; readonly message: string; readonly status: number };

/** Answers by question. Lines that are there stay; that there are none yet may change. */
const answers = new Map<string, TraceLogsAnswer>();
const MOST_ANSWERS = 8;
const IDLE: LikelyState = { state: 'idle' };

/** The log lines of a trace, asked for once. */
export function useTraceLogs({ feedKey, table, source, datasourceUid, isWanted }: Input): TraceLogs {
  const link = useMemo(() => linkedLogs(datasourceUid), [datasourceUid]);
  const key = useMemo(() => table && keyOf(feedKey, table, link), [feedKey, table, link]);
  const task = useMemo(() => (table && isLink(link) ? { link, table, source } : undefined), [link, table, source]);
  const [turn, setTurn] = useState(0);
  const certain = useOutcome(key && `${key} #${turn}`, isWanted ? task : undefined, askTraceLogs, key);
  const [likelyOf, setLikelyOf] = useState<string>();
  const isLikelyWanted = isWanted && key !== undefined && likelyOf === key;
  const likely = useOutcome(key && `${key} #${turn}`, isLikelyWanted ? task : undefined, askLikelyLogs, undefined);

  const placed = usePlaced(certain.outcome, table, 'certain');
  const placedLikely = usePlaced(likely.outcome, table, 'likely');
  const lines = useMemo(() => stateOf(link, certain.outcome, placed), [link, certain.outcome, placed]);
  const likelyState = useMemo(
    () => (isLikelyWanted ? likelyStateOf(likely.outcome, placedLikely) : IDLE),
    [isLikelyWanted, likely.outcome, placedLikely]
  );
  const askLikely = useCallback(() => setLikelyOf(key), [key]);
  const reload = useCallback(() => {
    answers.delete(key ?? '');
    setTurn((last) => last + 1);
  }, [key]);
  const { stop } = certain;
  const linkedBy = isLink(link) || link.kind === 'no-datasource' ? datasourceUid : link.uid;
  return useMemo(
    () => ({ lines, likely: likelyState, linkedBy, askLikely, reload, stop }),
    [lines, likelyState, linkedBy, askLikely, reload, stop]
  );
}

/** Feeds of equal keys give the same trace, of which more may have come. */
function keyOf(feedKey: string, table: TraceTable, link: LogsLink | NoLink): string {
  const { fromMs, toMs } = timesOf(table);
  return JSON.stringify([feedKey, fromMs, toMs, table.tree.rows, isLink(link) ? { ...link, dialect: '' } : link]);
}

type Ask = (task: LogsTask, signal: AbortSignal) => Promise<TraceLogsAnswer>;

/** What comes of a question: `of` says which question it is, `cacheKey` where its answer may be kept. */
function useOutcome(
  of: string | undefined,
  task: LogsTask | undefined,
  ask: Ask,
  cacheKey: string | undefined
): { outcome: Outcome | undefined; stop: () => void } {
  const [known, setKnown] = useState<{ readonly of: string; readonly outcome: Outcome }>();
  const running = useRef<AbortController>();
  const isAsked = task !== undefined;
  // The same question of a table that is built anew, as other settings want it, is the same question.
  const isKnown = known?.of === of;
  useEffect(() => {
    if (!isAsked || of === undefined || isKnown) {
      return undefined;
    }
    const kept = cacheKey === undefined ? undefined : answers.get(cacheKey);
    const controller = new AbortController();
    let isGone = false;
    running.current = controller;
    (kept ? Promise.resolve(kept) : ask(task, controller.signal)).then(
      (answer) => {
        if (!controller.signal.aborted) {
          keep(cacheKey, answer);
          setKnown({ of, outcome: { kind: 'answer', answer } });
        }
      },
      (error: unknown) => {
        if (!isGone) {
          setKnown({ of, outcome: controller.signal.aborted ? STOPPED : failureOf(error) });
        }
      }
    );
    return () => {
      isGone = true;
      controller.abort();
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `of` stands for the task
  }, [of, isAsked, isKnown, ask, cacheKey]);
  const stop = useCallback(() => running.current?.abort(), []);
  return { outcome: isKnown ? known?.outcome : undefined, stop };
}

const STOPPED: Outcome = {
  kind: 'failed',
  message: 'It was stopped before there was an answer.',
  status: 0,
};

function keep(key: string | undefined, answer: TraceLogsAnswer): void {
  if (key === undefined || answer.lines.length === 0) {
    return;
  }
  answers.set(key, answer);
  const [oldest] = answers.keys();
  if (answers.size > MOST_ANSWERS && oldest !== undefined) {
    answers.delete(oldest);
  }
}

const failureOf = (error: unknown): Outcome => ({
  kind: 'failed',
  message: error instanceof Error ? error.message : String(error),
  status: error instanceof LinkedError ? error.status : 0,
});

function usePlaced(
  outcome: Outcome | undefined,
  table: TraceTable | undefined,
  kind: 'certain' | 'likely'
): PlacedLogs | undefined {
  return useMemo(
    () => (outcome?.kind === 'answer' && table ? placeLogs(outcome.answer.lines, table, kind) : undefined),
    [outcome, table, kind]
  );
}

function stateOf(link: LogsLink | NoLink, outcome: Outcome | undefined, placed: PlacedLogs | undefined): LogsState {
  if (!isLink(link)) {
    return link.kind === 'missing'
      ? { state: 'forbidden', logs: link.logsUid, message: undefined, linkedBy: link.name }
      : { state: 'unlinked', why: link };
  }
  const { name: logs } = link;
  if (outcome?.kind === 'failed') {
    const { message, status } = outcome;
    return status === 401 || status === 403
      ? { state: 'forbidden', logs, message, linkedBy: link.linkedBy }
      : { state: 'failed', logs, message };
  }
  return outcome && placed
    ? { state: placed.lines.length > 0 ? 'found' : 'empty', logs, answer: outcome.answer, placed }
    : { state: 'loading', logs };
}

function likelyStateOf(outcome: Outcome | undefined, placed: PlacedLogs | undefined): LikelyState {
  if (outcome?.kind === 'failed') {
    return { state: 'failed', message: outcome.message };
  }
  return outcome && placed ? { state: 'found', answer: outcome.answer, placed } : { state: 'loading' };
}
