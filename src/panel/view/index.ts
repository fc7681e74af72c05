export { mountTraceView, type MountedTraceView } from './mountTraceView';
export { TraceView } from './TraceView';
export {
  DEFAULT_SETTINGS,
  isTraceView,
  type TraceChoice,
  type TraceViewProps,
  type ViewLinks,
  type ViewSettings,
} from './viewTypes';
export { type TraceFeed, type TraceSkeleton } from '../trace/traceFeed';
export { fetchBytes } from '../trace/fetchBytes';
export { openTrace, type TraceFile } from '../trace/fileTrace';
export { LocalFeed } from '../trace/localSource';
export { StoreTrace } from '../trace/storeTrace';
