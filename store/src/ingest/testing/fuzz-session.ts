import { LOSSES, RESOURCES, SPANS, type Table } from '../../schema/tables.ts';
import { Columnizer, type AppendResult, type Batch } from '../columnizer.ts';
import { MalformedOtlp } from '../otlp-wire.ts';
import { BadBlock, decodeNativeBlock, type Plain, type Row } from './native-decoder.ts';
import { isWellFormed } from './otlp-shape.ts';
import { BadMessage } from './protobuf-fields.ts';
import { findUnreadable } from './read-back.ts';
import { ReferenceColumnizer, type Expected } from './reference-columnizer.ts';

export interface FuzzRequest {
  readonly bytes: Uint8Array;
  readonly receivedMs: number;
  readonly tenant: string;
}

/** Requests that one batch is made of, in a columnizer that has made batches before or in a new one. */
export type FuzzBatch = readonly FuzzRequest[];

export interface Counts {
  requests: number;
  /** Of them, refused as a whole by columnizer and reference alike. */
  malformed: number;
  /** Refused, or taken, because of bytes that no column is made of (`isWellFormed`). */
  free: number;
  spans: number;
  refusedSpans: number;
  resources: number;
  losses: number;
  slowestMs: number;
}

export const noCounts = (): Counts => ({
  requests: 0,
  malformed: 0,
  free: 0,
  spans: 0,
  refusedSpans: 0,
  resources: 0,
  losses: 0,
  slowestMs: 0,
});

/** What the columnizer does otherwise than it should. `kind` is the same for failures of one cause. */
export class Divergence extends Error {
  readonly kind: string;

  constructor(kind: string, what: string) {
    super(`${kind}: ${what}`);
    this.kind = kind;
  }
}

/** No request of the fuzzer's size takes the columnizer this long, however slow the machine. */
const HANG_MS = 2000;
const BEFORE = 37;
const AFTER = 64;

type Outcome = { result: AppendResult } | { refusal: string };

/**
 * A columnizer under test, twice: the second one gets each request with other bytes around it, and must do the same to
 * the last byte. What the first makes is compared with the reference.
 */
export class FuzzSubject {
  readonly counts: Counts;
  readonly #first = new Columnizer();
  readonly #second = new Columnizer();
  readonly #reference = new ReferenceColumnizer();
  #spans: Row[] = [];
  #resources: Row[] = [];
  #losses: Row[] = [];

  constructor(counts: Counts = noCounts()) {
    this.counts = counts;
  }

  /** Throws Divergence, after which the subject must not be used any more. */
  run(batch: FuzzBatch): void {
    for (const request of batch) {
      this.#append(request);
    }
    this.#take();
  }

  #append(request: FuzzRequest): void {
    const { counts } = this;
    counts.requests++;
    const outcome = this.#outcomeOf(request);
    const expected = expectationOf(this.#reference, request);
    if (!expected || 'refusal' in outcome) {
      if (!expected && 'result' in outcome) {
        throw new Divergence('takes a malformed request', JSON.stringify(outcome.result));
      }
      if (expected && 'refusal' in outcome && isWellFormed(request.bytes)) {
        throw new Divergence('refuses a well-formed request', outcome.refusal);
      }
      counts[expected ? 'free' : 'malformed']++;
      this.#expectRows();
      return;
    }
    const { accepted, refused, stored } = expected;
    expectEqual('result', outcome.result, { accepted, refused, cutAttributes: 0, stored });
    this.#reference.remember(expected);
    this.#spans.push(...expected.spans);
    this.#resources.push(...expected.resources);
    this.#losses.push(...expected.losses);
    counts.free += isWellFormed(request.bytes) ? 0 : 1;
    counts.refusedSpans += Object.values(refused).reduce((sum, count) => sum + count, 0);
    this.#expectRows();
  }

