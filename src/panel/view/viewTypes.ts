import { type TimeZone } from '@grafana/schema';
import { type TraceFeed } from '../trace/traceFeed';

/** What a viewer begins with; the toolbar changes it from there. */
export interface ViewSettings {
  readonly minimap: boolean;
  /** Repeated siblings stand in one row each. */
  readonly folding: boolean;
  readonly correctSkew: boolean;
  /** The critical path is drawn below the bars. */
  readonly criticalPath: boolean;
  /** Log lines are marked above the bars, where a logs datasource is linked. */
  readonly logs: boolean;
  /** `service`, `status`, or an attribute as TraceQL writes it. */
  readonly colourBy: string;
  /** Attributes as TraceQL writes them, each a column. */
  readonly columns: readonly string[];
}

export const DEFAULT_SETTINGS: ViewSettings = {
  minimap: true,
  folding: true,
  correctSkew: true,
  criticalPath: true,
  logs: true,
  colourBy: 'service',
  columns: [],
};

/** The ways to look at a trace. */
export const TRACE_VIEWS = ['waterfall', 'flame', 'statistics', 'map', 'spans', 'events', 'logs'] as const;

export type TraceViewName = (typeof TRACE_VIEWS)[number];

export const isTraceView = (text: unknown): text is TraceViewName => TRACE_VIEWS.some((view) => view === text);

/** A trace among others, to choose from. */
export interface TraceChoice {
  readonly traceId: string;
  readonly service: string;
  readonly name: string;
  readonly durationMs: number | undefined;
  readonly startMs: number | undefined;
  readonly spans?: number;
  readonly onChoose: () => void;
}

/** Where links of the viewer lead, as far as the page around it knows. URLs are whole. */
export interface ViewLinks {
  /** To a span of the trace that is shown. */
  readonly span?: (spanId: string) => string | undefined;
  /** To another trace. */
  readonly trace?: (traceId: string, spanId?: string) => string | undefined;
  /** To the traces that a TraceQL query finds. */
  readonly search?: (query: string) => string | undefined;
  /** To the trace beside what is usual. */
  readonly compare?: string;
  /** To the settings of the datasource, for who may change them. */
  readonly datasource?: () => string | undefined;
}

export interface TraceViewProps {
  /** Undefined: there is no trace; `empty` is shown. */
  readonly feed: TraceFeed | undefined;
  /** Another value of the same feed: there is more of the trace, or may be. It is read again, and the view stays. */
  readonly revision?: number | string;
  /** Whether there is a trace is not known yet. */
  readonly isWaiting?: boolean;
  /** What to do, in a sentence or two. */
  readonly empty?: { readonly title: string; readonly text: string };
  /** Instead of a feed: traces to choose one of. */
  readonly choices?: readonly TraceChoice[];
  readonly settings?: Partial<ViewSettings>;
  /** Followed when it changes; without it the waterfall. */
  readonly view?: TraceViewName;
  readonly onView?: (view: TraceViewName) => void;
  readonly timeZone?: TimeZone;
  /** 16 hex digits. Followed when it changes. */
  readonly selectedSpanId?: string;
  /** The span may be one of another trace on the page: that it is missing is nothing to tell. */
  readonly isSpanShared?: boolean;
  readonly onSelectSpan?: (spanId: string | undefined) => void;
  readonly links?: ViewLinks;
  /** The datasource's name, for messages. */
  readonly datasourceName?: string;
}
