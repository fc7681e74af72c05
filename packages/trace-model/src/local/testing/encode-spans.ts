import protobuf from 'protobufjs';

import { OTLP_DESCRIPTOR } from '../../otlp/testing/otlp-descriptor.ts';

const tracesData = protobuf.Root.fromJSON(OTLP_DESCRIPTOR).lookupType('TracesData');

export interface SampleSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: number;
  readonly startNs: bigint;
  readonly endNs: bigint;
  /** AnyValues by key, as proto3 JSON has them. */
  readonly attributes: ReadonlyArray<readonly [string, object]>;
  readonly resource: ReadonlyArray<readonly [string, object]>;
  readonly scope: object;
  /** Other fields of Span. */
  readonly more: object;
}

const attributes = (entries: SampleSpan['attributes']) => entries.map(([key, value]) => ({ key, value }));

/** OTLP TracesData by an encoder that is not ours, each span in ResourceSpans of its own. */
export function encodeSpans(spans: readonly SampleSpan[]): Uint8Array {
  const message = {
    resourceSpans: spans.map((span) => ({
      resource: { attributes: attributes(span.resource) },
      scopeSpans: [
        {
          scope: span.scope,
          spans: [
            {
              traceId: Buffer.from(span.traceId, 'hex'),
              spanId: Buffer.from(span.spanId, 'hex'),
              parentSpanId: Buffer.from(span.parentSpanId, 'hex'),
              name: span.name,
              kind: span.kind,
              startTimeUnixNano: String(span.startNs),
              endTimeUnixNano: String(span.endNs),
              attributes: attributes(span.attributes),
              ...span.more,
            },
          ],
        },
      ],
    })),
  };
  return Uint8Array.from(tracesData.encode(tracesData.fromObject(message)).finish());
}

const list = (...values: object[]) => ({ arrayValue: { values } });
const map = (key: string, value: object) => ({ kvlistValue: { values: [{ key, value }] } });

export const SAMPLE_SPAN: SampleSpan = {
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  spanId: '00f067aa0ba902b7',
  parentSpanId: '00f067aa0ba902b6',
  name: 'GET "/ü"',
  kind: 2,
  startNs: 1700000000000001123n,
  endNs: 1700000000002501999n,
  attributes: [
    ['text', { stringValue: 'a\nb' }],
    ['yes', { boolValue: true }],
    ['int', { intValue: -5 }],
    ['big', { intValue: '9007199254740993' }],
    ['double', { doubleValue: 1.5 }],
    ['nan', { doubleValue: NaN }],
    ['bytes', { bytesValue: Buffer.from([0, 255]) }],
    ['list', list({ stringValue: 'a' }, { intValue: 1 }, { intValue: '9007199254740993' })],
    ['map', map('k', map('d', { doubleValue: 0.5 }))],
    ['none', {}],
  ],
  resource: [
    ['service.name', { stringValue: 'shop' }],
    ['k8s.pod.name', { stringValue: 'shop-1' }],
  ],
  scope: { name: 'http', version: '1.0', attributes: [{ key: 's', value: { boolValue: false } }] },
  more: {
    traceState: 'a=b',
    droppedAttributesCount: 1,
    droppedEventsCount: 2,
    droppedLinksCount: 3,
    status: { code: 2, message: 'boom' },
    events: [
      {
        timeUnixNano: '1700000000000002001',
        name: 'exception',
        attributes: [{ key: 'exception.type', value: { stringValue: 'E' } }],
        droppedAttributesCount: 9,
      },
    ],
    links: [
      {
        traceId: Buffer.from('0000000000000000a3ce929d0e0e4737', 'hex'),
        spanId: Buffer.from('00f067aa0ba902b5', 'hex'),
        traceState: 'c=d',
        attributes: [{ key: 'l', value: { intValue: 1 } }],
      },
    ],
  },
};
