import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { askChart, type ChartAnswer } from './askCharts';
import { type ChartsQuestion } from './chartQuestion';

export interface Charts {
  /** One for each chart; undefined while it is asked for. */
  readonly answers: ReadonlyArray<ChartAnswer | undefined>;
  readonly isAsking: boolean;
  /** Asks again for what failed or was empty. */
  readonly retry: () => void;
  /** Ends questions that take too long. */
  readonly stop: () => void;
}

/** Who walks through spans asks for those that he stays at. */
const SETTLE_MS = 250;
const MOST_KEPT = 24;
/** Series by question: many spans of a trace have the same. */
const kept = new Map<string, ChartAnswer>();
const STOPPED: ChartAnswer = { kind: 'failed', message: 'It was stopped before there was an answer.', status: 0 };

/** The answers to a question, as they come. What is asked ends with the component. `onRetry`: the question may change now. */
export function useCharts(question: ChartsQuestion, onRetry: () => void): Charts {
  const [turn, setTurn] = useState(0);
  const key = useMemo(() => JSON.stringify([question, turn]), [question, turn]);
  const [known, setKnown] = useState<{ readonly key: string; readonly answers: Charts['answers'] }>();
  // eslint-disable-next-line react-hooks/exhaustive-deps -- `key` stands for the question
  const atFirst = useMemo(() => question.charts.map((chart) => kept.get(keyOf(question, chart))), [key]);
  const running = useRef<AbortController>();
  useEffect(() => {
    const controller = new AbortController();
    const answers = [...atFirst];
    let isGone = false;
    running.current = controller;
    const tell = (index: number, answer: ChartAnswer) => {
      if (!isGone) {
        answers[index] = answer;
        setKnown({ key, answers: [...answers] });
      }
    };
    const ask = () =>
      question.charts.forEach((chart, index) => {
        if (answers[index] === undefined) {
          askChart(question, chart, controller.signal).then(
            (answer) => {
              keep(keyOf(question, chart), answer);
              tell(index, answer);
            },
            () => tell(index, STOPPED)
          );
        }
      });
    const timer = setTimeout(ask, SETTLE_MS);
    return () => {
      isGone = true;
      clearTimeout(timer);
      controller.abort();
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `key` stands for the question
  }, [key, atFirst]);
  const retry = useCallback(() => {
    setTurn((last) => last + 1);
    onRetry();
  }, [onRetry]);
  const stop = useCallback(() => running.current?.abort(), []);
  const answers = known?.key === key ? known.answers : atFirst;
  const isAsking = answers.some((answer) => answer === undefined);
  return useMemo(() => ({ answers, isAsking, retry, stop }), [answers, isAsking, retry, stop]);
}

const keyOf = ({ datasourceUid, range }: ChartsQuestion, { query }: ChartsQuestion['charts'][number]): string =>
  JSON.stringify([datasourceUid, range, query]);

function keep(key: string, answer: ChartAnswer): void {
  // That there is nothing yet may change.
  if (answer.kind === 'failed' || answer.total === 0) {
    return;
  }
  kept.delete(key);
  kept.set(key, answer);
  const [oldest] = kept.keys();
  if (kept.size > MOST_KEPT && oldest !== undefined) {
    kept.delete(oldest);
  }
}
