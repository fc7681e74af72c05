import { normalizeTraceId } from '@clew/traceql';
import { type DataFrame } from '@grafana/data';
import { slowestOf, type FoundTrace, type TraceData } from './frameSource';

/** What a panel shows. */
export type Choice =
  | {
      readonly kind: 'stored';
      readonly datasourceUid: string;
      readonly traceId: string;
      /** As the datasource counted them; another number is another state of the trace. */
      readonly spans: number | undefined;
      readonly focusSpanId: string | undefined;
    }
  | { readonly kind: 'frame'; readonly frame: DataFrame }
  | { readonly kind: 'list'; readonly datasourceUid: string; readonly traces: readonly FoundTrace[] }
  | { readonly kind: 'nothing'; readonly title: string; readonly text: string };

export interface Wanted {
  readonly source: 'query' | 'slowest' | 'id';
  /** With its variables filled in. */
  readonly traceId: string;
  /** The datasource of the panel's query, or the one to ask where there is none. */
  readonly datasourceUid: string | undefined;
  /** Whether that is a Clew store; others have no spans to ask for one by one. */
  readonly isStore: (datasourceUid: string) => boolean;
}

const nothing = (title: string, text: string): Choice => ({ kind: 'nothing', title, text });

/** Which trace of the data is wanted, or why there is none and what to do. */
export function chooseFeed(data: TraceData, { source, traceId, datasourceUid, isStore }: Wanted): Choice {
  if (source === 'id') {
    return byId(traceId.trim(), datasourceUid, isStore);
  }
  switch (data.kind) {
    case 'reference':
      return { kind: 'stored', ...data.reference };
    case 'frame':
      return { kind: 'frame', frame: data.frame };
    case 'found': {
      const uid = data.datasourceUid ?? datasourceUid;
      if (uid === undefined || !isStore(uid)) {
        return nothing(
          'A list of traces, of another datasource',
          'The query found traces, but their spans can only be asked of a Clew datasource. Query one trace by its id.'
        );
      }
      const slowest = source === 'slowest' ? slowestOf(data.traces) : undefined;
      return slowest
        ? { kind: 'stored', datasourceUid: uid, traceId: slowest.traceId, spans: undefined, focusSpanId: undefined }
        : { kind: 'list', datasourceUid: uid, traces: data.traces };
    }
    case 'none':
      return source === 'slowest'
        ? nothing(
            'No trace found',
            'Nothing in this time range matches the query. Widen the range, or ask for more in TraceQL.'
          )
        : nothing(
            'No trace',
            'Query a trace by its id, choose another source of the trace in the options of the panel.'
          );
  }
}

function byId(text: string, datasourceUid: string | undefined, isStore: Wanted['isStore']): Choice {
  if (text === '') {
    return nothing('No trace id', 'Set the trace id in the options of the panel, or the variable that has it.');
  }
  const traceId = normalizeTraceId(text);
  if (traceId === undefined) {
    return nothing(
      `"${text}" is no trace id`,
      'A trace id is up to 32 hexadecimal digits. If it comes of a variable, choose a value for that.'
    );
  }
  if (datasourceUid === undefined || !isStore(datasourceUid)) {
    return nothing(
      'No store to ask',
      'The datasource of the query is no Clew store, which alone can be asked for a trace by its id.'
    );
  }
  return { kind: 'stored', datasourceUid, traceId, spans: undefined, focusSpanId: undefined };
}
