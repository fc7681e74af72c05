import { answerQueryInstant, answerQueryRange } from '../metrics-answer.ts';
import { invalid, shortened, type Parameters } from '../parameters.ts';
import { answerTags, answerTagsByScope } from '../routes/tag-names.ts';
import { answerTypedValues, answerValues } from '../routes/tag-values.ts';
import { answerSearch, readSearch, type PartialSearch } from '../search-answer.ts';
import type { MessageObject } from './message.ts';
import { given, range, type Method, type QuerierCall } from './method.ts';
import { metricsMethods } from './metrics-methods.ts';
import {
  SEARCH_REQUEST,
  SEARCH_RESPONSE,
  SEARCH_TAG_VALUES_REQUEST,
  SEARCH_TAG_VALUES_RESPONSE,
  SEARCH_TAG_VALUES_V2_RESPONSE,
  SEARCH_TAGS_REQUEST,
  SEARCH_TAGS_RESPONSE,
  SEARCH_TAGS_V2_RESPONSE,
} from './tempopb.ts';

export const METHODS: readonly Method[] = [
  {
    name: 'Search',
    request: SEARCH_REQUEST,
    response: SEARCH_RESPONSE,
    list: 'traces',
    parameters: (request) => ({
      ...range(request),
      q: request.query,
      tags: logfmt(request.tags),
      minDuration: given(request.minDurationMs, 'ms'),
      maxDuration: given(request.maxDurationMs, 'ms'),
      limit: given(request.limit),
      spss: given(request.spansPerSpanSet),
    }),
    answer: streamSearch,
  },
  {
    name: 'SearchTags',
    request: SEARCH_TAGS_REQUEST,
    response: SEARCH_TAGS_RESPONSE,
    list: 'tagNames',
    parameters: tagsParameters,
    answer: ({ engine, tenant, parameters }) => answerTags(engine, tenant, parameters),
  },
  {
    name: 'SearchTagsV2',
    request: SEARCH_TAGS_REQUEST,
    response: SEARCH_TAGS_V2_RESPONSE,
    list: 'scopes',
    parameters: tagsParameters,
    answer: streamTagsByScope,
  },
  {
    name: 'SearchTagValues',
    request: SEARCH_TAG_VALUES_REQUEST,
    response: SEARCH_TAG_VALUES_RESPONSE,
    list: 'tagValues',
    parameters: tagValuesParameters,
    answer: ({ engine, tenant, parameters }) => answerValues(engine, tenant, tagOf(parameters), parameters),
  },
  {
    name: 'SearchTagValuesV2',
    request: SEARCH_TAG_VALUES_REQUEST,
    response: SEARCH_TAG_VALUES_V2_RESPONSE,
    list: 'tagValues',
    parameters: tagValuesParameters,
    answer: ({ engine, tenant, parameters }) => answerTypedValues(engine, tenant, tagOf(parameters), parameters),
  },
  ...metricsMethods(answerQueryRange, answerQueryInstant),
];

/** A long list of names comes as several of the same scope, which can then be sent one by one. */
async function streamTagsByScope({ engine, tenant, parameters }: QuerierCall): Promise<object> {
  const { scopes, metrics } = await answerTagsByScope(engine, tenant, parameters);
  return { scopes: scopes.flatMap(({ name, tags }) => chunks(tags).map((part) => ({ name, tags: part }))), metrics };
}

function chunks(names: readonly string[]): Array<readonly string[]> {
  return Array.from({ length: Math.ceil(names.length / MAX_NAMES) }, (_, index) =>
    names.slice(index * MAX_NAMES, (index + 1) * MAX_NAMES)
  );
}

function tagsParameters(request: MessageObject): Readonly<Record<string, unknown>> {
  return { ...range(request), scope: request.scope, q: request.query, limit: given(request.maxTagsPerScope) };
}

function tagValuesParameters(request: MessageObject): Readonly<Record<string, unknown>> {
  return { ...range(request), tagName: request.tagName, q: request.query, limit: given(request.maxTagValues) };
}

/** Throws ApiError. */
function tagOf(parameters: Parameters): string {
  const tag = parameters.text('tagName', MAX_TAG_LENGTH);
  if (tag === undefined) {
    throw invalid('tagName', 'is missing; name the attribute whose values you ask for');
  }
  return tag;
}

/** As long as in a path of the HTTP API. */
const MAX_TAG_LENGTH = 16 * 1024;

/** Names of a scope in one element of an answer. */
const MAX_NAMES = 1000;

/** Jobs in the sense of Tempo: hundredths of the range. */
const ALL_JOBS = 100;

/**
 * A client cannot take back what it was sent, and Grafana keeps the first that it heard of a trace: only what is settled
 * is sent before the end.
 */
async function streamSearch({ engine, tenant, parameters, send }: QuerierCall): Promise<object> {
  let sent = 0;
  const { traces, metrics } = await answerSearch(engine, tenant, readSearch(parameters), (partial) => {
    send({ traces: partial.traces.slice(sent, partial.settled), metrics: searchProgress(partial) });
    sent = Math.max(sent, partial.settled);
  });
  return { traces: traces.slice(sent), metrics: { ...metrics, completedJobs: ALL_JOBS, totalJobs: ALL_JOBS } };
}

function searchProgress({ inspectedTraces, doneNs, totalNs }: PartialSearch): object {
  const hundredths = totalNs ? Number((doneNs * BigInt(ALL_JOBS)) / totalNs) : 0;
  return { inspectedTraces, completedJobs: Math.min(hundredths, ALL_JOBS - 1), totalJobs: ALL_JOBS };
}

/** Tags as the HTTP API takes them. Throws ApiError. */
function logfmt(tags: unknown): string {
  return Object.entries(tags ?? {})
    .map(([key, value]) => {
      if (/[\s="]|^$/.test(key)) {
        throw invalid('tags', `has the key "${shortened(key)}"; ask for it by a TraceQL query`);
      }
      return `${key}="${String(value).replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')}"`;
    })
    .join(' ');
}
