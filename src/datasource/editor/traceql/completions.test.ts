import { StoreClient } from '../../../shared/storeClient';
import { type StoreRequest, type StoreResponse, type StoreTransport } from '../../../shared/storeTransport';
import { TagSource } from '../tagSource';
import { completionsAt, type CompletionContext } from './completions';

const SCOPES = [
  { name: 'intrinsic', tags: ['name', 'duration'] },
  { name: 'resource', tags: ['service.name'] },
  { name: 'span', tags: ['http.method', 'http route'] },
];
const VALUES = [
  { type: 'string', value: 'checkout' },
  { type: 'int', value: '5' },
];

/** A store that answers what an editor asks for, or with `status`. */
function store(status = 200, answer?: (request: StoreRequest) => Promise<void>) {
  const requests: StoreRequest[] = [];
  const transport: StoreTransport = async (request): Promise<StoreResponse> => {
    requests.push(request);
    await answer?.(request);
    const isNames = request.path.endsWith('/tags');
    return { status, statusText: '', data: isNames ? { scopes: SCOPES } : { tagValues: VALUES } };
  };
  return { requests, client: new StoreClient(transport) };
}

function contextOf(client: StoreClient, rest: Partial<CompletionContext> = {}): CompletionContext {
  return {
    source: new TagSource(client, () => ({ fromMs: 1000, toMs: 2000 })),
    variables: ['$service'],
    interpolate: (text) => text.replaceAll('$service', 'shop'),
    onError: () => undefined,
    ...rest,
  };
}

/** `¦` marks the cursor. */
const at = (marked: string, context: CompletionContext, isStale = () => false) =>
  completionsAt(marked.replace('¦', ''), marked.indexOf('¦'), context, isStale);

const inserts = async (marked: string, context: CompletionContext) =>
  (await at(marked, context)).items.map(({ insert }) => insert);

test("the store's attributes come with the language's own", async () => {
  const { client, requests } = store();
  const context = contextOf(client);
  expect(await inserts('{ ¦ }', context)).toEqual(
    expect.arrayContaining(['resource.service.name ', 'span."http route" ', 'duration ', 'span.'])
  );
  expect(await inserts('{ span.¦ }', context)).toEqual(['span.http.method ', 'span."http route" ']);
  expect(requests).toHaveLength(1);
  expect(requests[0]).toMatchObject({ path: 'api/v2/search/tags', params: { start: 1, end: 2 } });
});

test('values are those on spans of the rest of the filter, with its variables filled in', async () => {
  const { client, requests } = store();
  const context = contextOf(client);
  expect(await inserts('{ resource.service.name = "$service" && name = "ch¦" && .x = ', context)).toEqual([
    '"checkout"',
    '"$service"',
  ]);
  expect(requests[0]).toMatchObject({
    path: 'api/v2/search/tag/name/values',
    params: { q: '{ resource.service.name = "shop" }' },
  });
  expect(await inserts('{ .a = ¦', context)).toEqual(['"checkout"', '5', '"$service"', 'true', 'false', 'nil']);
  expect(requests[1].params?.q).toBeUndefined();
});

test('what the language alone has needs no store', async () => {
  const { client, requests } = store();
  const { items } = await at('{ status = ¦', contextOf(client));
  expect(items.map(({ label }) => label)).toEqual(['error', 'ok', 'unset']);
  expect(requests).toEqual([]);
});

test('an answer is kept for 30 s, for the same question alone', async () => {
  const { client, requests } = store();
  let now = 0;
  const source = new TagSource(
    client,
    () => undefined,
    () => now
  );
  const context = contextOf(client, { source });
  await at('{ name = "¦', context);
  await at('{ name = "che¦', context);
  expect(requests).toHaveLength(1);
  await at('{ name = "¦" && .a = 1 }', context);
  expect(requests).toHaveLength(2);
  now = 30_000;
  await at('{ name = "¦', context);
  expect(requests).toHaveLength(3);
});

test('a store that fails costs its part, is reported, and is asked again', async () => {
  const { client, requests } = store(500);
  const errors: unknown[] = [];
  const context = contextOf(client, { onError: (error) => errors.push(error) });
  const { items, isIncomplete } = await at('{ ¦', context);
  expect(items.map(({ label }) => label)).toContain('duration');
  expect(isIncomplete).toBe(true);
  expect(errors).toEqual([expect.objectContaining({ name: 'StoreError' })]);
  await at('{ ¦', context);
  expect(requests).toHaveLength(2);
});

test('a text that changed while typing is not asked about, one that changed later is not answered', async () => {
  const { client, requests } = store();
  const context = contextOf(client);
  expect(await at('{ name = "¦', context, () => true)).toEqual({ items: [], isIncomplete: false });
  expect(requests).toEqual([]);
  expect(await at('{ name = "¦', context, () => requests.length > 0)).toEqual({ items: [], isIncomplete: false });
  expect(requests).toHaveLength(1);
});

test("the language's own does not wait for a slow store", async () => {
  let release: () => void = () => undefined;
  const held = new Promise<void>((done) => (release = done));
  const { client } = store(200, () => held);
  const context = contextOf(client);
  const { items, isIncomplete } = await at('{ ¦', context);
  expect(items.map(({ label }) => label)).toContain('duration');
  expect(isIncomplete).toBe(true);
  release();
  expect(await inserts('{ span.¦', context)).toContain('span.http.method ');
});
