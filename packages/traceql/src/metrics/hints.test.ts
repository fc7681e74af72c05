import { parse } from '../parser.ts';
import { readMetricsHints } from './hints.ts';

const NOTHING = { exemplars: undefined, isExact: false };

test.each([
  ['', NOTHING],
  ['with(exemplars=7)', { ...NOTHING, exemplars: 7 }],
  ['with(exemplars=0)', { ...NOTHING, exemplars: 0 }],
  ['with(exemplars=false)', { ...NOTHING, exemplars: 0 }],
  ['with(exemplars=true)', NOTHING],
  ['with(exemplars="many")', NOTHING],
  // Tempo looks for a number first.
  ['with(exemplars=false, exemplars=7)', { ...NOTHING, exemplars: 7 }],
  ['with(exemplars=7, exemplars=8)', { ...NOTHING, exemplars: 7 }],
  ['with(exact=true, sample=true)', { ...NOTHING, isExact: true }],
  ['with(exact=false)', NOTHING],
  ['with(exact="yes")', NOTHING],
  ['with(exact=1)', NOTHING],
  ['with(sample=0.1, span_sample=0.5, trace_sample=1, extrapolate=true, job_size="10MB")', NOTHING],
])('%s', (text, hints) => {
  expect(readMetricsHints(parse(`{} | rate() ${text}`))).toEqual(hints);
});