  /** The same request among bytes that go on where it ends (0x0a is a field's tag), and alone. */
  #outcomeOf(request: FuzzRequest): Outcome {
    const { length } = request.bytes;
    const framed = new Uint8Array(BEFORE + length + AFTER).fill(0xaa);
    const one = framed.subarray(BEFORE, BEFORE + length);
    const alone = length % 2 === 0;
    const other = alone ? new Uint8Array(length) : new Uint8Array(length + AFTER).fill(0x0a).subarray(0, length);
    const started = performance.now();
    const outcomes = [one, other].map((bytes, index) => {
      bytes.set(request.bytes);
      const outcome = append(index === 0 ? this.#first : this.#second, { ...request, bytes });
      // The receiver's buffers are used again: what still refers to one shows.
      new Uint8Array(bytes.buffer).fill(index === 0 ? 0x55 : 0xee);
      return outcome;
    });
    const took = (performance.now() - started) / 2;
    this.counts.slowestMs = Math.max(this.counts.slowestMs, took);
    if (took > HANG_MS) {
      throw new Divergence('hangs', `${Math.round(took)} ms for ${length} bytes`);
    }
    expectEqual('depends on bytes outside the request', outcomes[1], outcomes[0]);
    return outcomes[0];
  }

  #expectRows(): void {
    expectEqual('rows', this.#first.rows, this.#spans.length);
    expectEqual('isEmpty', this.#first.isEmpty, this.#spans.length + this.#losses.length === 0);
  }

  #take(): void {
    const { counts } = this;
    const batch = this.#first.take();
    const other = this.#second.take();
    expectEqual('rows of the batch', batch.rows, this.#spans.length);
    for (const [name, table, rows] of [
      ['spans', SPANS, this.#spans],
      ['resources', RESOURCES, this.#resources],
      ['losses', LOSSES, this.#losses],
    ] as const) {
      if (Buffer.compare(batch[name] ?? new Uint8Array(0), other[name] ?? new Uint8Array(0)) !== 0) {
        throw new Divergence('depends on bytes outside the request', name);
      }
      this.#compare(batch, name, table, rows);
      counts[name] += rows.length;
    }
    batch.release();
    other.release();
    this.#spans = [];
    this.#resources = [];
    this.#losses = [];
  }

  #compare(batch: Batch, name: 'spans' | 'resources' | 'losses', table: Table, expected: readonly Row[]): void {
    const block = batch[name];
    const rows = block ? decode(block, table) : [];
    expectEqual(`rows of ${name}`, rows.length, expected.length);
    rows.forEach((row, index) => {
      for (const { name: column } of table.columns) {
        expectEqual(`${name}.${column}`, row[column], expected[index][column]);
      }
      const problem = name === 'losses' ? undefined : findUnreadable(row, name);
      if (problem) {
        throw new Divergence(`${name} cannot be read back`, `row ${index} ${problem}`);
      }
    });
  }
}

function append(columnizer: Columnizer, { bytes, receivedMs, tenant }: FuzzRequest): Outcome {
  try {
    return { result: columnizer.append(bytes, receivedMs, tenant) };
  } catch (error) {
    if (error instanceof MalformedOtlp) {
      return { refusal: error.message };
    }
    throw new Divergence(`throws ${String(error)}`, error instanceof Error ? (error.stack ?? '') : '');
  }
}

function expectationOf(reference: ReferenceColumnizer, request: FuzzRequest): Expected | undefined {
  try {
    return reference.expect(request.bytes, request.receivedMs, request.tenant);
  } catch (error) {
    if (error instanceof BadMessage) {
      return undefined;
    }
    throw error;
  }
}

function decode(block: Uint8Array, table: Table): Row[] {
  try {
    return decodeNativeBlock(block, table);
  } catch (error) {
    if (error instanceof BadBlock || error instanceof RangeError) {
      throw new Divergence(`bad block of ${table.name}`, error.message);
    }
    throw error;
  }
}

function expectEqual(what: string, actual: Plain | object, expected: Plain | object): void {
  if (!isEqual(actual, expected)) {
    throw new Divergence(what, `${show(actual)} instead of ${show(expected)}`);
  }
}

function isEqual(one: unknown, other: unknown): boolean {
  if (one === other) {
    return true;
  }
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) {
    return false;
  }
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    Object.entries(one).every(([key, value]) => isEqual(value, Reflect.get(other, key)))
  );
}

const show = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part)) ?? 'undefined';
