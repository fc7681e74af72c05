/**
 * Tags that belong to a resource (OpenTelemetry's semantic conventions for resources): exporters to Zipkin write a resource's
 * attributes to every span's tags, from where they are taken back. The list of the OpenTelemetry Collector's translator, by what
 * the names have in common; names that a span's attribute begins with too stand in full.
 */
const RESOURCE_TAG =
  /^(?:(?:cloud|container|device|host|k8s|os|webengine|telemetry)\.|aws\.(?:ecs|eks|log)\.|process\.(?:pid|owner|executable\.|command|runtime\.)|service\.(?:name|namespace|version|instance\.id)$|deployment\.environment(?:\.name)?$|faas\.(?:name|id|version|instance|max_memory)$|opencensus\.(?:starttime|exporterversion|resourcetype)$)/;

export const isResourceTag = (key: string): boolean => RESOURCE_TAG.test(key);
