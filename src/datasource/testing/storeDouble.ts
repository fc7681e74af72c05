import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import {
  dateTime,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceInstanceSettings,
} from '@grafana/data';
import { lastValueFrom } from 'rxjs';
import { xhrStream, xhrTransport } from '../../shared/testing/xhrTransport';
import { ClewDatasource, type DatasourceServices } from '../datasource';
import { type ClewJsonData, type ClewQuery } from '../types';

export const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const TRACE_JSON = {
  trace: {
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
        scopeSpans: [
          { spans: [{ traceId: 'S/kvNXezTaajzpKdDg5HNg==', spanId: 'APBnqgupArc=', startTimeUnixNano: '1' }] },
        ],
      },
    ],
  },
  metrics: {},
  status: 'COMPLETE',
};
export const SUMMARY = {
  traceId: TRACE,
  spans: 1,
  startUnixNano: '1700000000000000001',
  durationNs: '0',
  services: 1,
  errors: 0,
  roots: 1,
  rootService: 'shop',
  rootName: '',
};
export const STATUS = {
  version: '0.1.0',
  ready: true,
  uptimeSeconds: 5,
  spansStored: 12_345,
  bytesOnDisk: 1,
  oldestUnixNano: '1',
  newestUnixNano: '2',
  received: { spans: 1 },
  refused: {},
  otlp: { grpc: 'localhost:4317', http: 'localhost:4318' },
};

type Answer = [status: number, body: unknown];

interface StoreDouble {
  /** Every request since the test began. */
  asked: URL[];
  /** By path; what is not here is not found. A list as a body comes line by line. */
  answers: Record<string, Answer>;
  /** Whether the datasource takes answers that come in parts. */
  streams: boolean;
}

/** What stands for the store in this file's tests, set back before each. */
export const store: StoreDouble = { asked: [], answers: {}, streams: false };

let server: Server;
let baseUrl: string;

/** Serves `store` over HTTP while the tests of a file run. */
export function serveStore(): void {
  beforeAll((done) => {
    server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://store');
      store.asked.push(url);
      const [status, body] = store.answers[url.pathname] ?? [
        404,
        { error: { code: 'route_not_found', message: 'nothing' } },
      ];
      response.writeHead(status, { 'Access-Control-Allow-Origin': '*' });
      if (Array.isArray(body)) {
        void writeParts(response, body);
      } else {
        response.end(typeof body === 'string' ? body : JSON.stringify(body));
      }
    }).listen(0, '127.0.0.1', () => {
      baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      done();
    });
  });

  afterAll((done) => {
    server.close(done);
    // The browser's side keeps its connections open.
    server.closeAllConnections();
  });

  beforeEach(() => {
    store.asked = [];
    store.streams = false;
    store.answers = {
      [`/clew/v1/traces/${TRACE}`]: [200, SUMMARY],
      [`/api/v2/traces/${TRACE}`]: [200, TRACE_JSON],
      '/api/search': [200, { traces: [{ traceID: TRACE }] }],
      '/clew/v1/status': [200, STATUS],
      '/clew/v1/services': [200, { services: [{ service: 'shop' }, { service: 'bank' }] }],
    };
  });
}

async function writeParts(response: ServerResponse, parts: readonly unknown[]): Promise<void> {
  for (const part of parts) {
    response.write(`${JSON.stringify(part)}\n`);
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  response.end();
}

/** As Grafana's: a string value through the formatter, or joined by a named one. */
const templateSrv = (variables: Record<string, unknown>): DatasourceServices['templateSrv'] => ({
  replace: (text = '', _scopedVars, format) =>
    text.replace(/\$(\w+)/g, (match: string, name: string) => {
      if (!(name in variables)) {
        return match;
      }
      const value = variables[name];
      return typeof format === 'function'
        ? String(format(value, { name, multi: Array.isArray(value) }))
        : Array.isArray(value)
          ? `(${value.join('|')})`
          : String(value);
    }),
  containsTemplate: (text = '') => text.includes('$'),
  getVariables: () => [],
});

export function datasource(
  variables: Record<string, unknown> = {},
  jsonData: Partial<ClewJsonData> = {}
): ClewDatasource {
  const settings = {
    uid: 'clew',
    name: 'Clew',
    type: 'clew-traces-datasource',
    url: '/api/datasources/proxy/uid/clew',
    jsonData,
    meta: { info: { version: '0.1.3' } },
  } as unknown as DataSourceInstanceSettings<ClewJsonData>;
  return new ClewDatasource(settings, {
    transport: xhrTransport(baseUrl),
    stream: store.streams ? xhrStream(baseUrl) : undefined,
    templateSrv: templateSrv(variables),
    address: () => Promise.resolve('http://store:3200'),
  });
}

const [from, to] = [dateTime(1_700_000_000_400), dateTime(1_700_000_600_400)];
export const range = { from, to, raw: { from, to } };

export function ask(targets: object[], source = datasource()): Promise<DataQueryResponse> {
  const request = { targets, range, scopedVars: {} } as unknown as DataQueryRequest<ClewQuery>;
  return lastValueFrom(source.query(request));
}
