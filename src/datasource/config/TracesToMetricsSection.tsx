import React from 'react';
import { DataSourcePicker } from '@grafana/runtime';
import { Button, Field, IconButton, Input, Stack, TextArea } from '@grafana/ui';
import { type TraceToMetricsQuery, type TracesToMetricsOptions } from '../types';
import { ConfigSection } from './ConfigSection';
import { TagMappings } from './TagMappings';
import { TimeShifts } from './TimeShifts';
import { type SectionProps } from './sectionProps';

const PROMETHEUS_TYPES = [
  'prometheus',
  'grafana-amazonprometheus-datasource',
  'grafana-azureprometheus-datasource',
  'victoriametrics-metrics-datasource',
];

const EXAMPLE =
  'histogram_quantile(0.95, sum by (le) (rate(http_server_request_duration_seconds_bucket{$__tags}[5m])))';

export function TracesToMetricsSection({ jsonData, onChange, disabled }: SectionProps) {
  const options = jsonData.tracesToMetrics;
  const change = (changes: Partial<TracesToMetricsOptions>) =>
    onChange({ tracesToMetrics: { queries: [], ...options, ...changes } });
  return (
    <ConfigSection
      title="Traces to metrics"
      description="Gives each span links to metrics of its service, in Grafana's trace view."
    >
      <Field label="Metrics datasource" description="Prometheus, or one that speaks PromQL">
        <DataSourcePicker
          inputId="clew-metrics-datasource"
          type={PROMETHEUS_TYPES}
          current={options?.datasourceUid ?? null}
          noDefault
          width={60}
          placeholder="none: no links to metrics"
          disabled={disabled}
          onChange={({ uid }) => change({ datasourceUid: uid })}
          onClear={() => onChange({ tracesToMetrics: undefined })}
        />
      </Field>
      {options?.datasourceUid && (
        <>
          <TimeShifts name="clew-metrics" {...options} defaults={['-2m', '2m']} onChange={change} disabled={disabled} />
          <Field
            label="Attributes"
            description="Resource and span attributes that the series carry as labels; $__tags in a query stands for them."
          >
            <TagMappings
              name="Traces to metrics"
              tags={options.tags ?? []}
              onChange={(tags) => change({ tags })}
              disabled={disabled}
            />
          </Field>
          <Field label="Queries" description="One link each.">
            <Queries queries={options.queries ?? []} onChange={(queries) => change({ queries })} disabled={disabled} />
          </Field>
        </>
      )}
    </ConfigSection>
  );
}

interface QueriesProps {
  queries: TraceToMetricsQuery[];
  onChange: (queries: TraceToMetricsQuery[]) => void;
  disabled: boolean;
}

function Queries({ queries, onChange, disabled }: QueriesProps) {
  const change = (index: number, changes: Partial<TraceToMetricsQuery>) =>
    onChange(queries.map((query, at) => (at === index ? { ...query, ...changes } : query)));
  return (
    <Stack direction="column" gap={1} alignItems="stretch">
      {queries.map(({ name, query }, index) => (
        <Stack key={index} alignItems="flex-start" gap={1}>
          <Input
            aria-label={`Name of query ${index + 1}`}
            width={24}
            disabled={disabled}
            placeholder="Latency, p95"
            value={name ?? ''}
            onChange={({ currentTarget }) => change(index, { name: currentTarget.value })}
          />
          <TextArea
            aria-label={`Query ${index + 1}`}
            rows={2}
            disabled={disabled}
            placeholder={EXAMPLE}
            value={query ?? ''}
            onChange={({ currentTarget }) => change(index, { query: currentTarget.value })}
          />
          <IconButton
            name="trash-alt"
            tooltip={`Remove ${name || 'query'}`}
            disabled={disabled}
            onClick={() => onChange(queries.filter((_, at) => at !== index))}
          />
        </Stack>
      ))}
      <div>
        <Button
          variant="secondary"
          size="sm"
          icon="plus"
          disabled={disabled}
          onClick={() => onChange([...queries, { name: '', query: '' }])}
        >
          Add query
        </Button>
      </div>
    </Stack>
  );
}
