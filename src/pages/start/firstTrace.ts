/** Where the store listens for spans, `host:port` each. */
interface OtlpAddresses {
  readonly grpc: string;
  readonly http: string;
}

/** For any OpenTelemetry SDK or auto-instrumentation. */
export function sdkEnvironment({ http }: OtlpAddresses): string {
  return [
    `export OTEL_EXPORTER_OTLP_ENDPOINT=http://${reachable(http)}`,
    'export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf',
    'export OTEL_SERVICE_NAME=my-service',
  ].join('\n');
}

/** For a collector's configuration. */
export function collectorExporter({ grpc }: OtlpAddresses): string {
  return [
    'exporters:',
    '  otlp/clew:',
    `    endpoint: ${reachable(grpc)}`,
    '    tls:',
    '      insecure: true',
    'service:',
    '  pipelines:',
    '    traces:',
    '      exporters: [otlp/clew]',
  ].join('\n');
}

/** One span of 120 ms, for a shell with curl. Ids are random, the time is now. */
export function curlCommand({ http }: OtlpAddresses): string {
  const span = [
    '"traceId":"\'$(head -c16 /dev/urandom | od -An -vtx1 | tr -d \' \\n\')\'"',
    '"spanId":"\'$(head -c8 /dev/urandom | od -An -vtx1 | tr -d \' \\n\')\'"',
    '"name":"hello"',
    '"kind":2',
    '"startTimeUnixNano":"\'$(date +%s)\'000000000"',
    '"endTimeUnixNano":"\'$(date +%s)\'120000000"',
  ].join(',\n  ');
  const resource = '"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"curl"}}]}';
  return (
    `curl -i http://${reachable(http)}/v1/traces -H 'Content-Type: application/json' -d '` +
    `{"resourceSpans":[{${resource},\n "scopeSpans":[{"spans":[{\n  ${span}}]}]}]}'`
  );
}

/** "All interfaces" is where to listen, not where to send. */
function reachable(address: string): string {
  return address.replace(/^(0\.0\.0\.0|\[::\]|\*|):/, 'localhost:');
}
