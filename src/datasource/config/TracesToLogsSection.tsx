import React from 'react';
import { type DataSourceInstanceSettings } from '@grafana/data';
import { DataSourcePicker } from '@grafana/runtime';
import { Field, Switch, TextArea } from '@grafana/ui';
import { type TracesToLogsOptions } from '../types';
import { ConfigSection } from './ConfigSection';
import { TagMappings } from './TagMappings';
import { TimeShifts } from './TimeShifts';
import { type SectionProps } from './sectionProps';

/** The ones that Grafana's trace view can write a query for; it makes no link to any other, custom query or not. */
const LOGS_TYPES = [
  'loki',
  'elasticsearch',
  'grafana-opensearch-datasource',
  'victoriametrics-logs-datasource',
  'grafana-splunk-datasource',
  'grafana-falconlogscale-datasource',
  'googlecloud-logging-datasource',
];

export function TracesToLogsSection({ jsonData, onChange, disabled }: SectionProps) {
  const options = jsonData.tracesToLogsV2;
  const change = (changes: Partial<TracesToLogsOptions>) =>
    onChange({ tracesToLogsV2: { customQuery: false, ...options, ...changes } });
  return (
    <ConfigSection
      title="Traces to logs"
      description="Gives each span a link to its log lines, in Grafana's trace view."
    >
      <Field
        label="Logs datasource"
        description="Loki, Elasticsearch, OpenSearch, VictoriaLogs, Splunk, LogScale or Google Cloud Logging"
      >
        <DataSourcePicker
          inputId="clew-logs-datasource"
          type={LOGS_TYPES}
          current={options?.datasourceUid ?? null}
          noDefault
          width={60}
          placeholder="none: no links to logs"
          disabled={disabled}
          onChange={(datasource) => onChange({ tracesToLogsV2: firstChoice(datasource, options) })}
          onClear={() => onChange({ tracesToLogsV2: undefined })}
        />
      </Field>
      {options?.datasourceUid && (
        <>
          <TimeShifts name="clew-logs" {...options} defaults={['0s', '0s']} onChange={change} disabled={disabled} />
          <Field
            label="Attributes"
            description="Resource and span attributes that the log lines carry as labels. None: cluster, hostname, namespace, pod, service.name, service.namespace, with _ for the dot."
          >
            <TagMappings
              name="Traces to logs"
              tags={options.tags ?? []}
              onChange={(tags) => change({ tags })}
              disabled={disabled || options.customQuery}
            />
          </Field>
          {!options.customQuery && (
            <>
              <Field
                label="Filter by trace id"
                description="Only lines that have the trace's id, as label or in the text."
              >
                <Switch
                  id="clew-logs-trace-id"
                  disabled={disabled}
                  value={options.filterByTraceID ?? false}
                  onChange={({ currentTarget }) => change({ filterByTraceID: currentTarget.checked })}
                />
              </Field>
              <Field label="Filter by span id" description="Only lines that have the span's id too.">
                <Switch
                  id="clew-logs-span-id"
                  disabled={disabled}
                  value={options.filterBySpanID ?? false}
                  onChange={({ currentTarget }) => change({ filterBySpanID: currentTarget.checked })}
                />
              </Field>
            </>
          )}
          <Field label="Own query" description="Instead of the one that the settings above make.">
            <Switch
              id="clew-logs-custom"
              disabled={disabled}
              value={options.customQuery}
              onChange={({ currentTarget }) => change({ customQuery: currentTarget.checked })}
            />
          </Field>
          {options.customQuery && (
            <Field
              label="Query"
              description="In the datasource's language. Variables: ${__tags} (the attributes above as a selector), ${__span.traceId}, ${__span.spanId}, ${__span.name}, ${__span.tags['service.name']}, ${__trace.traceId}. A span that lacks one of them gets no link."
            >
              <TextArea
                id="clew-logs-query"
                rows={3}
                disabled={disabled}
                placeholder={'{${__tags}} | trace_id = "${__span.traceId}"'}
                value={options.query ?? ''}
                onChange={({ currentTarget }) => change({ query: currentTarget.value })}
              />
            </Field>
          )}
        </>
      )}
    </ConfigSection>
  );
}

/** Settings that give lines at once with logs that came by OpenTelemetry; another choice later changes nothing else. */
function firstChoice(
  { uid, type }: DataSourceInstanceSettings,
  options: TracesToLogsOptions | undefined
): TracesToLogsOptions {
  if (options) {
    return { ...options, datasourceUid: uid };
  }
  return {
    datasourceUid: uid,
    customQuery: false,
    filterByTraceID: true,
    filterBySpanID: false,
    spanStartTimeShift: '-1m',
    spanEndTimeShift: '1m',
    tags: type === 'loki' ? [{ key: 'service.name', value: 'service_name' }] : [],
  };
}
