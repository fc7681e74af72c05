/**
 * Sends one span with every kind of field by OpenTelemetry's SDK for Node and prints its ids. A process of its own: the
 * HTTP exporter imports modules dynamically, which Jest's sandbox does not allow.
 *
 *     node sdk-client.ts grpc|http URL
 */
import { SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { OTLPTraceExporter as GrpcExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as HttpExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

const [protocol, url] = process.argv.slice(2);
const provider = new NodeTracerProvider({
  resource: resourceFromAttributes({ 'service.name': `sdk-${protocol}`, zones: ['a', 'b'] }),
  spanProcessors: [new BatchSpanProcessor(protocol === 'grpc' ? new GrpcExporter({ url }) : new HttpExporter({ url }))],
});
const linked = {
  traceId: '0123456789abcdef0123456789abcdef',
  spanId: '0123456789abcdef',
  traceFlags: TraceFlags.SAMPLED,
};
const span = provider.getTracer('clew.tests', '1.2.3').startSpan('every field', {
  kind: SpanKind.CLIENT,
  startTime: [1_700_000_000, 123_456_789],
  links: [{ context: linked, attributes: { why: 'retry' } }],
  attributes: {
    text: 'é\n\n',
    int: 42,
    float: 0.5,
    yes: true,
    texts: ['a', ''],
    ints: [1, -2],
    flags: [true, false],
  },
});
span.addEvent('cache miss', { key: 'user:1' }, [1_700_000_000, 123_456_999]);
span.setStatus({ code: SpanStatusCode.ERROR, message: 'it broke' });
span.end([1_700_000_001, 1]);
await provider.shutdown();
process.stdout.write(JSON.stringify(span.spanContext()));
