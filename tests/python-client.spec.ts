import { expect, test } from '@playwright/test';
import { execFileSync, spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

import { getJson, otlpGrpcUrl, otlpHttpUrl, queryUrl } from './support.ts';

interface Span {
  spanId: string;
  name: string;
  attributes?: Array<{ key: string; value: object }>;
}

interface Trace {
  trace: {
    resourceSpans: Array<{
      resource: { attributes: Array<{ key: string; value: object }> };
      scopeSpans: Array<{ scope: object; schemaUrl?: string; spans: Span[] }>;
    }>;
  };
}

const PYTHON = process.env.CLEW_E2E_PYTHON ?? 'python3';
const hasSdk = () => spawnSync(PYTHON, ['-c', 'import opentelemetry.exporter.otlp.proto.http']).status === 0;
const byKey = (attributes: Array<{ key: string; value: object }> = []) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value]));
const hexToBase64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64');

for (const [protocol, url] of [
  ['grpc', otlpGrpcUrl],
  ['http', () => `${otlpHttpUrl()}/v1/traces`],
] as const) {
  test(`OpenTelemetry's SDK for Python over ${protocol}: every field comes back`, async () => {
    test.skip(!hasSdk(), 'python3 has no opentelemetry-sdk and opentelemetry-exporter-otlp');
    const output = execFileSync(PYTHON, [resolve('tests/clients/python_sdk.py'), protocol, url()]).toString();
    const { traceId, rootId, childId } = JSON.parse(output) as Record<string, string>;

    const load = async () => {
      const response = await fetch(`${queryUrl()}/api/v2/traces/${traceId}`);
      return response.ok;
    };
    await expect.poll(load).toBe(true);
    const { trace } = await getJson<Trace>(`${queryUrl()}/api/v2/traces/${traceId}`);

    expect(trace.resourceSpans).toHaveLength(1);
    const [{ resource, scopeSpans }] = trace.resourceSpans;
    expect(byKey(resource.attributes)).toEqual({
      'service.name': { stringValue: `python-${protocol}` },
      replicas: { intValue: '3' },
      zones: { arrayValue: { values: [{ stringValue: 'a' }, { stringValue: 'b' }] } },
    });
    expect(scopeSpans).toHaveLength(1);
    expect(scopeSpans[0]).toMatchObject({
      scope: {
        name: 'clew.tests',
        version: '1.2.3',
        attributes: [{ key: 'scoped', value: { boolValue: true } }],
      },
      schemaUrl: 'https://example.org/schema',
    });
    const [root, child] = ['root', 'child ü'].map((name) => scopeSpans[0].spans.find((span) => span.name === name));
    expect(root).toMatchObject({
      spanId: hexToBase64(rootId),
      kind: 'SPAN_KIND_SERVER',
      startTimeUnixNano: '1700000000123456789',
      endTimeUnixNano: '1700000002123456792',
    });
    expect(child).toMatchObject({
      traceId: hexToBase64(traceId),
      spanId: hexToBase64(childId),
      parentSpanId: hexToBase64(rootId),
      kind: 'SPAN_KIND_CLIENT',
      startTimeUnixNano: '1700000000123456790',
      endTimeUnixNano: '1700000001123456790',
      status: { code: 'STATUS_CODE_ERROR', message: 'it broke' },
      events: [
        {
          timeUnixNano: '1700000000123456794',
          name: 'cache miss',
          attributes: [
            { key: 'key', value: { stringValue: 'user:1' } },
            { key: 'tries', value: { intValue: '2' } },
          ],
        },
        {
          timeUnixNano: '1700000000123456796',
          name: 'exception',
          attributes: [
            { key: 'exception.type', value: { stringValue: 'ValueError' } },
            { key: 'exception.message', value: { stringValue: 'boom' } },
          ],
        },
      ],
      links: [
        {
          traceId: hexToBase64('0123456789abcdef0123456789abcdef'),
          spanId: hexToBase64('0123456789abcdef'),
          attributes: [
            { key: 'why', value: { stringValue: 'retry' } },
            { key: 'attempt', value: { intValue: '2' } },
          ],
        },
      ],
    });
    const list = (...values: object[]) => ({ arrayValue: { values } });
    expect(byKey(child?.attributes)).toEqual({
      string: { stringValue: 'héllo\n\n' },
      empty: { stringValue: '' },
      int: { intValue: '-42' },
      big: { intValue: '4611686018427387905' },
      float: { doubleValue: 0.1 },
      infinite: { doubleValue: 'Infinity' },
      true: { boolValue: true },
      false: { boolValue: false },
      strings: list({ stringValue: 'a' }, { stringValue: '' }, { stringValue: 'b' }),
      ints: list({ intValue: '1' }, { intValue: '-2' }, { intValue: '9007199254740993' }),
      floats: list({ doubleValue: 0.5 }, { doubleValue: 1.5 }),
      bools: list({ boolValue: true }, { boolValue: false }),
      bytes: { bytesValue: 'AP8KCoA=' },
      'http.request.method': { stringValue: 'GET' },
      'http.response.status_code': { intValue: '503' },
    });
  });
}
