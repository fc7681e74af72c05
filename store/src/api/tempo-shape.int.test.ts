import { join } from 'node:path';
import protobuf from 'protobufjs';

import { startQueryProcess, type QueryProcess } from './testing/query-process.ts';
import { EPOCH_SECONDS, otlpRequest, SHOP_SPANS } from './testing/shop-traces.ts';

const proto = protobuf.loadSync(join(__dirname, 'grpc', 'testing', 'streaming-querier.proto'));

let store: QueryProcess;

beforeAll(async () => {
  store = await startQueryProcess();
  await store.ingest(otlpRequest(SHOP_SPANS));
}, 30_000);

afterAll(() => store.stop());

const get = async (path: string): Promise<unknown> => (await fetch(`${store.url}${encodeURI(path)}`)).json();

/** Paths of what a decoder refuses that takes a message's own fields and no others, as Grafana's does. */
function* strangers(type: protobuf.Type, value: unknown, path = ''): Generator<string> {
  if (typeof value !== 'object' || value === null) {
    yield `${path} is ${String(value)}`;
    return;
  }
  for (const [name, content] of Object.entries(value)) {
    const field = Object.values(type.fields).find((known) => known.name === name);
    if (!field) {
      yield `${path}.${name}`;
      continue;
    }
    field.resolve();
    if (field.repeated !== Array.isArray(content)) {
      yield `${path}.${name} is${field.repeated ? ' no' : ' a'} list`;
    }
    if (!(field.resolvedType instanceof protobuf.Type)) {
      continue;
    }
    const messages = Array.isArray(content) ? content : field.map ? Object.values(content as object) : [content];
    for (const [index, message] of messages.entries()) {
      yield* strangers(field.resolvedType, message, `${path}.${name}[${index}]`);
    }
  }
}

const RANGE = `start=${EPOCH_SECONDS - 10}&end=${EPOCH_SECONDS + 10_000}`;

test.each([
  ['SearchResponse', '/api/search'],
  ['SearchResponse', `/api/search?q={}&${RANGE}&limit=100`],
  [
    'SearchResponse',
    '/api/search?q={ } | select(.x, kind, status, resource.service.name, nestedSetLeft, event.code)&limit=100',
  ],
  ['SearchResponse', '/api/search?q={ } | by(resource.service.name) | count() > 0&limit=100'],
  ['SearchResponse', '/api/search?q={ } | avg(duration) >= 0s&limit=100'],
  ['SearchResponse', '/api/search?q={ } >> { status = error }'],
  ['SearchResponse', '/api/search?tags=http.method=GET'],
  ['SearchResponse', '/api/search?q={ .nowhere = 1 }'],
  ['SearchTagsResponse', '/api/search/tags'],
  ['SearchTagsV2Response', '/api/v2/search/tags'],
  ['SearchTagValuesResponse', '/api/search/tag/x/values'],
  ['SearchTagValuesV2Response', '/api/v2/search/tag/.x/values'],
])('%s of %s has the fields that Grafana knows', async (type, path) => {
  expect([...strangers(proto.lookupType(`tempopb.${type}`), await get(path))]).toEqual([]);
});

test.each([
  ['SearchResponse', '/api/search?q={ } | select(.x)&limit=100'],
  ['SearchTagsResponse', '/api/search/tags'],
  ['SearchTagsV2Response', '/api/v2/search/tags'],
  ['SearchTagValuesResponse', '/api/search/tag/x/values'],
  ['SearchTagValuesV2Response', '/api/v2/search/tag/.x/values'],
])('%s of %s in protobuf says the same', async (name, path) => {
  const type = proto.lookupType(`tempopb.${name}`);
  const response = await fetch(`${store.url}${encodeURI(path)}`, { headers: { accept: 'application/protobuf' } });
  expect(response.headers.get('content-type')).toBe('application/protobuf');
  const inProtobuf = type.decode(new Uint8Array(await response.arrayBuffer()));
  expect(type.toObject(inProtobuf)).toEqual(type.toObject(type.fromObject((await get(path)) as object)));
});

test('a refusal is JSON, whatever was asked for', async () => {
  const response = await fetch(`${store.url}/api/search?limit=0`, { headers: { accept: 'application/protobuf' } });
  expect([response.status, await response.json()]).toMatchObject([400, { error: { code: 'parameter_invalid' } }]);
});

test('what tells strangers apart', () => {
  const type = proto.lookupType('tempopb.SearchResponse');
  expect([...strangers(type, { traces: [{ spanSets: {}, backendReads: 1 }], nextCursor: '' })]).toEqual([
    '.traces[0].spanSets is no list',
    '.traces[0].backendReads',
    '.nextCursor',
  ]);
});

test('buildinfo has the fields of Prometheus and Tempo', async () => {
  const info = (await get('/api/status/buildinfo')) as object;
  expect(Object.keys(info)).toEqual(['version', 'revision', 'branch', 'buildUser', 'buildDate', 'goVersion']);
});

test.each(['span', 'resource', 'event', 'link', 'instrumentation', 'intrinsic'])('scope=%s', async (scope) => {
  const { scopes } = (await get(`/api/v2/search/tags?scope=${scope}`)) as { scopes: Array<{ name: string }> };
  expect(scopes.map(({ name }) => name)).toEqual([scope]);
});

test('scope=none is all of them', async () => {
  expect(await get('/api/v2/search/tags?scope=none')).toEqual(await get('/api/v2/search/tags'));
});

test.each([
  ['/api/v2/search/tags?scope=trace', 'scope'],
  ['/api/v2/search/tags?limit=0', 'limit'],
  ['/api/v2/search/tags?limit=-5', 'limit'],
  ['/api/search/tags?start=10&end=5', 'start'],
  ['/api/v2/search/tag/.x/values?start=1700000000000000000', 'start'],

  ['/api/search?end=2023-11-14T22:13:20Z', 'end'],
  ['/clew/v1/services?start=-1', 'start'],
])('%s is refused, and %s named', async (path, name) => {
  const response = await fetch(`${store.url}${encodeURI(path)}`);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    error: { code: 'parameter_invalid', message: expect.stringMatching(new RegExp(`^Parameter ${name} `)) },
  });
});

test('a query of more than 128 KiB is refused, of whatever it is asked', async () => {
  const q = 'x'.repeat(131_073);
  for (const path of ['/api/search', '/clew/v1/search/stream', '/api/v2/search/tags', '/api/v2/search/tag/.x/values']) {
    const response = await fetch(`${store.url}${path}?q=${q}`);
    expect([path, response.status]).toEqual([path, 400]);
    expect(await response.json()).toMatchObject({ error: { message: expect.stringContaining('131072 are allowed') } });
  }
});
