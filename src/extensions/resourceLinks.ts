import {
  PluginExtensionPoints,
  locationUtil,
  type PluginExtensionAddedLinkConfig,
  type PluginExtensionResourceAttributesContext,
} from '@grafana/data';
import { normalizeTraceId, quoteString } from '@clew/traceql';
import { APP_URL, searchPath, servicePath, tracePath } from '../shared/appAddress';
import { findAttribute, type FoundAttribute } from './attributes';
import { link } from './points';
import { exactRange } from './ranges';
import { hasTraces, storeOfLogs, storeOfTraces, type StoreChoice } from './stores';

type Context = PluginExtensionResourceAttributesContext;

const ON_TRACES = PluginExtensionPoints.TraceViewResourceAttributes;
const ON_LOGS = PluginExtensionPoints.LogsViewResourceAttributes;

/**
 * A link beside an attribute, where there is one. Both points draw a plain link into a new tab, to the category that is the
 * attribute's name; for traces Grafana 12.4 shows the first link of an attribute and no other.
 */
function beside(
  config: Omit<PluginExtensionAddedLinkConfig, 'configure' | 'path'>,
  find: (context: Context) => FoundAttribute | undefined,
  pathOf: (value: string, context: Context, store: StoreChoice) => string | undefined
): PluginExtensionAddedLinkConfig {
  return link<Context>({
    ...config,
    path: APP_URL,
    configure: (context) => {
      const found = context && find(context);
      const store = found && storeOf(context);
      const path = store && pathOf(found.value, context, store);
      return path === undefined ? undefined : { category: found?.key, path: locationUtil.assureBaseUrl(path) };
    },
  });
}

/** Neither point tells which of the two it is, but the logs of a trace come from no datasource of traces. */
function storeOf({ datasource }: Context): StoreChoice | undefined {
  return hasTraces(datasource.type) ? storeOfTraces(datasource) : storeOfLogs(datasource.uid);
}

const service = ({ attributes }: Context) => findAttribute(attributes, 'service.name', 'service');
const inRange = ({ timeRange }: Context, store: StoreChoice) => ({ ...store, range: exactRange(timeRange) });
const ofService = (name: string): string => `resource.service.name = ${quoteString(name)}`;

const metricsOfService = beside(
  {
    title: 'Metrics of this service',
    description: 'Rate, errors and durations of the service, from its spans.',
    icon: 'chart-line',
    targets: [ON_TRACES, ON_LOGS],
  },
  service,
  (name, context, store) => servicePath(name, inRange(context, store))
);

const tracesOfService = beside(
  {
    title: 'Traces of this service',
    description: 'Search for traces that the service takes part in.',
    icon: 'gf-traces',
    targets: [ON_TRACES, ON_LOGS],
  },
  service,
  (name, context, store) => searchPath(`{ ${ofService(name)} }`, inRange(context, store))
);

/** Attributes that tell one part of a fleet from the others, with a word for it. */
const PARTS = [
  ['service.version', 'version'],
  ['service.instance.id', 'instance'],
  ['host.name', 'host'],
  ['k8s.pod.name', 'pod'],
  ['k8s.node.name', 'node'],
] as const;

/** Each beside its own attribute, since the one of the service's name has its link. */
const tracesOfParts = PARTS.map(([key, word]) =>
  beside(
    {
      title: `Traces of this ${word}`,
      description: `Search for traces of the service with the same ${key}.`,
      icon: 'gf-traces',
      targets: ON_TRACES,
    },
    ({ attributes }) => (attributes[key]?.length ? findAttribute({ [key]: attributes[key] }, key) : undefined),
    (value, context, store) => {
      const name = service(context)?.value;
      const conditions = [...(name === undefined ? [] : [ofService(name)]), `resource.${key} = ${quoteString(value)}`];
      return searchPath(`{ ${conditions.join(' && ')} }`, inRange(context, store));
    }
  )
);

const traceId = ({ attributes }: Context) => findAttribute(attributes, 'trace_id');
const spanId = ({ attributes }: Context): string | undefined => {
  const found = findAttribute(attributes, 'span_id')?.value;
  return found && /^[0-9a-f]{16}$/i.test(found) ? found.toLowerCase() : undefined;
};

const traceOfLine = beside(
  {
    title: 'Trace of this line in Clew',
    description: 'The trace that wrote the line, on a page of its own.',
    icon: 'gf-traces',
    targets: ON_LOGS,
  },
  traceId,
  (text, context, store) => {
    const id = normalizeTraceId(text);
    return id === undefined ? undefined : tracePath(id, { ...store, spanId: spanId(context) });
  }
);

const logsOfTrace = beside(
  {
    title: 'Logs of this trace',
    description: 'All lines of the trace, of all services, placed on its spans.',
    icon: 'gf-logs',
    targets: ON_LOGS,
  },
  traceId,
  (text, _context, store) => {
    const id = normalizeTraceId(text);
    return id === undefined ? undefined : tracePath(id, { ...store, view: 'logs' });
  }
);

export const RESOURCE_LINKS = [metricsOfService, tracesOfService, traceOfLine, logsOfTrace, ...tracesOfParts];
