import { createTopology, type Random, RequestBatcher, TraceGenerator } from '@clew/trace-gen';

import { PROMOTED } from '../../schema/promoted.ts';
import {
  bytesNode,
  cloneNodes,
  fixedNode,
  messageNode,
  parseNodes,
  tagBytes,
  textNode,
  varintNode,
  type Node,
} from './message-tree.ts';
import { OLD_SCOPE_SPANS, REQUEST } from './otlp-shape.ts';

const TRACE_GEN_REQUESTS = 40;
const START_NS = 1_795_000_000_000_000_000n;

/** Makes requests as trees of fields: some as SDKs send them, most with everything that OTLP allows and some that it does not. */
export class RequestGenerator {
  readonly #random: Random;
  readonly #realistic: Node[][];
  readonly #traceIds: Uint8Array[];

  constructor(random: Random) {
    this.#random = random;
    const seed = random.uint32();
    const topology = createTopology(seed, 4);
    const traces = new TraceGenerator(topology, seed, 12);
    const batcher = new RequestBatcher(topology, 3);
    const requests: Uint8Array[] = [];
    while (requests.length < TRACE_GEN_REQUESTS) {
      requests.push(...batcher.add(traces.next(), START_NS));
    }
    this.#realistic = requests.map((request) => parseNodes(request, REQUEST));
    this.#traceIds = Array.from({ length: 3 }, () => this.#bytes(16));
  }

