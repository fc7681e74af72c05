/**
 * Retention on an engine of its own, for tests that stop it half-way: `node keep-harness.ts <folder> <mode,mode…> [n]`.
 *
 * `fill` writes two days of spans, four of which are of a pinned trace. `retain` drops the old one, and ends the process,
 * without closing anything, in front of the n-th statement that changes something; 0: never. `squeeze` has the other trace of the
 * old day pinned by an exemplar, and prints `{"kept", "pins", "gone"}` as kept traces get less and less room. `look` prints `{"spans", "rows",
 * "live", "emitters", "lost"}`: the pinned trace's span ids as the frame has them, how many rows a reader counts, rows of the old
 * day, what emitted the spans, and spans refused.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import { spanIdText, TraceFrameDecoder } from '@clew/trace-model';

import { EmbeddedEngine } from '../../engine/embedded.ts';
import type { Engine } from '../../engine/engine.ts';
import { migrate } from '../../engine/migrate.ts';
import { Columnizer } from '../../ingest/columnizer.ts';
import { encodeOtlpJson } from '../../ingest/otlp-json.ts';
import { KeptEngine } from '../../pins/kept-engine.ts';
import { pinningOf } from '../../pins/testing/pinning-of.ts';
import { EmitterCache } from '../../query/run/emitter-cache.ts';
import { LossReader } from '../../query/run/losses.ts';
import { traceFrame } from '../../query/run/trace-frame.ts';
import { LOSSES, RESOURCES, SPANS, TAGS } from '../../schema/tables.ts';
import { Keeper } from '../keeper.ts';
import { keptSize } from '../kept-space.ts';
import { Retention } from '../retention.ts';

const DAY_MS = 86_400_000;
const TRACE = 'a'.repeat(32);
const OTHER = 'b'.repeat(32);
const TENANT = "o'neill";
const silent = () => undefined;
const log = {
  info: silent,
  warn: silent,
  error: (fields: object) => process.stderr.write(`${JSON.stringify(fields)}\n`),
};

const [folder = '', mode = '', stopAt = '0'] = process.argv.slice(2);
const engine = new EmbeddedEngine({ path: join(folder, 'engine'), readers: 2 });
await migrate(engine);
const pinning = pinningOf(engine);

async function fill(): Promise<void> {
  const columnizer = new Columnizer();
  for (const [batch, ageDays] of [20, 20, 1].entries()) {
    const spans = [TRACE, OTHER].flatMap((traceId) =>
      [0, 1].map((index) => ({
        traceId,
        spanId: (batch * 2 + index + 1).toString(16).padStart(16, '0'),
        // Of a size that shows.
        name: traceId === OTHER ? randomBytes(5000).toString('hex') : 'step',
        startTimeUnixNano: String(1_000_000_000n * BigInt(batch + 1)),
        endTimeUnixNano: String(1_000_000_000n * BigInt(batch + 2)),
      }))
    );
    const refused = { traceId: TRACE, spanId: '00', name: 'refused' };
    const resource = { attributes: [{ key: 'service.name', value: { stringValue: `batch ${batch}` } }] };
    const { body } = encodeOtlpJson(
      JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans: [...spans, refused] }] }] })
    );
    columnizer.append(body, Date.now() - ageDays * DAY_MS, TENANT);
    const taken = columnizer.take();
    for (const [table, block] of [
      [RESOURCES, taken.resources],
      [LOSSES, taken.losses],
      [TAGS, taken.tags],
      [SPANS, taken.spans],
    ] as const) {
      if (block) {
        const columns = table.columns.map(({ name }) => name);
        await engine.insertNative(table.name, columns, block, `batch-${batch}`);
      }
    }
  }
  await pinning.pins.add(TENANT, [
    { traceId: TRACE, kind: 'hand', source: '', note: '', by: '', pinnedMs: Date.now() },
  ]);
}

async function retain(): Promise<void> {
  let commands = 0;
  const stopping: Engine = {
    rows: (query, limits) => engine.rows(query, limits),
    bytes: (query, format, limits) => engine.bytes(query, format, limits),
    command: (sql) => {
      commands += 1;
      if (commands === Number(stopAt)) {
        process.kill(process.pid, 'SIGKILL');
      }
      return engine.command(sql);
    },
    insertNative: (table, columns, block, token) => engine.insertNative(table, columns, block, token),
    close: () => engine.close(),
  };
  const events = { pinsRemoved: silent, tracesRemoved: silent, tracesLost: silent };
  const keeper = new Keeper(stopping, pinning.kept, pinning.pins, { maxBytes: 2 ** 30, maxPins: 10 }, events, log);
  const limits = { retentionDays: 7, retentionBytes: 0 };
  const retention = new Retention(
    stopping,
    { limitsOf: () => limits, freeBytes: 0, folder: undefined, keeper },
    silent,
    log
  );
  retention.start();
  await retention.stop();
}

async function look(): Promise<void> {
  await pinning.kept.load(engine);
  const reader = new KeptEngine(engine, pinning.kept);
  const decoder = new TraceFrameDecoder();
  const spans: string[] = [];
  const resources = new Set<bigint>();
  for await (const bytes of traceFrame(reader, TENANT, TRACE, 6)) {
    for (const chunk of decoder.push(bytes)) {
      for (let row = 0; row < chunk.rows; row++) {
        spans.push(spanIdText(chunk.spanIds, row));
      }
    }
  }
  const [{ rows }] = await reader.rows<{ rows: string }>({
    sql: `SELECT toString(count()) AS rows FROM ${SPANS.name} WHERE tenant = {tenant:String} AND trace_id = toFixedString(unhex({id:String}), 16)`,
    params: { tenant: TENANT, id: TRACE },
    traces: { tenant: TENANT, ids: [TRACE] },
  });
  for (const { id } of await reader.rows<{ id: string }>({
    sql: `SELECT DISTINCT toString(resource_id) AS id FROM ${SPANS.name} WHERE tenant = {tenant:String}`,
    params: { tenant: TENANT },
    traces: { tenant: TENANT, ids: [TRACE] },
  })) {
    resources.add(BigInt(id));
  }
  const emitters = (await new EmitterCache(reader).get(TENANT, resources)).size;
  const [{ live }] = await engine.rows<{ live: string }>({
    sql: `SELECT toString(count()) AS live FROM ${SPANS.name} WHERE received_day < today() - 7`,
    params: {},
  });
  const lost = await new LossReader(reader).ofTrace(TENANT, TRACE);
  process.stdout.write(
    `${JSON.stringify({ spans: spans.sort(), rows: Number(rows), live: Number(live), emitters, lost: lost.count })}\n`
  );
}

/** One step of `squeeze`: what is kept, by the first digit of its id, how many pins there are, and what was reported. */
async function squeeze(): Promise<void> {
  await pinning.pins.add(TENANT, [
    { traceId: OTHER, kind: 'exemplar', source: 'orders', note: '', by: '', pinnedMs: Date.now() },
    { traceId: 'c'.repeat(32), kind: 'exemplar', source: 'orders', note: '', by: '', pinnedMs: Date.now() - 2 },
    { traceId: 'd'.repeat(32), kind: 'span_metrics', source: 'orders', note: '', by: '', pinnedMs: Date.now() - 1 },
  ]);
  await retain();
  const { bytes } = await keptSize(engine);
  for (const [maxBytes, maxPins] of [
    [bytes, 10],
    [bytes, 2],
    [bytes - 1, 10],
    [1, 10],
  ]) {
    const gone: string[] = [];
    const events = {
      pinsRemoved: (reason: string, count: number) => gone.push(`${count} pins: ${reason}`),
      tracesRemoved: (reason: string, count: number) => gone.push(`${count} traces: ${reason}`),
      tracesLost: silent,
    };
    const keeper = new Keeper(engine, pinning.kept, pinning.pins, { maxBytes, maxPins }, events, log);
    await keeper.tidy(false);
    const kept = pinning.kept.among(TENANT, [TRACE, OTHER]).map((id) => id[0]);
    process.stdout.write(`${JSON.stringify({ kept, pins: keeper.pins, gone })}\n`);
  }
}

const MODES: Readonly<Record<string, () => Promise<void>>> = { fill, retain, squeeze, look };
for (const one of mode.split(',')) {
  await MODES[one]();
}
await engine.close();
