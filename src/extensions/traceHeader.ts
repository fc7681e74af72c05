import { PluginExtensionPoints, locationUtil } from '@grafana/data';
import { quoteString } from '@clew/traceql';
import { APP_URL, searchPath, tracePath } from '../shared/appAddress';
import { rangeAround } from './ranges';
import { link, type TraceHeaderContext } from './points';
import { storeOfTraces } from './stores';

/** Grafana opens what stands here in a new tab, as it is: the address has to be a whole one. */
const targets = PluginExtensionPoints.TraceViewHeaderActions;

export const openInClew = link<TraceHeaderContext>({
  title: 'Open in Clew',
  description: 'This trace on a page of its own: waterfall, findings, critical path, logs.',
  icon: 'gf-traces',
  path: APP_URL,
  targets,
  configure: (context) => {
    const store = context?.datasource && storeOfTraces(context.datasource);
    return store && context.traceID
      ? { path: locationUtil.assureBaseUrl(tracePath(context.traceID, store)) }
      : undefined;
  },
});

export const tracesLikeThis = link<TraceHeaderContext>({
  title: 'Traces like this',
  description: 'Search for traces that begin with the same operation of the same service.',
  icon: 'search',
  path: APP_URL,
  targets,
  configure: (context) => {
    const store = context?.datasource && storeOfTraces(context.datasource);
    const query = context && likeQuery(context);
    if (!store || query === undefined) {
      return undefined;
    }
    const startMs = context.startTime / 1000;
    const range = rangeAround(startMs, startMs + context.duration / 1000);
    return { path: locationUtil.assureBaseUrl(searchPath(query, { ...store, range })) };
  },
});

/** TraceQL for the roots that a trace's is like. Of a trace whose root nobody sent: for spans like its first one. */
export function likeQuery({ spans }: Pick<TraceHeaderContext, 'spans'>): string | undefined {
  const first = spans.at(0);
  if (!first?.process?.serviceName) {
    return undefined;
  }
  const same = `resource.service.name = ${quoteString(first.process.serviceName)} && name = ${quoteString(first.operationName)}`;
  return first.references?.length ? `{ ${same} }` : `{ nestedSetParent < 0 && ${same} }`;
}
