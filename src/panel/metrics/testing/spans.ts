import { type AttributeValue } from '@clew/trace-model';
import { type SpanDetails } from '../../trace/traceTable';

/** Unix milliseconds. */
export const START_MS = 1_795_447_705_686;

/** A span of 185 ms; `values` are its own attributes. */
export function spanOf(
  service: string,
  changes: Partial<SpanDetails> = {},
  values: Record<string, AttributeValue> = {}
) {
  const span: SpanDetails = {
    traceId: '6f7fe59329b4701863edfa4a4e92e209',
    spanId: '5497a0d78d9ed507',
    parentSpanId: '',
    name: 'POST /orders',
    kind: 2,
    status: 0,
    startNs: BigInt(START_MS) * 1_000_000n,
    durationNs: 185_000_000n,
    attributes: Object.entries(values).map(([key, value]) => ({ key, value })),
    resource: service === '' ? [] : [{ key: 'service.name', value: service }],
    scope: { name: '', version: '', attributes: [] },
    events: [],
    links: [],
    traceState: '',
    statusMessage: '',
    droppedAttributes: 0,
    droppedEvents: 0,
    droppedLinks: 0,
    ...changes,
  };
  return span;
}

/** Names that would be more than a name, if they were put into a query as they are. */
export const EVIL_NAMES = [
  'a"b',
  '"} or vector(7) #',
  '"} or up{x="',
  '}{',
  '`',
  '\\',
  '\\"',
  'back\\',
  'new\nline',
  '\r\t\u0000x',
  '$service',
  '${__from}',
  '$__tags',
  '[[datasource]]',
  '.*',
  'a|b',
  "it's",
  'café ☕',
  '# comment',
  '$&',
];
