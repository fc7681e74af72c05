import { FieldType, createDataFrame, type DataFrame } from '@grafana/data';
import { PANEL_ID } from '../../shared/pluginIds';
import { type TraceSummary } from '../../shared/storeTypes';
import { parseUnixNano, toMs } from '../../shared/unixNano';
import { traceLink, type LinkTarget } from './links';

/**
 * A trace in one row, with where its spans are to be had: the waterfall panel asks the store for them itself, as much as it
 * draws. Explore gives the frame to that panel; any other shows the row.
 */
export function waterfallFrame(summary: TraceSummary, target: LinkTarget, refId: string): DataFrame {
  const { traceId, spans, startUnixNano, durationNs, services, errors, rootService, rootName } = summary;
  const row = (name: string, type: FieldType, value: unknown, config = {}) => ({ name, type, config, values: [value] });
  return createDataFrame({
    name: 'Waterfall',
    refId,
    fields: [
      row('traceID', FieldType.string, traceId, { displayName: 'Trace ID', links: [traceLink(target)] }),
      row('rootService', FieldType.string, rootService, { displayName: 'Service' }),
      row('rootName', FieldType.string, rootName, { displayName: 'Name' }),
      row('startTime', FieldType.time, toMs(parseUnixNano(startUnixNano)), { displayName: 'Start' }),
      row('duration', FieldType.number, Number(durationNs), { displayName: 'Duration', unit: 'ns' }),
      row('spans', FieldType.number, spans, { displayName: 'Spans' }),
      row('services', FieldType.number, services, { displayName: 'Services' }),
      row('errors', FieldType.number, errors, { displayName: 'Errors' }),
    ],
    meta: {
      preferredVisualisationPluginId: PANEL_ID,
      custom: { clewTrace: { datasourceUid: target.uid, traceId, spans } },
    },
  });
}
