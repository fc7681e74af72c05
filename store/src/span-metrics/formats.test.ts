import { formatFor } from './formats.ts';

const PROTOBUF = 'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited';
const OPEN_METRICS = 'application/openmetrics-text;version=1.0.0';

describe('formatFor', () => {
  it.each([
    // What Prometheus asks for with native histograms, and without.
    [
      `${PROTOBUF},${OPEN_METRICS};q=0.8,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;q=0.5,*/*;q=0.1`,
      'protobuf',
    ],
    [
      `${OPEN_METRICS},application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1`,
      'openmetrics',
    ],
    [`${OPEN_METRICS};q=0.6,${PROTOBUF};q=0.5,text/plain;version=0.0.4;q=0.4`, 'openmetrics'],
    [`text/plain, ${PROTOBUF}`, 'protobuf'],
    [PROTOBUF.replace('delimited', 'text'), 'text'],
    [`text/plain;q=0.3, ${OPEN_METRICS};q=0`, 'text'],
    [`${OPEN_METRICS};q=0`, 'text'],
    ['text/html, */*', 'text'],
    ['', 'text'],
    [undefined, 'text'],
  ])('of %s', (accept, format) => {
    expect(formatFor(accept)).toBe(format);
  });
});
