import { startStore, type StoreProcess } from '../testing/store-process.ts';

jest.setTimeout(60_000);

const TRACE_ID = '5b8efff798038103d269b633813fc60c';
const OPEN_METRICS = 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.3';

const service = (name: string, spans: object[]) => ({
  resource: { attributes: [{ key: 'service.name', value: { stringValue: name } }] },
  scopeSpans: [{ spans }],
});
const span = (name: string, kind: number, spanId: string, parentSpanId: string) => ({
  traceId: TRACE_ID,
  spanId,
  parentSpanId,
  name,
  kind,
  startTimeUnixNano: `${Date.now()}000000`,
  endTimeUnixNano: `${Date.now()}005000`,
});
const CLIENT_ID = 'eee19b7ec3c1b174';
const REQUESTS = [
  service('web', [span('GET /cart', 3, CLIENT_ID, 'eee19b7ec3c1b173')]),
  service('cart', [span('GET /cart', 2, 'eee19b7ec3c1b175', CLIENT_ID)]),
].map((one) => JSON.stringify({ resourceSpans: [one] }));

async function send(store: StoreProcess): Promise<void> {
  for (const body of REQUESTS) {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`http://${store.otlpHttp}/v1/traces`, { method: 'POST', headers, body });
    expect(response.status).toBe(200);
  }
}

async function read(url: string, accept = 'text/plain'): Promise<{ status: number; type: string; text: string }> {
  const response = await fetch(`http://${url}`, { headers: { accept } });
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    text: await response.text(),
  };
}

/** Asks until the text has what is sought, for 10 s at most. */
async function readUntil(url: string, sought: string): Promise<string> {
  for (let attempt = 0; ; attempt++) {
    const { text } = await read(url, OPEN_METRICS);
    if (text.includes(sought) || attempt === 100) {
      return text;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const CALLS =
  'traces_spanmetrics_calls_total{service="cart",span_name="GET /cart",span_kind="SPAN_KIND_SERVER",status_code="STATUS_CODE_UNSET"}';
const CALL = 'traces_service_graph_request_total{client="web",server="cart",connection_type=""}';

describe('/metrics/spans of a running store', () => {
  let store: StoreProcess;
  beforeAll(async () => {
    store = await startStore({ CLEW_BATCH_MS: '100' });
  });
  afterAll(() => store.stop());

  it('has the spans that came, each once, with an exemplar whose trace can be read', async () => {
    await send(store);
    await send(store);
    const text = await readUntil(`${store.admin}/metrics/spans`, CALL);
    expect(text).toContain(`${CALLS} 1 # {trace_id="${TRACE_ID}",`);
    expect(text).toContain(`${CALL} 1 # {trace_id="${TRACE_ID}",`);
    const [, traceId, spanId] =
      /span_kind="SPAN_KIND_SERVER".* # \{trace_id="(\w+)",span_id="(\w+)"\}/.exec(text) ?? [];
    expect([traceId, spanId]).toEqual([TRACE_ID, 'eee19b7ec3c1b175']);
    const trace = await readUntil(`${store.query}/api/traces/${traceId}`, 'GET /cart');
    expect(trace).toContain('GET /cart');

    const { type, text: plain } = await read(`${store.admin}/metrics/spans`);
    expect(type).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(plain).toContain(`${CALLS} 1\n`);
    const protobuf = 'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited';
    const native = await read(`${store.admin}/metrics/spans`, `${protobuf},${OPEN_METRICS};q=0.5`);
    expect(native.type).toBe(protobuf.replaceAll(';', '; '));
    expect(native.text).toContain('traces_spanmetrics_latency');
    expect((await read(`${store.admin}/metrics`)).text).toContain('clew_span_metrics_overflowed_total 0\n');
  });
});

describe('the span metrics of a store that starts again', () => {
  it('do not count what is replayed, and can be switched off', async () => {
    const first = await startStore({ CLEW_BATCH_MS: '60000' });
    await send(first);
    await first.end('SIGKILL');
    const second = await startStore({ CLEW_BATCH_MS: '100', CLEW_DATA_DIR: first.dataDir });
    const trace = await readUntil(`${second.query}/api/traces/${TRACE_ID}`, 'GET /cart');
    expect(trace).toContain('GET /cart');
    expect((await read(`${second.admin}/metrics/spans`)).text).not.toContain('GET /cart');
    await second.end('SIGTERM');

    const third = await startStore({ CLEW_SPAN_METRICS: 'off', CLEW_DATA_DIR: first.dataDir });
    const { status, text } = await read(`${third.admin}/metrics/spans`);
    expect(status).toBe(404);
    expect(text).toContain('CLEW_SPAN_METRICS=on');
    await third.stop();
  });
});
