import React from 'react';
import { type DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { type ClewJsonData, type ClewSecureJsonData } from '../types';
import { ConnectionSection } from './ConnectionSection';
import { TraceViewSection } from './TraceViewSection';
import { TracesToLogsSection } from './TracesToLogsSection';
import { TracesToMetricsSection } from './TracesToMetricsSection';

type Props = DataSourcePluginOptionsEditorProps<ClewJsonData, ClewSecureJsonData>;

export function ConfigEditor({ options, onOptionsChange }: Props) {
  const section = {
    jsonData: options.jsonData,
    disabled: options.readOnly === true,
    onChange: (changes: Partial<ClewJsonData>) =>
      onOptionsChange({ ...options, jsonData: { ...options.jsonData, ...changes } }),
  };
  return (
    <div>
      <ConnectionSection settings={options} onChange={onOptionsChange} />
      <TracesToLogsSection {...section} />
      <TracesToMetricsSection {...section} />
      <TraceViewSection {...section} />
    </div>
  );
}
