import { execFileSync } from 'node:child_process';
import { collectorExporter, curlCommand, sdkEnvironment } from './firstTrace';

const otlp = { grpc: '0.0.0.0:4317', http: '[::]:4318' };

test('the curl command sends one span of today, as a shell reads it', () => {
  // In place of curl: prints its arguments, one a line, the body last.
  const script = `curl() { printf '%s\\0' "$@"; }\n${curlCommand(otlp)}`;
  const sent = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
  expect(sent.slice(0, -1)).toEqual([
    '-i',
    'http://localhost:4318/v1/traces',
    '-H',
    'Content-Type: application/json',
    '-d',
  ]);
  const body = JSON.parse(sent.at(-1) ?? '') as { resourceSpans: Array<{ scopeSpans: Array<{ spans: unknown[] }> }> };
  expect(body.resourceSpans[0].scopeSpans[0].spans).toEqual([
    {
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
      spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
      name: 'hello',
      kind: 2,
      startTimeUnixNano: expect.stringMatching(/^\d{10}000000000$/),
      endTimeUnixNano: expect.stringMatching(/^\d{10}120000000$/),
    },
  ]);
});

test('where the store listens on all addresses, clients are told a name', () => {
  expect(sdkEnvironment(otlp)).toContain('OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318');
  expect(collectorExporter(otlp)).toContain('endpoint: localhost:4317');
  expect(sdkEnvironment({ grpc: '', http: '127.0.0.1:24318' })).toContain('http://127.0.0.1:24318');
});
