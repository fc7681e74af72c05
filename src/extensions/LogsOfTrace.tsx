import React from 'react';
import { locationUtil } from '@grafana/data';
import { LinkButton } from '@grafana/ui';
import { tracePath } from '../shared/appAddress';
import { type TraceHeaderContext } from './points';
import { hasLogs, storeOfTraces } from './stores';

/** Stands beside the two links that a plugin may have above a trace, and looks like them. */
export function LogsOfTrace({ traceID, datasource }: TraceHeaderContext) {
  const store = storeOfTraces(datasource);
  if (!store || !traceID || !hasLogs(store.datasourceUid ?? datasource.uid)) {
    return null;
  }
  return (
    <LinkButton
      size="sm"
      variant="primary"
      fill="outline"
      icon="gf-logs"
      target="_blank"
      tooltip="All lines of the trace, of all services, placed on its spans."
      href={locationUtil.assureBaseUrl(tracePath(traceID, { ...store, view: 'logs' }))}
    >
      Logs of this trace
    </LinkButton>
  );
}