  request(): Node[] {
    const random = this.#random;
    if (random.chance(0.2)) {
      return cloneNodes(random.pick(this.#realistic));
    }
    return [...this.#many(0.8, 2, () => messageNode(1, this.#resourceSpans())), ...this.#unknown(0.03)];
  }

  /** A field that OTLP does not know, or knows with another wire type. */
  unknownField(): Node {
    const random = this.#random;
    const number = random.pick([1, 2, 3, 6, 8, 9, 15, 16, 17, 100, 1000, 1001, 0x0fff_ffff, 0x1fff_ffff]);
    switch (random.below(16)) {
      case 0: // A group.
        return { number, wireType: 3, content: Buffer.concat([this.#bytes(random.below(3)), tagBytes(number, 4)]) };
      case 1:
      case 2:
      case 3:
        return fixedNode(number, this.integer(), random.chance(0.5) ? 8 : 4);
      case 4:
      case 5:
      case 6:
      case 7:
      case 8:
        return varintNode(number, this.integer());
      default:
        return bytesNode(number, this.#bytes(random.below(9)));
    }
  }

  /** A 64-bit number, mostly at an edge. */
  integer(): bigint {
    const random = this.#random;
    const edge = random.pick([
      0n,
      1n,
      2n,
      5n,
      127n,
      128n,
      255n,
      256n,
      0x7fff_ffffn,
      0xffff_ffffn,
      1n << 32n,
      1n << 35n,
      (1n << 63n) - 1n,
      1n << 63n,
    ]);
    return random.chance(0.7)
      ? edge
      : BigInt.asUintN(
          64,
          random.chance(0.5) ? -1n - edge : (BigInt(random.uint32()) << 32n) | BigInt(random.uint32())
        );
  }

  anyValue(depth = 0): Node[] {
    const random = this.#random;
    if (random.chance(0.01)) {
      return this.#deepValue(random.pick([14, 15, 16, 17, 18, 40, 400]));
    }
    const value = this.#member(depth);
    if (random.chance(0.04)) {
      value.push(...this.#member(depth));
    }
    return [...value, ...this.#unknown(0.02)];
  }

  keyValue(depth = 0): Node[] {
    const fields = [
      ...this.#maybe(0.97, () => bytesNode(1, this.#key())),
      ...this.#maybe(0.97, () => messageNode(2, this.anyValue(depth))),
      ...this.#maybe(0.02, () => messageNode(2, this.anyValue(depth))),
      ...this.#maybe(0.02, () => bytesNode(1, this.#key())),
      ...this.#unknown(0.02),
    ];
    return this.#random.chance(0.05) ? fields.reverse() : fields;
  }

  #resourceSpans(): Node[] {
    const random = this.#random;
    const scopes = this.#many(0.7, 2, () => messageNode(random.chance(0.1) ? OLD_SCOPE_SPANS : 2, this.#scopeSpans()));
    const resource = this.#maybe(0.9, () => messageNode(1, this.#resource()));
    return [
      ...(random.chance(0.8) ? [...resource, ...scopes] : [...scopes, ...resource]),
      ...this.#maybe(0.05, () => messageNode(1, this.#resource())),
      ...this.#maybe(0.3, () => textNode(3, 'https://opentelemetry.io/schemas/1.3')),
      ...this.#unknown(0.05),
    ];
  }

  #resource(): Node[] {
    return [
      ...this.#maybe(0.7, () => messageNode(1, [textNode(1, 'service.name'), messageNode(2, this.#serviceName())])),
      ...this.#many(0.5, 4, () => messageNode(1, this.keyValue())),
      ...this.#maybe(0.2, () => varintNode(2, this.integer())),
      ...this.#unknown(0.1),
    ];
  }

  #serviceName(): Node[] {
    const random = this.#random;
    return random.chance(0.8) ? [textNode(1, random.pick(['shop', 'cart', '', 'é']))] : this.anyValue();
  }

  #scopeSpans(): Node[] {
    return [
      ...this.#maybe(0.8, () => messageNode(1, this.#scope())),
      ...this.#many(0.8, 3, () => messageNode(2, this.#span())),
      ...this.#maybe(0.05, () => messageNode(1, this.#scope())),
      ...this.#maybe(0.2, () => bytesNode(3, this.#text())),
      ...this.#unknown(0.05),
    ];
  }

  #scope(): Node[] {
    return [
      ...this.#maybe(0.9, () => bytesNode(1, this.#text())),
      ...this.#maybe(0.6, () => bytesNode(2, this.#text())),
      ...this.#many(0.2, 3, () => messageNode(3, this.keyValue())),
      ...this.#maybe(0.1, () => varintNode(4, this.integer())),
      ...this.#unknown(0.05),
    ];
  }

  #span(): Node[] {
    const random = this.#random;
    const fields = [
      ...this.#maybe(0.99, () => bytesNode(1, this.#id(16))),
      ...this.#maybe(0.99, () => bytesNode(2, this.#id(8))),
      ...this.#maybe(0.2, () => bytesNode(3, this.#text())),
      ...this.#maybe(0.6, () => bytesNode(4, this.#id(8))),
      ...this.#maybe(0.9, () => bytesNode(5, this.#text())),
      ...this.#maybe(0.8, () => varintNode(6, random.chance(0.9) ? random.below(6) : this.integer())),
      ...this.#maybe(0.9, () => fixedNode(7, this.#time(), 8)),
      ...this.#maybe(0.9, () => fixedNode(8, this.#time(), 8)),
      ...this.#many(0.7, 6, () => messageNode(9, this.keyValue())),
      ...this.#maybe(0.2, () => varintNode(10, this.integer())),
      ...this.#many(0.3, 3, () => messageNode(11, this.#event())),
      ...this.#maybe(0.2, () => varintNode(12, this.integer())),
      ...this.#many(0.3, 3, () => messageNode(13, this.#link())),
      ...this.#maybe(0.2, () => varintNode(14, this.integer())),
      ...this.#maybe(0.6, () => messageNode(15, this.#status())),
      ...this.#maybe(0.6, () => fixedNode(16, random.chance(0.7) ? 0x101n : this.integer(), 4)),
      ...this.#unknown(0.1),
    ];
    return random.chance(0.08) ? this.#shuffled(fields) : fields;
  }

  #event(): Node[] {
    return [
      ...this.#maybe(0.9, () => fixedNode(1, this.#time(), 8)),
      ...this.#maybe(0.9, () => bytesNode(2, this.#text())),
      ...this.#many(0.5, 3, () => messageNode(3, this.keyValue())),
      ...this.#maybe(0.2, () => varintNode(4, this.integer())),
      ...this.#unknown(0.05),
    ];
  }

  #link(): Node[] {
    return [
      ...this.#maybe(0.9, () => bytesNode(1, this.#id(16))),
      ...this.#maybe(0.9, () => bytesNode(2, this.#id(8))),
      ...this.#maybe(0.3, () => bytesNode(3, this.#text())),
      ...this.#many(0.5, 3, () => messageNode(4, this.keyValue())),
      ...this.#maybe(0.2, () => varintNode(5, this.integer())),
      ...this.#maybe(0.3, () => fixedNode(6, this.integer(), 4)),
      ...this.#unknown(0.05),
    ];
  }

  #status(): Node[] {
    const random = this.#random;
    return [
      ...this.#maybe(0.5, () => bytesNode(2, this.#text())),
      ...this.#maybe(0.8, () => varintNode(3, random.chance(0.9) ? random.below(3) : this.integer())),
      ...this.#unknown(0.05),
    ];
  }

