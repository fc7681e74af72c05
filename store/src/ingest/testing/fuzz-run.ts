import { Random } from '@clew/trace-gen';

import { Divergence, FuzzSubject, noCounts, type Counts, type FuzzBatch, type FuzzRequest } from './fuzz-session.ts';
import { encodeNodes } from './message-tree.ts';
import { mutateBytes, mutateTree } from './mutations.ts';
import { RequestGenerator } from './request-generator.ts';
import { shrinkList, shrinkRequest } from './shrink.ts';

export interface FuzzOptions {
  readonly seed: number;
  readonly inputs: number;
  /** Ends the run early, in milliseconds. */
  readonly maxMs?: number;
  /** Kinds of divergences that are enough. */
  readonly maxKinds?: number;
  /** Called with each batch before it is run: what it was called with last is what a run hangs in. */
  readonly onBatch?: (batch: FuzzBatch) => void;
}

export interface Finding {
  readonly kind: string;
  /** Of the batch, for the same seed. */
  readonly index: number;
  readonly message: string;
  /** The shortest requests found that show it in a new columnizer, as hex; as generated if they only fail after others. */
  readonly requests: readonly string[];
  times: number;
}

export interface FuzzReport {
  readonly seed: number;
  readonly ms: number;
  readonly counts: Counts;
  readonly findings: readonly Finding[];
}

/** Characters of a message that are shown: it has both values in it. */
const MAX_MESSAGE = 1500;

const NOW = 1_795_000_000_000;
const DAY_MS = 86_400_000;
const MAX_BATCH = 6;
/** How often a batch is large enough for dictionaries of more than 256 values, and its requests. */
const LARGE_BATCHES = 0.004;
const LARGE_BATCH = 200;
/** How often a client sends a request once more. */
const REPEATS = 0.05;
/** Batches of one columnizer: long enough for what an earlier one leaves behind. */
const BATCHES_PER_SUBJECT = 40;

/** Runs mutated requests through columnizer and reference. Deterministic for a seed, but for `maxMs`. */
export function fuzzColumnizer({ seed, inputs, maxMs = Infinity, maxKinds = 20, onBatch }: FuzzOptions): FuzzReport {
  const random = new Random(seed);
  const generator = new RequestGenerator(random);
  const counts = noCounts();
  const findings = new Map<string, Finding>();
  const started = performance.now();
  let subject = new FuzzSubject(counts);
  let previous: Uint8Array = new Uint8Array(0);
  for (let index = 0; counts.requests < inputs && findings.size < maxKinds; index++) {
    if (performance.now() - started > maxMs) {
      break;
    }
    const length = random.chance(LARGE_BATCHES) ? LARGE_BATCH : 1 + random.below(MAX_BATCH);
    const batch = Array.from({ length }, (): FuzzRequest => {
      const bytes = random.chance(REPEATS) ? previous : makeInput(random, generator, previous);
      previous = bytes;
      return { bytes, receivedMs: NOW + (random.chance(0.1) ? DAY_MS : 0), tenant: random.pick(['', '', 'a', 'ü']) };
    });
    onBatch?.(batch);
    try {
      subject.run(batch);
      if (index % BATCHES_PER_SUBJECT === BATCHES_PER_SUBJECT - 1) {
        subject = new FuzzSubject(counts);
      }
    } catch (error) {
      if (!(error instanceof Divergence)) {
        throw error;
      }
      subject = new FuzzSubject(counts);
      const known = findings.get(error.kind);
      if (known) {
        known.times++;
      } else {
        findings.set(error.kind, { kind: error.kind, index, times: 1, ...shrink(batch, error, onBatch) });
      }
    }
  }
  return { seed, ms: performance.now() - started, counts, findings: [...findings.values()] };
}

function makeInput(random: Random, generator: RequestGenerator, previous: Uint8Array): Uint8Array {
  const tree = generator.request();
  const kind = random.fraction();
  if (kind > 0.2) {
    for (let changes = 1 + random.skewed(4); changes > 0; changes--) {
      mutateTree(tree, random, generator);
    }
  }
  let bytes = encodeNodes(tree);
  if (kind > 0.8) {
    for (let changes = 1 + random.below(3); changes > 0; changes--) {
      bytes = mutateBytes(bytes, random, previous);
    }
  }
  return bytes;
}

/** Fewer and shorter requests with a divergence of the same kind. */
function shrink(
  batch: FuzzBatch,
  { kind, message }: Divergence,
  onBatch?: (batch: FuzzBatch) => void
): { requests: string[]; message: string } {
  let text = message;
  const fails = (candidate: FuzzBatch): boolean => {
    onBatch?.(candidate);
    try {
      new FuzzSubject().run(candidate);
      return false;
    } catch (error) {
      const same = error instanceof Divergence && error.kind === kind;
      text = same ? error.message : text;
      return same;
    }
  };
  if (!fails(batch)) {
    return {
      requests: batch.map(({ bytes }) => Buffer.from(bytes).toString('hex')),
      message: `${message} (in a columnizer that has taken other requests)`,
    };
  }
  let current = shrinkList(batch, fails);
  for (let index = 0; index < current.length; index++) {
    const replaced = (bytes: Uint8Array) =>
      current.map((request, at) => (at === index ? { ...request, bytes } : request));
    current = replaced(shrinkRequest(current[index].bytes, (bytes) => fails(replaced(bytes))));
  }
  fails(current);
  return { requests: current.map(({ bytes }) => Buffer.from(bytes).toString('hex')), message: text };
}

/** A report as text, one finding after the other. */
export function describeReport({ seed, ms, counts, findings }: FuzzReport): string {
  const rate = Math.round((counts.requests * 1000) / ms);
  return [
    `Seed ${seed}: ${counts.requests} inputs in ${(ms / 1000).toFixed(1)} s (${rate}/s): ` +
      `${counts.malformed} refused whole, ${counts.free} with malformed bytes that no column needs, ` +
      `${counts.spans} spans, ${counts.refusedSpans} spans refused, ${counts.resources} resources, ${counts.losses} losses; ` +
      `slowest ${counts.slowestMs.toFixed(1)} ms`,
    ...findings.map(
      (finding) =>
        `${finding.times} × ${finding.message.slice(0, MAX_MESSAGE)}\n  seed ${seed}, batch ${finding.index}\n` +
        finding.requests.map((hex) => `  ${hex}`).join('\n')
    ),
  ].join('\n');
}
