import { hostname } from 'node:os';
import type { Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter as GrpcExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as HttpExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import type { ServiceDefinition } from '../topology.ts';
import type { Ledger } from './ledger.ts';

/** Makes the exporter of one service. */
export type ExporterFactory = (service: ServiceDefinition) => SpanExporter;

export interface ServiceTracing {
  tracer: Tracer;
  /** Sends what is queued and waits for the answers. */
  flush(): Promise<void>;
  shutdown(): Promise<void>;
}

let registered = false;

/**
 * Context manager (AsyncLocalStorage) and W3C propagators are one per process; the providers are one per service.
 * The provider registered here has no processor: nobody gets a tracer from it.
 */
function registerOnce(): void {
  if (!registered) {
    new NodeTracerProvider().register();
    registered = true;
  }
}

/** Exporters for the store: `httpEndpoint` is an origin to which `/v1/traces` is added, `grpcEndpoint` an origin. */
export function otlpExporters(httpEndpoint: string, grpcEndpoint: string): ExporterFactory {
  return ({ protocol }) =>
    protocol === 'grpc'
      ? new GrpcExporter({ url: grpcEndpoint })
      : new HttpExporter({ url: `${httpEndpoint.replace(/\/$/, '')}/v1/traces` });
}

/** The tracer of one service, with a resource of its own. */
export function startTracing(
  service: ServiceDefinition,
  instanceId: string,
  environment: string,
  createExporter: ExporterFactory,
  ledger: Ledger
): ServiceTracing {
  registerOnce();
  const provider = new BasicTracerProvider({
    resource: defaultResource().merge(
      resourceFromAttributes({
        'service.name': service.name,
        'service.namespace': 'shop',
        'service.version': service.version,
        'service.instance.id': instanceId,
        'deployment.environment.name': environment,
        'host.name': hostname(),
        'process.pid': process.pid,
        'process.command_args': ['node', `${service.name}.ts`],
        'process.runtime.name': 'nodejs',
        'process.runtime.version': process.versions.node,
      })
    ),
    spanProcessors: [
      ledger.processor(service.name),
      new BatchSpanProcessor(ledger.watch(createExporter(service)), {
        scheduledDelayMillis: 500,
        maxQueueSize: 16_384,
        maxExportBatchSize: 512,
      }),
    ],
  });
  return {
    tracer: provider.getTracer('shop', service.version),
    flush: () => provider.forceFlush(),
    shutdown: () => provider.shutdown(),
  };
}