  #member(depth: number): Node[] {
    const random = this.#random;
    const width = depth > 3 ? 0 : 1 + random.below(3);
    switch (random.below(10)) {
      case 0:
      case 1:
      case 2:
        return [bytesNode(1, this.#text())];
      case 3:
        return [varintNode(2, random.chance(0.9) ? random.below(2) : this.integer())];
      case 4:
      case 5:
        return [varintNode(3, this.integer())];
      case 6:
        return [fixedNode(4, random.pick([0n, 1n << 63n, 0x3ff8n << 48n, 0x7ff8_0000_0000_0001n, this.integer()]), 8)];
      case 7:
        return [
          messageNode(
            5,
            this.#many(0.9, width, () => messageNode(1, this.anyValue(depth + 1)))
          ),
        ];
      case 8:
        return [
          messageNode(
            6,
            this.#many(0.9, width, () => messageNode(1, this.keyValue(depth + 1)))
          ),
        ];
      default:
        return random.chance(0.8) ? [bytesNode(7, this.#bytes(random.below(6)))] : [];
    }
  }

  #deepValue(depth: number): Node[] {
    const random = this.#random;
    let value: Node[] = [textNode(1, 'deep')];
    for (let level = 0; level < depth; level++) {
      value = random.chance(0.5)
        ? [messageNode(5, [messageNode(1, value)])]
        : [messageNode(6, [messageNode(1, [textNode(1, 'k'), messageNode(2, value)])])];
    }
    return value;
  }

  #key(): Uint8Array {
    const random = this.#random;
    return Buffer.from(
      random.chance(0.4)
        ? random.pick(PROMOTED).key
        : random.pick([
            '',
            'a',
            'b',
            'a.b',
            'a.',
            'service.name',
            'event.a',
            'clé',
            'user.id',
            `k${random.below(400)}`,
          ]),
      random.chance(0.05) ? 'latin1' : 'utf8'
    );
  }

  #text(): Uint8Array {
    const random = this.#random;
    switch (random.below(12)) {
      case 0:
        return this.#bytes(random.below(12));
      case 1:
        return Buffer.from('x'.repeat(random.pick([39, 40, 41, 127, 128, 300])));
      default:
        return Buffer.from(
          random.pick(['', 'GET /', 'POST /cart', 'naïve', '日本', '🧵', 'NUL\0', `v${random.below(500)}`])
        );
    }
  }

  #id(size: 8 | 16): Uint8Array {
    const random = this.#random;
    if (random.chance(0.05)) {
      return random.pick([new Uint8Array(size), new Uint8Array(0), this.#bytes(size - 1), this.#bytes(size + 1)]);
    }
    return size === 16 ? random.pick(this.#traceIds) : this.#bytes(size);
  }

  #time(): bigint {
    const random = this.#random;
    return random.chance(0.1) ? this.integer() : START_NS + BigInt(random.uint32()) * 3n;
  }

  #bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.#random.below(256));
  }

  #unknown(probability: number): Node[] {
    return this.#maybe(probability, () => this.unknownField());
  }

  #maybe(probability: number, make: () => Node): Node[] {
    return this.#random.chance(probability) ? [make()] : [];
  }

  #many(probability: number, most: number, make: () => Node): Node[] {
    const count = this.#random.chance(probability) ? 1 + this.#random.below(most) : 0;
    return Array.from({ length: most === 0 ? 0 : count }, make);
  }

  #shuffled(nodes: Node[]): Node[] {
    return nodes
      .map((node) => ({ node, order: this.#random.uint32() }))
      .sort((one, other) => one.order - other.order)
      .map(({ node }) => node);
  }
}
