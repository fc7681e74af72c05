import { spawnSync } from 'node:child_process';

import { Counted } from './testing/counted.ts';

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
const TRACE_ID = 'c'.repeat(32);

function filled(): Counted {
  const counted = new Counted();
  counted.send([
    { name: 'GET "/"', kind: 2, milliseconds: 3, traceId: 'b'.repeat(32), spanId: '00000000000000a1' },
    { name: 'GET "/"', kind: 2, milliseconds: 3.5, traceId: TRACE_ID, spanId: '00000000000000a2' },
    {
      name: 'GET "/"',
      kind: 2,
      milliseconds: 90,
      traceId: TRACE_ID,
      spanId: '00000000000000a3',
      traceState: 'ot=th:5',
    },
  ]);
  return counted;
}

describe('the text of span metrics', () => {
  it('has the newest span of each bucket as an exemplar in OpenMetrics', () => {
    const text = filled().text(true);
    const at = Date.UTC(2026, 0, 1) / 1000;
    expect(text.match(/^traces_spanmetrics_latency_bucket.* # .*$/gm)).toEqual([
      expect.stringMatching(/le="0.004"} 2 # /),
      expect.stringMatching(/le="0.128"} 3\.45\d* # /),
    ]);
    expect(text).toContain(` # {trace_id="${TRACE_ID}",span_id="00000000000000a2"} 0.0035 ${at}\n`);
    expect(text).toContain(` # {trace_id="${TRACE_ID}",span_id="00000000000000a3"} 0.09 ${at}\n`);
    expect(text).toContain('# TYPE traces_spanmetrics_calls counter\n');
    expect(text.endsWith('\n# EOF\n')).toBe(true);
  });

  it('has none in the plain format, and each family once', () => {
    const text = filled().text();
    expect(text).not.toContain(' # ');
    expect(text).not.toContain('# EOF');
    expect([...text.matchAll(/^# TYPE (.*)$/gm)].map(([, type]) => type)).toEqual([
      'traces_spanmetrics_calls_total counter',
      'traces_spanmetrics_latency histogram',
      'traces_service_graph_request_total counter',
      'traces_service_graph_request_failed_total counter',
      'traces_service_graph_request_server_seconds histogram',
      'traces_service_graph_request_client_seconds histogram',
    ]);
  });

  if (hasPromtool) {
    it('is what promtool takes', () => {
      const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: filled().text() });
      expect(`${String(stdout)}${String(stderr)}`).toBe('');
      expect(status).toBe(0);
    });
  }
});
