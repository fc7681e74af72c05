import { type ExemplarCounts, type ExemplarListJson } from '../../shared/storePageTypes';
import {
  allResolveText,
  countsOf,
  labelsText,
  namesText,
  pictureOf,
  prometheusAdvice,
  readText,
} from './exemplarTexts';

const counts = (some: Partial<ExemplarCounts> = {}): ExemplarCounts => ({
  resolved: 0,
  never_received: 0,
  expired: 0,
  other_tenant: 0,
  malformed_id: 0,
  too_new: 0,
  ...some,
});

const list = (some: Partial<ExemplarListJson> = {}, of: Partial<ExemplarCounts> = {}): ExemplarListJson => ({
  prometheus: { url: 'http://prometheus:9090', everySeconds: 60, lastReadMs: 1000, lastError: null, errorMs: null },
  labels: ['trace_id'],
  counts: { ...counts(of), without_id: 0 },
  metrics: [],
  exemplars: [],
  next: null,
  ...some,
});

const one = {
  metric: 'm',
  labels: {},
  label: 'trace_id',
  id: 'x',
  traceId: null,
  timeMs: 0,
  state: 'malformed_id',
  reason: 'It is none.',
} as const;

test('a store that reads nothing and has seen nothing is to be linked; one that has is shown without a link', () => {
  expect(pictureOf(list({ prometheus: null }), {})).toBe('not-linked');
  expect(pictureOf(list({ prometheus: null, exemplars: [one] }, { malformed_id: 1 }), {})).toBe('list');
  expect(pictureOf(list(), {})).toBe('nothing-seen');
});

test('nothing to show is good news only where nothing was left out', () => {
  expect(pictureOf(list({}, { resolved: 90, too_new: 2 }), {})).toBe('all-resolve');
  expect(pictureOf(list({}, { resolved: 90 }), { reason: 'expired' })).toBe('none-like-this');
  const other = list({ metrics: [{ metric: 'a', ...counts({ resolved: 3 }) }] }, { resolved: 3, expired: 1 });
  expect(pictureOf(other, { metric: 'a' })).toBe('all-resolve');
  expect(pictureOf(list({}, { expired: 1 }), {})).toBe('none-like-this');
});

test('counts are of the chosen metric, and none for one that is not there', () => {
  const two = list({ metrics: [{ metric: 'a', ...counts({ expired: 2 }) }] }, { expired: 5 });
  expect(countsOf(two, undefined).expired).toBe(5);
  expect(countsOf(two, 'a').expired).toBe(2);
  expect(countsOf(two, 'b').expired).toBe(0);
});

test('what is said when all resolve', () => {
  expect(allResolveText(counts({ resolved: 1090 }))).toBe('All 1,090 exemplars seen lead to their traces.');
  expect(allResolveText(counts({ resolved: 1, too_new: 1 }), 'm')).toBe(
    'The one exemplar seen of m leads to its trace. 1 is too new to tell.'
  );
  expect(allResolveText(counts({ too_new: 3 }))).toBe('3 exemplars are too new to tell.');
});

test('where exemplars are read, and how long ago', () => {
  const prometheus = { url: 'http://p:9090', everySeconds: 60, lastReadMs: 1000, lastError: null, errorMs: null };
  expect(readText(prometheus, 21_000)).toBe('Read from http://p:9090 every 60 s, last 20 s ago.');
  expect(readText({ ...prometheus, lastReadMs: null }, 21_000)).toBe(
    'Read from http://p:9090 every 60 s, not read yet.'
  );
});

test('a next step for what Prometheus may say', () => {
  expect(prometheusAdvice('Prometheus answered 401: Unauthorized')).toContain('CLEW_PROMETHEUS_TOKEN');
  expect(prometheusAdvice('Prometheus answered 404: page not found')).toContain('prefix');
  expect(prometheusAdvice('Prometheus cannot be reached: connect ECONNREFUSED 127.0.0.1:9090')).toContain('reach it');
  expect(prometheusAdvice('Prometheus answered 500: boom')).toContain('tries again');
});

test('labels are cut, those that tell least last, and written so that quotes in them can be told', () => {
  const { short, all } = labelsText({ job: 'shop', le: '0.5', path: 'a"b', method: 'GET' });
  expect(short).toBe('path="a\\"b", method="GET", le="0.5", and 1 more');
  expect(all).toBe('path="a\\"b", method="GET", le="0.5", job="shop"');
  expect(labelsText({}).short).toBe('');
});

test('names are cut too', () => {
  expect(namesText(['a'])).toBe('a');
  expect(namesText(['a', 'b', 'c', 'd'])).toBe('a, b, c and 1 other');
});
