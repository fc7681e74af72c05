import React from 'react';
import { type ClewDatasource } from '../datasource';
import { classify } from '../query/classify';
import { type ClewQuery } from '../types';
import { MetricOptions } from './MetricOptions';
import { SearchOptions } from './SearchOptions';

interface Props {
  datasource: ClewDatasource;
  query: ClewQuery;
  onChange: (changes: Partial<ClewQuery>) => void;
}

/** How much of what is found is shown, and how. */
export function QueryOptions({ datasource, query, onChange }: Props) {
  const { query: text = '' } = query;
  const filled = datasource.hasVariables(text) ? datasource.interpolate(text) : text;
  const isMetric = classify({ query: filled }).kind === 'metrics';
  return isMetric ? (
    <MetricOptions datasource={datasource} query={query} onChange={onChange} />
  ) : (
    <SearchOptions query={query} onChange={onChange} />
  );
}
