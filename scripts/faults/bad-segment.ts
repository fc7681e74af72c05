import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import { Journal } from '../../store/src/journal/journal.ts';
import { logged, metric, untilDrained, untilReady } from '../lib/store-control.ts';
import { makeRequest } from './requests.ts';
import type { Report } from './report.ts';
import { writeSegment } from './segments.ts';
import { httpSender } from './senders.ts';

/** A new span does not keep the journal waiting. */
const QUICK = { CLEW_BATCH_MS: '50', CLEW_READERS: '1' };

interface BadFile {
  readonly name: string;
  /** Puts it in the place of the good segment `segment`, which sorts between others. */
  readonly make: (journal: string, segment: string) => void;
  /** Text of a warning or error that has to be in the log; undefined where there is nothing to say. */
  readonly logged: RegExp | undefined;
  /** Not among all the others: where it holds the start, nothing would be seen of them. */
  readonly apart?: true;
}

const BAD_FILES: readonly BadFile[] = [
  {
    name: 'garbage',
    make: (journal, segment) => writeFileSync(join(journal, segment), randomBytes(100_000)),
    logged: /"droppedBytes":100000/,
  },
  { name: 'empty', make: (journal, segment) => writeFileSync(join(journal, segment), ''), logged: undefined },
  {
    name: 'a foreign name that ends like a segment',
    make: (journal) => writeFileSync(join(journal, 'notes.seg'), 'buy milk'),
    logged: /notes\.seg/,
  },
  {
    name: 'a foreign name',
    make: (journal) => writeFileSync(join(journal, 'README.txt'), 'buy milk'),
    logged: undefined,
  },
  {
    name: 'a directory',
    make: (journal, segment) => mkdirSync(join(journal, segment)),
    logged: /EISDIR/,
  },
  {
    name: 'a link that leads nowhere',
    make: (journal, segment) => symlinkSync('/nowhere', join(journal, segment)),
    logged: /ENOENT|nowhere|removed by someone else/,
    apart: true,
  },
  {
    name: 'an unfinished join',
    make: (journal, segment) => writeFileSync(join(journal, `${segment}.tmp`), randomBytes(5000)),
    logged: undefined,
  },
];

/**
 * Files in the journal that are no segments, or that can never be inserted, alone where something has to be said of them,
 * and all together: the start works, they are reported, and those around them are replayed.
 */
export async function badSegment(report: Report): Promise<void> {
  const root = report.folder();
  for (const [index, bad] of BAD_FILES.filter(({ logged: pattern }) => pattern).entries()) {
    await startWith(report, bad.name, [bad], join(root, `alone-${index}`));
  }
  const together = BAD_FILES.filter(({ apart }) => !apart);
  await startWith(report, 'all together', together, join(root, 'all'));
  await badRequest(report, join(root, 'request'));
}

async function startWith(report: Report, name: string, bads: readonly BadFile[], dataDir: string): Promise<void> {
  const journal = join(dataDir, 'journal');
  const expected = new Map<string, number>();
  const { good, victims } = await writeSegments(journal, expected, 3, bads.length);
  for (const [index, bad] of bads.entries()) {
    bad.make(journal, victims[index]);
  }
  const store = await report.start(dataDir, QUICK).catch((error: unknown) => String(error));
  if (typeof store === 'string') {
    report.check(`${name}: starts`, false, store.slice(0, 600));
    return;
  }
  const ready = await untilReady(store, 20_000).catch((error: unknown) => String(error));
  report.check(`${name}: is ready within 20 s`, typeof ready === 'number', { ready, log: tail(store.log()) });
  for (const bad of bads) {
    const { logged: pattern } = bad;
    report.check(`${name}: reports ${bad.name}`, !pattern || pattern.test(store.log()), tail(store.log()));
  }
  await takesMore(report, name, store.otlpHttp, expected);
  const drained = await untilDrained(store, 15_000).catch((error: unknown) => String(error));
  report.check(`${name}: the journal gets empty`, typeof drained === 'number', {
    drained,
    bytes: await metric(store, 'clew_journal_bytes'),
    good,
    left: readdirSync(journal),
  });
  await report.stopAndCompare(name, store, dataDir, expected);
  report.note(`${name}: left in the journal`, readdirSync(journal));
}

/** A whole record that is not OTLP, among others that are, in a segment among others. */
async function badRequest(report: Report, dataDir: string): Promise<void> {
  const name = 'a request that is not OTLP';
  const folder = join(dataDir, 'journal');
  const expected = new Map<string, number>();
  await writeSegments(folder, expected, 1, 0);
  const { journal } = await Journal.open(folder);
  const before = makeRequest(5);
  const after = makeRequest(5);
  await writeSegment(journal, [before.body, Buffer.from('\xff\xff\xff no protobuf', 'latin1'), after.body]);
  [before, after].forEach(({ traceId, spans }) => expected.set(traceId, spans));
  await writeSegments(folder, expected, 2, 0);
  const store = await report.start(dataDir, QUICK);
  const ready = await untilReady(store, 30_000).catch((error: unknown) => String(error));
  report.check(`${name}: is ready within 30 s`, typeof ready === 'number', { ready, log: tail(store.log()) });
  report.note(`${name}: ready after ms`, ready);
  await takesMore(report, name, store.otlpHttp, expected);
  await untilDrained(store, 15_000);
  const quarantined = await metric(store, 'clew_quarantined_total');
  report.check(`${name}: is counted`, quarantined === 1, quarantined);
  report.check(`${name}: is reported`, logged(store, 'is kept here').length > 0, tail(store.log()));
  await report.stopAndCompare(name, store, dataDir, expected);
  const kept = readdirSync(join(folder, 'quarantine'));
  report.check(`${name}: is kept`, kept.length === 1, kept);
}

async function takesMore(
  report: Report,
  name: string,
  otlpHttp: string,
  acknowledged: Map<string, number>
): Promise<void> {
  const request = makeRequest(5);
  const sender = httpSender(otlpHttp, 1);
  const answer = await sender.send(request.body);
  sender.close();
  report.check(`${name}: takes new spans`, answer.kind === 'acknowledged', answer);
  acknowledged.set(request.traceId, request.spans);
}

/**
 * Writes `good` segments of three requests before, and as many after, `victims` names that are free for others. Adds
 * what is in them to `expected`.
 */
async function writeSegments(
  folder: string,
  expected: Map<string, number>,
  good: number,
  victims: number
): Promise<{ good: string[]; victims: string[] }> {
  const { journal } = await Journal.open(folder);
  const names: { good: string[]; victims: string[] } = { good: [], victims: [] };
  for (let index = 0; index < good * 2 + victims; index++) {
    const isVictim = index >= good && index < good + victims;
    const requests = isVictim ? [] : [makeRequest(5), makeRequest(5), makeRequest(5)];
    const name = await writeSegment(
      journal,
      requests.map(({ body }) => body)
    );
    requests.forEach(({ traceId, spans }) => expected.set(traceId, spans));
    if (isVictim) {
      await journal.remove(name);
    }
    (isVictim ? names.victims : names.good).push(name);
  }
  return names;
}

const tail = (log: string) => log.trim().split('\n').slice(-6);
