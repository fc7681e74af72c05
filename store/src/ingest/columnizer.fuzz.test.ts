import { LOSSES, RESOURCES, SPANS } from '../schema/tables.ts';
import { Columnizer } from './columnizer.ts';
import { MalformedOtlp } from './otlp-wire.ts';
import { describeReport, fuzzColumnizer } from './testing/fuzz-run.ts';
import { FuzzSubject } from './testing/fuzz-session.ts';
import {
  bytesNode,
  encodeNodes,
  fixedNode,
  messageNode,
  textNode,
  varintNode,
  type Node,
} from './testing/message-tree.ts';
import { decodeNativeBlock } from './testing/native-decoder.ts';

const NOW = 1_795_000_000_000;
/** Inputs, and the time after which the run is enough. `npm run test:fuzz` does many more. */
const INPUTS = 8000;
const MAX_MS = 10_000;

const TRACE_ID = bytesNode(1, Buffer.alloc(16, 1));
const SPAN_ID = bytesNode(2, Buffer.alloc(8, 2));

const keyValue = (number: number, key: string, value: Node[]): Node =>
  messageNode(number, [textNode(1, key), messageNode(2, value)]);
const request = ({ span = [], resource = [], scopes = [] }: { span?: Node[]; resource?: Node[]; scopes?: Node[] }) =>
  encodeNodes([
    messageNode(1, [
      messageNode(1, resource),
      ...scopes,
      messageNode(2, [messageNode(2, [TRACE_ID, SPAN_ID, ...span])]),
    ]),
  ]);
/** A request with `service.name` in its resource. */
const serviceName = (...values: Node[]) =>
  request({ resource: [messageNode(1, [textNode(1, 'service.name'), ...values])] });
/** Messages that end within a number. */
const BROKEN_VALUE = bytesNode(2, Uint8Array.of(0x18));
const BROKEN_LIST = bytesNode(6, Uint8Array.of(0x08));
const nested = (depth: number, value: Node): Node[] =>
  depth === 0 ? [value] : [messageNode(5, [messageNode(1, nested(depth - 1, value))])];
/** Whatever the bytes say before: field number 0 ends it. */
const broken = (bytes: Uint8Array) => Buffer.concat([bytes, Uint8Array.of(0)]);

jest.setTimeout(60_000);

describe('Columnizer against the reference', () => {
  it.each([1, 2])('makes the same rows or refuses, seed %i', (seed) => {
    const report = fuzzColumnizer({ seed, inputs: INPUTS / 2, maxMs: MAX_MS / 2, maxKinds: 3 });
    if (report.findings.length > 0) {
      throw new Error(describeReport(report));
    }
    expect(report.counts.malformed).toBeLessThan(report.counts.requests / 2);
    expect(report.counts.spans).toBeGreaterThan(report.counts.requests / 2);
  });

  /** What fuzzing has found, in short forms. */
  it.each<[string, Uint8Array]>([
    ['a tag of more than 32 bits', Buffer.from('888080801000', 'hex')],
    ['a length of more than 32 bits', Buffer.from('0a8080808010', 'hex')],
    ['flags that end as 0', request({ span: [fixedNode(16, 1n, 4), fixedNode(16, 0n, 4)] })],
    ['a service name that a number replaces', serviceName(messageNode(2, [textNode(1, 'a'), varintNode(3, 1)]))],
    ['a service name that replaces a number', serviceName(messageNode(2, [varintNode(3, 1), textNode(1, 'a')]))],
    ['a service name that another replaces', serviceName(messageNode(2, [textNode(1, 'a'), textNode(1, 'b')]))],
    [
      'a service name whose value another replaces',
      serviceName(messageNode(2, [textNode(1, 'a')]), messageNode(2, [varintNode(3, 1)])),
    ],
    [
      'a service name with a long tag',
      serviceName(messageNode(2, [{ ...textNode(1, 'a'), tag: Uint8Array.of(0x8a, 0) }])),
    ],
    ['a broken value deeper than lists are flattened', request({ span: [keyValue(9, 'k', nested(17, BROKEN_LIST))] })],
    [
      'a broken value that an unknown one replaces',
      request({ span: [keyValue(9, 'k', [BROKEN_LIST, varintNode(8, 1)])] }),
    ],
    [
      'a broken value that another replaces, of an event',
      request({ span: [messageNode(11, [messageNode(3, [textNode(1, 'k'), BROKEN_VALUE, messageNode(2, [])])])] }),
    ],
    [
      'a broken value that another replaces, of a link',
      request({ span: [messageNode(13, [messageNode(4, [textNode(1, 'k'), BROKEN_VALUE, messageNode(2, [])])])] }),
    ],
  ])('has it right: %s', (_what, bytes) => {
    new FuzzSubject().run([{ bytes, receivedMs: NOW, tenant: '' }]);
  });

  /** A dictionary's indexes are of one, two or four bytes; the default is an entry too. */
  it.each([255, 256, 257, 65_535, 65_536])('writes dictionaries of %i values', (count) => {
    const numbers = Array.from({ length: count }, (_, index) => index);
    const bytes = request({
      span: [
        ...numbers.map((number) => keyValue(9, `k${number}`, [varintNode(3, number)])),
        ...numbers.map((number) => messageNode(11, [textNode(2, `e${number}`)])),
      ],
    });
    new FuzzSubject().run([{ bytes, receivedMs: NOW, tenant: '' }]);
  });
});

