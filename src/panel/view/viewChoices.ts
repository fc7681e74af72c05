import { TRACE_VIEWS, type TraceViewName } from './viewTypes';

const TEXTS: Readonly<Record<TraceViewName, { readonly label: string; readonly description: string }>> = {
  waterfall: { label: 'Waterfall', description: 'Every span in its place and time' },
  flame: { label: 'Flame graph', description: 'Spans merged by the way they were called' },
  statistics: { label: 'Statistics', description: 'Count, time, self time and errors by operation or attribute' },
  map: { label: 'Map', description: 'Services and who called whom' },
  spans: { label: 'Spans', description: 'All spans in a list that sorts' },
  logs: { label: 'Logs', description: 'The log lines of the trace, from the logs datasource that is linked' },
  events: { label: 'Events', description: 'What spans logged, in one order of time' },
};

/** The views of a trace, for whoever offers them. */
export const VIEW_CHOICES = TRACE_VIEWS.map((value) => ({ value, ...TEXTS[value] }));
