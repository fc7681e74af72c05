import { appendFileSync, cpSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { decodeRecords, encodeRecordHead } from '../../store/src/journal/record.ts';
import { end, logged, untilDrained, untilReady } from '../lib/store-control.ts';
import { makeRequest } from './requests.ts';
import type { Report } from './report.ts';
import { httpSender } from './senders.ts';

const REQUESTS = 40;
/** Where a record has the length of its body (record.ts). */
const BODY_BYTES_AT = 12;
/** Nothing leaves the journal before the kill. */
const JOURNAL_ALONE = { CLEW_BATCH_MS: '60000', CLEW_READERS: '1' };

/** A new span does not keep the journal waiting. */
const QUICK = { CLEW_BATCH_MS: '50', CLEW_READERS: '1' };

interface Damage {
  readonly name: string;
  /** Damages the file; `starts` are the offsets of its records. Answers how many records are before the damage. */
  readonly apply: (path: string, starts: readonly number[]) => number;
}

const flipped = (path: string, at: number) => {
  const content = readFileSync(path);
  content[at] ^= 0x10;
  writeFileSync(path, content);
};

const DAMAGES: readonly Damage[] = [
  {
    name: 'cut in the last record',
    apply: (path, starts) => {
      truncateSync(path, readFileSync(path).length - 1);
      return starts.length - 1;
    },
  },
  {
    name: 'cut in a header',
    apply: (path, starts) => {
      truncateSync(path, starts[30] + 7);
      return 30;
    },
  },
  {
    name: 'bit flip in a body',
    apply: (path, starts) => {
      flipped(path, starts[25] + 500);
      return 25;
    },
  },
  {
    name: 'bit flip in a length',
    apply: (path, starts) => {
      flipped(path, starts[20] + BODY_BYTES_AT + 3);
      return 20;
    },
  },
  {
    name: 'bit flip in the first magic number',
    apply: (path, starts) => {
      flipped(path, starts[0]);
      return 0;
    },
  },
  {
    name: 'zeros at the end, as a power cut leaves them',
    apply: (path, starts) => {
      const bytes = readFileSync(path).length;
      truncateSync(path, starts[35]);
      truncateSync(path, bytes);
      return 35;
    },
  },
  {
    name: 'noise after the end',
    apply: (path, starts) => {
      appendFileSync(path, Buffer.from('no record, and longer than the header of one'));
      return starts.length;
    },
  },
];

/** kill -9 with spans in the journal alone, then a damaged tail: all before the damage is kept, and the log says so. */
export async function torn(report: Report): Promise<void> {
  const root = report.folder();
  const original = join(root, 'original');
  const sent = await fillJournal(report, original);
  for (const [index, damage] of DAMAGES.entries()) {
    const dataDir = join(root, String(index));
    cpSync(original, dataDir, { recursive: true });
    await oneDamage(report, damage, dataDir, sent);
  }
}

/** Trace ids in the order in which the journal has them. */
async function fillJournal(report: Report, dataDir: string): Promise<string[]> {
  const store = await report.start(dataDir, JOURNAL_ALONE);
  const sender = httpSender(store.otlpHttp, 1);
  const sent: string[] = [];
  for (let index = 0; index < REQUESTS; index++) {
    const request = makeRequest(5);
    const { kind } = await sender.send(request.body);
    report.check('an idle store takes a request', kind === 'acknowledged', kind);
    sent.push(request.traceId);
  }
  await end(store, 'SIGKILL');
  sender.close();
  return sent;
}

async function oneDamage(report: Report, damage: Damage, dataDir: string, sent: readonly string[]): Promise<void> {
  const journal = join(dataDir, 'journal');
  const segments = readdirSync(journal);
  report.check(`${damage.name}: one segment to damage`, segments.length === 1, segments);
  const path = join(journal, segments[0]);
  const starts = recordStarts(readFileSync(path));
  report.check(`${damage.name}: a record for each request`, starts.length === sent.length, starts.length);
  const kept = damage.apply(path, starts);
  const content = readFileSync(path);
  const dropped = content.length - (starts[kept] ?? recordsEnd(content));

  const store = await report.start(dataDir, QUICK);
  await untilReady(store, 15_000);
  const warnings = logged(store, 'journal segment');
  report.check(
    `${damage.name}: the log says what was dropped`,
    warnings.length > 0 && warnings[0].droppedBytes === dropped,
    { expected: dropped, log: warnings }
  );
  // The start goes on as ever.
  const after = makeRequest(5);
  const sender = httpSender(store.otlpHttp, 1);
  const { kind } = await sender.send(after.body);
  sender.close();
  report.check(`${damage.name}: takes new spans`, kind === 'acknowledged', kind);
  await untilDrained(store, 15_000);
  const expected = new Map([...sent.slice(0, kept), after.traceId].map((traceId) => [traceId, 5]));
  await report.stopAndCompare(damage.name, store, dataDir, expected);
}

function recordStarts(segment: Buffer): number[] {
  const starts: number[] = [];
  let at = 0;
  for (const record of decodeRecords(segment).records) {
    starts.push(at);
    at += encodeRecordHead(record).length + record.body.length;
  }
  return starts;
}

const recordsEnd = (segment: Buffer) => decodeRecords(segment).goodBytes;
