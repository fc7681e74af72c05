import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Engine } from '../engine/engine.ts';
import { Journal } from '../journal/journal.ts';
import { decodeRecords } from '../journal/record.ts';
import { SPANS } from '../schema/tables.ts';
import { createRegistry, IngestMetrics } from '../telemetry/metrics.ts';
import { encodeOtlpJson } from './otlp-json.ts';
import { IngestPipeline, IngestUnavailable } from './pipeline.ts';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const requestOfOneSpan = (number: number) => {
  const spans = [{ traceId: 'a'.repeat(32), spanId: (number + 1).toString(16).padStart(16, '0'), name: 'x' }];
  return encodeOtlpJson(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] })).body;
};

describe('IngestPipeline', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'clew-pipeline-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('stores a request that is sent again once, and answers it as the first time', async () => {
    const { pipeline, inserts } = await start(100);
    const results = await Promise.all([1, 1, 2, 1].map((number) => pipeline.accept(requestOfOneSpan(number), '')));
    await pipeline.flush();
    results.push(await pipeline.accept(requestOfOneSpan(1), ''), await pipeline.accept(requestOfOneSpan(1), 'other'));
    await pipeline.close(5000);
    expect(results.map(({ accepted }) => accepted)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(inserts.map(({ rows }) => rows)).toEqual([2, 1]);
  });

  it('stores again what was refused the first time', async () => {
    const { pipeline } = await start(100);
    const broken = Uint8Array.of(0x0a, 0x7f);
    await expect(pipeline.accept(broken, '')).rejects.toThrow('are left');
    await expect(pipeline.accept(broken, '')).rejects.toThrow('are left');
    await pipeline.close(5000);
  });

  /** Rows of each inserted batch beside the spans that its segment holds at that moment. */
  async function start(batchSpans: number) {
    const inserts: Array<{ rows: number; inSegment: number }> = [];
    const { journal, left, tail } = await Journal.open(folder);
    // The real engine is in store.int.test.ts; here it matters what is on disk at the moment of an insert.
    const engine: Engine = {
      rows: () => Promise.resolve([]),
      bytes: () => Promise.resolve(Buffer.alloc(0)),
      command: () => Promise.resolve(),
      close: () => Promise.resolve(),
      insertNative: async (table, _columns, block, token) => {
        if (table === SPANS.name) {
          const segment = await readFile(join(folder, token.slice(0, token.indexOf(':'))));
          // A block begins with its number of columns and its number of rows, here below 128 both.
          inserts.push({ rows: block[1], inSegment: decodeRecords(segment).records.length });
        }
      },
    };
    const options = { batchBytes: 1e9, batchSpans, batchMs: 20, journalBytes: 1e9 };
    const metrics = new IngestMetrics(createRegistry(), () => ({ bytes: 0, segments: 0, oldestMs: undefined }));
    return { pipeline: new IngestPipeline(journal, left, tail, engine, options, metrics, log), inserts };
  }

  it.each([1, 2, 3, 100])('inserts with a segment the spans that it holds, at %d spans a batch', async (batchSpans) => {
    const { pipeline, inserts } = await start(batchSpans);
    // All at once, so that many wait while a segment is opened.
    await Promise.all(Array.from({ length: 60 }, (_, number) => pipeline.accept(requestOfOneSpan(number), '')));
    await pipeline.close(5000);
    expect(inserts.map(({ rows }) => rows)).toEqual(inserts.map(({ inSegment }) => inSegment));
    expect(inserts.reduce((sum, { rows }) => sum + rows, 0)).toBe(60);
    expect(await readdir(folder)).toEqual([]);
  });

  it('acknowledges or refuses, and loses nothing, what comes while it closes', async () => {
    const { pipeline, inserts } = await start(2);
    const outcomes = Promise.allSettled(
      Array.from({ length: 40 }, (_, number) => pipeline.accept(requestOfOneSpan(number), ''))
    );
    await pipeline.close(5000);
    const settled = await outcomes;
    const accepted = settled.filter(({ status }) => status === 'fulfilled').length;
    for (const outcome of settled) {
      if (outcome.status === 'rejected') {
        expect(outcome.reason).toBeInstanceOf(IngestUnavailable);
      }
    }
    expect(inserts.reduce((sum, { rows }) => sum + rows, 0)).toBe(accepted);
    expect(await readdir(folder)).toEqual([]);
  });
});
