import { randomNumbers } from '../../../corpus/random-query.ts';
import type { AttributeContent, Attributes, SpanRecord } from '../object-trace.ts';

export const STRINGS = [
  '',
  'x',
  'apple',
  'Pear',
  'GET',
  'POST',
  'a"b',
  "it's",
  'a\\b',
  'a\nb',
  'é\u{1f600}',
  '.*',
  '5',
];
export const INTS = [-5n, 0n, 1n, 5n, 42n, 404n, 500n, 9_007_199_254_740_993n, 2n ** 63n - 1n, -(2n ** 63n)];
export const FLOATS = [-1.5, 0, 0.5, 5, 1e21, NaN, Infinity];
/** Among them attributes that the store keeps in columns of their own. */
export const KEYS = ['a', 'b', 'x-y', 'a b', 'q"q', 'http.method', 'http.status_code', 'span.x', 'é'];
export const SERVICES = ['', 'web', 'api', 'db'];
export const NAMES = ['GET /', 'SELECT', 'work', 'é'];
export const EVENTS = ['exception', 'retry', ''];
export const DURATIONS = [0n, 1n, 1_500n, 20_000_000n, 900_000_000n];

/** 2023-11-14T22:13:20Z. */
export const EPOCH_SECONDS = 1_700_000_000;
const EPOCH_NS = BigInt(EPOCH_SECONDS) * 1_000_000_000n;

/** Traces with everything that may be odd about one, ten seconds apart. The n-th trace of a seed is always the same. */
export class RandomTraces {
  readonly #next: () => number;
  #count = 0;

  constructor(seed: number) {
    this.#next = randomNumbers(seed);
  }

  trace(): SpanRecord[] {
    this.#count += 1;
    const traceId = (0xbeef0000 + this.#count).toString(16).padStart(32, '0');
    const size = 1 + this.#below(10);
    const service = this.#resource();
    return Array.from({ length: size }, (_, index) => this.#span(traceId, index, size, service));
  }

  #span(traceId: string, index: number, size: number, resource: Attributes): SpanRecord {
    const startNs = EPOCH_NS + BigInt(this.#count) * 10_000_000_000n + BigInt(index) * 400_000_000n;
    // Two spans of one id have different kinds, or else they are one span that came twice.
    const isShared = index % 2 === 1 && this.#chance(0.1);
    return {
      traceId,
      spanId: this.#spanId(isShared ? index - 1 : index),
      parentSpanId: this.#parent(index, size),
      name: this.#pick(NAMES),
      statusCode: this.#below(3),
      statusMessage: this.#chance(0.7) ? '' : this.#pick(STRINGS),
      kindCode: isShared ? 2 : this.#pick([0, 1, 3, 4, 5]),
      startNs,
      durationNs: this.#chance(0.05) ? -1_000n : this.#pick(DURATIONS),
      attributes: this.#attributes(3),
      resource: this.#chance(0.7) ? resource : this.#resource(),
      scopeName: this.#chance(0.5) ? '' : this.#pick(['http', 'grpc']),
      scopeVersion: this.#chance(0.7) ? '' : '1.0',
      scopeAttributes: this.#chance(0.2) ? this.#attributes(1) : new Map(),
      events: this.#several(2, () => ({
        name: this.#pick(EVENTS),
        timeNs: startNs + this.#pick(DURATIONS),
        attributes: withoutEmpty(this.#attributes(1)),
      })),
      links: this.#several(2, () => ({
        traceId: this.#below(5).toString(16).padStart(32, '0'),
        spanId: this.#spanId(this.#below(4)),
        attributes: withoutEmpty(this.#attributes(1)),
      })),
    };
  }

  #spanId(index: number): string {
    return (index + 1).toString(16).padStart(16, '0');
  }

  #parent(index: number, size: number): string {
    const kind = this.#next();
    if (index === 0 || kind < 0.1) {
      return this.#chance(0.9) ? '' : this.#spanId(this.#below(size + 2));
    }
    return this.#spanId(kind < 0.9 ? this.#below(index) : this.#below(size + 2));
  }

  #resource(): Attributes {
    const service = this.#pick(SERVICES);
    return new Map([
      ...(service === '' ? [] : [['service.name', service] as const]),
      ...(this.#chance(0.5) ? this.#attributes(2) : []),
    ]);
  }

  #attributes(most: number): Attributes {
    return new Map(this.#several(most, () => [this.#pick(KEYS), this.#content()] as const));
  }

  #content(): AttributeContent {
    if (this.#chance(0.8)) {
      return this.#scalar();
    }
    const same = this.#below(4);
    return this.#several(3, () => (this.#chance(0.1) ? this.#scalar() : this.#scalar(same)));
  }

  #scalar(type = this.#below(4)): string | boolean | bigint | number {
    return type === 0
      ? this.#pick(STRINGS)
      : type === 1
        ? this.#pick(INTS)
        : type === 2
          ? this.#pick(FLOATS)
          : this.#chance(0.5);
  }

  #several<T>(most: number, make: () => T): T[] {
    return Array.from({ length: this.#below(most + 1) }, make);
  }

  #below(limit: number): number {
    return Math.floor(this.#next() * limit);
  }

  #chance(probability: number): boolean {
    return this.#next() < probability;
  }

  #pick<T>(choices: readonly T[]): T {
    return choices[this.#below(choices.length)];
  }
}

const withoutEmpty = (attributes: Attributes): Attributes =>
  new Map([...attributes].filter(([, value]) => !Array.isArray(value) || value.length > 0));
