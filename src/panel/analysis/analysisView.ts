import { type TraceAnalysis } from '@clew/trace-model';
import { type TimeZone } from '@grafana/schema';
import { type TraceSource, type TraceTable } from '../trace/traceTable';

/** What every view beside the waterfall is given of the trace. All of the trace is there when a view is shown. */
export interface AnalysisViewProps {
  readonly table: TraceTable;
  readonly analysis: TraceAnalysis;
  readonly source: TraceSource;
  readonly timeZone: TimeZone | undefined;
  /**
   * One bit a row (`bits[row >> 5] & (1 << (row & 31))`), of what the search field found; undefined: nothing is searched for. Views
   * show these spans alone, or set them off from the rest.
   */
  readonly matches: Uint32Array | undefined;
  /** The colour of a service, as the waterfall has it: CSS. */
  readonly serviceColour: (service: string) => string;
  /** Shows a span, by its row, in the waterfall, with its details. */
  readonly onShowSpan: (row: number) => void;
  /** Puts TraceQL, such as `{ resource.service.name = "cart" && name = "get" }`, into the search field. */
  readonly onSearch: (traceql: string) => void;
}
