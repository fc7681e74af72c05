export { LOG_LEVELS, type LogLevel, type LogLine } from './logLine';
export { LogsView, type LogsViewProps } from './LogsView';
export { logMarks, type LogMarks } from './place/logMarks';
export { PLACEMENTS, placeLogs, type PlacedLogs } from './place/placeLogs';
export { useTraceLogs, type FoundLogs, type LogsState, type TraceLogs } from './useTraceLogs';
