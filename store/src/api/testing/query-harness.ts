/**
 * A query server with a real engine, for tests: `node query-harness.ts`. The engine lives once per process, and Jest
 * loads modules anew for each test file, so it runs in a process of its own (query-process.ts starts it).
 *
 * With TEST_FILL_TAGS the catalogue of tags is that which the migration makes of the spans.
 *
 * With TEST_KEPT_UNKNOWN every trace may be one that retention has kept.
 *
 * With CLEW_CLICKHOUSE_URL in the environment the engine is the server at that address.
 *
 * Prints `{"query": port, "ingest": port}` once it listens. POST to the ingest port takes an OTLP request in protobuf and
 * answers when its spans can be queried. Ends, and removes its data, when its standard input does.
 */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';

import { EmbeddedEngine } from '../../engine/embedded.ts';
import { migrate } from '../../engine/migrate.ts';
import { RemoteEngine } from '../../engine/remote.ts';
import { Columnizer } from '../../ingest/columnizer.ts';
import { pinningOf } from '../../pins/testing/pinning-of.ts';
import { fillTagsSql } from '../../schema/fill-tags.ts';
import { RESOURCES, SPANS, TAGS } from '../../schema/tables.ts';
import { Tenants } from '../../tenants.ts';
import { createQueryServer } from '../server.ts';

const data = await mkdtemp(join(tmpdir(), 'clew-query-test-'));
const clickhouseUrl = process.env.CLEW_CLICKHOUSE_URL;
const engine = clickhouseUrl
  ? new RemoteEngine(clickhouseUrl)
  : new EmbeddedEngine({ path: join(data, 'engine'), readers: 4 });
await migrate(engine);
const pinning = pinningOf(engine);
if (!process.env.TEST_KEPT_UNKNOWN) {
  await pinning.kept.load(engine);
}

const columnizer = new Columnizer();
let batches = 0;

async function insert(request: Uint8Array): Promise<void> {
  columnizer.append(request, Date.now(), '');
  const { spans, resources, tags } = columnizer.take();
  const token = `test-${batches++}`;
  for (const [table, block] of [
    [RESOURCES, resources],
    [TAGS, tags],
    [SPANS, spans],
  ] as const) {
    if (block) {
      await engine.insertNative(
        table.name,
        table.columns.map(({ name }) => name),
        block,
        token
      );
    }
  }
}

async function fillTags(): Promise<void> {
  await engine.command(`TRUNCATE TABLE ${TAGS.name}`);
  for (const statement of fillTagsSql(1)) {
    await engine.command(statement);
  }
}

const ingest = createServer((request, response) => {
  buffer(request)
    .then(insert)
    .then(() => (process.env.TEST_FILL_TAGS ? fillTags() : undefined))
    .then(() => response.end())
    .catch((error: unknown) => response.writeHead(500).end(String(error)));
});

const logToStderr = (fields: object, message: string) => process.stderr.write(`${message} ${JSON.stringify(fields)}\n`);
const token = process.env.TEST_TOKEN;
const server = createQueryServer({
  engine,
  version: '0.0.0-test',
  tenants: Tenants.single(),
  pinning,
  token,
  status: () => ({
    ready: true,
    uptimeSeconds: 1,
    receivedSpans: 7,
    refused: { bad_trace_id: 1 },
    lastRefusedMs: { bad_trace_id: 1_700_000_000_000 },
    otlp: { grpc: '127.0.0.1:4317', http: '127.0.0.1:4318' },
  }),
  log: {
    info: logToStderr,
    warn: logToStderr,
    error: (fields, message) => {
      const { err, ...rest } = fields as { err?: unknown };
      logToStderr({ ...rest, err: err instanceof Error ? err.stack : err }, message);
    },
  },
});

await server.listen({ host: '127.0.0.1', port: 0 });
ingest.listen(0, '127.0.0.1');
await once(ingest, 'listening');
const portOf = (listening: Server) => (listening.address() as AddressInfo).port;
process.stdout.write(`${JSON.stringify({ query: portOf(server.server), ingest: portOf(ingest) })}\n`);

process.stdin.resume();
await once(process.stdin, 'end');
ingest.close();
await server.close();
await engine.close();
await rm(data, { recursive: true, force: true });
process.exit(0);
