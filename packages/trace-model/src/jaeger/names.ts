/** Names that the OpenTelemetry Collector's Jaeger translator and Jaeger itself give to what the other one lacks. */

/** `span.kind` by OTLP's number. */
export const KIND_NAMES: readonly string[] = ['', 'internal', 'server', 'client', 'producer', 'consumer'];

/** The service of a resource without any attribute. */
export const NO_SERVICE_NAME = 'OTLPResourceNoServiceName';

/** Attribute of a link: `child_of` or `follows_from`. */
export const REF_TYPE = 'opentracing.ref_type';

/** Attribute that holds what Jaeger has to remark on a span. */
export const WARNINGS = '@jaeger@warnings';

/** Where a process' `jaeger.version` goes. */
export const EXPORTER_VERSION = 'opencensus.exporterversion';