describe('Columnizer, what strangers send', () => {
  it('keeps nothing of requests that it took back', () => {
    const columnizer = new Columnizer();
    const blockBytes = () => {
      columnizer.append(request({}), NOW, '');
      return columnizer.take().spans?.length;
    };
    const expected = blockBytes();
    for (let round = 0; round < 20; round++) {
      const name = Buffer.alloc(10_000, round);
      const attributes = [keyValue(9, `key ${round} ${'k'.repeat(10_000)}`, [textNode(1, '')])];
      expect(() => columnizer.append(broken(request({ span: [bytesNode(5, name), ...attributes] })), NOW, '')).toThrow(
        MalformedOtlp
      );
    }
    expect(blockBytes()).toBe(expected);
  });

  it('makes sound blocks after a request with more keys than are kept', () => {
    const keys = Array.from({ length: 70_000 }, (_, index) => `k${index}`);
    const tooMany = broken(
      request({
        span: keys.map((key) => keyValue(9, key, [textNode(1, '')])),
        resource: keys.map((key) => keyValue(1, key, [textNode(1, '')])),
      })
    );
    const columnizer = new Columnizer();
    expect(() => columnizer.append(tooMany, NOW, '')).toThrow(MalformedOtlp);
    // A span without an id: there is a loss to tell of, and no row of a span or resource.
    columnizer.append(encodeNodes([messageNode(1, [messageNode(2, [messageNode(2, [TRACE_ID])])])]), NOW, '');
    expect(decodeNativeBlock(columnizer.take().losses ?? new Uint8Array(0), LOSSES)).toHaveLength(1);
    const longKey = 'K'.repeat(300_000);
    const [span, resource] = [9, 1].map((field) => [keyValue(field, longKey, [textNode(1, 'v')])]);
    columnizer.append(request({ span, resource }), NOW, '');
    const { spans = new Uint8Array(0), resources = new Uint8Array(0) } = columnizer.take();
    expect(decodeNativeBlock(spans, SPANS)[0].attrs_str).toEqual([longKey, 'v']);
    expect(decodeNativeBlock(resources, RESOURCES)[0].resource_str).toEqual([longKey, 'v']);
  });

  it('makes no block that is out of proportion to the request', () => {
    const leaves = Array.from({ length: 1000 }, (_, index) => keyValue(1, `k${index}`, [varintNode(2, 1)]));
    const bytes = request({ span: [keyValue(9, 'K'.repeat(20_000), [messageNode(6, leaves)])] });
    const columnizer = new Columnizer();
    columnizer.append(bytes, NOW, '');
    expect(columnizer.take().spans?.length).toBeLessThan(bytes.length * 100);
  });

  /** Each takes some 20 ms when the work grows as the request does, and seconds when it grows as its square. */
  it.each<[string, Uint8Array]>([
    [
      'many scopes of a large resource',
      request({
        resource: [keyValue(1, 'k', [textNode(1, 'x'.repeat(500_000))])],
        scopes: Array.from({ length: 10_000 }, () => messageNode(2, [])),
      }),
    ],
    [
      'a long array under a long key',
      request({
        span: [
          keyValue(9, 'K'.repeat(200_000), [
            messageNode(
              5,
              Array.from({ length: 50_000 }, () => messageNode(1, [varintNode(2, 1)]))
            ),
          ]),
        ],
      }),
    ],
  ])('takes its time in proportion to the request: %s', (_what, bytes) => {
    const started = performance.now();
    new Columnizer().append(bytes, NOW, '');
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
