import { useState } from 'react';
import { type DataSourceInstanceSettings } from '@grafana/data';
import { loadOutcome } from '../../scenes/loadOutcome';
import { type StoreClient } from '../../shared/storeClient';
import { type TracePinJson } from '../../shared/storePageTypes';
import { refusalText } from './refusals';

export interface PinChange {
  /** What the store said last of a change. */
  readonly answer: TracePinJson | undefined;
  readonly isBusy: boolean;
  readonly refusal: string | undefined;
  readonly keep: (note: string) => void;
  readonly drop: () => void;
}

interface State {
  readonly isBusy: boolean;
  readonly answer?: TracePinJson;
  readonly refusal?: string;
}

/** Keeps one trace by hand, and lets it go. */
export function usePinChange(store: DataSourceInstanceSettings, traceId: string): PinChange {
  const [{ isBusy, answer, refusal }, setState] = useState<State>({ isBusy: false });
  const run = async (ask: (client: StoreClient) => Promise<TracePinJson>) => {
    setState((before) => ({ answer: before.answer, isBusy: true }));
    const outcome = await loadOutcome(store, ask);
    setState((before) => ({
      isBusy: false,
      answer: 'data' in outcome ? outcome.data : before.answer,
      refusal: 'failure' in outcome ? refusalText(outcome.failure) : undefined,
    }));
  };
  return {
    answer,
    isBusy,
    refusal,
    keep: (note) => void run((client) => client.keepTrace(traceId, note)),
    drop: () => void run((client) => client.dropTrace(traceId)),
  };
}
