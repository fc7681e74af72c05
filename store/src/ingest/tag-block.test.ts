import { encodeOtlp, type Message } from '../api/testing/otlp.ts';
import { TAGS } from '../schema/tables.ts';
import { Columnizer, type Batch } from './columnizer.ts';
import { MAX_KEYS } from './tag-catalogue.ts';
import { decodeNativeBlock, type Row } from './testing/native-decoder.ts';

const DAY_MS = 86_400_000;
let spans = 0;

const text = (value: string): Message => ({ stringValue: value });

function request(attributes: Record<string, Message>, more: Message = {}): Uint8Array {
  spans += 1;
  const spanId = Buffer.alloc(8);
  spanId.writeUInt32BE(spans);
  return encodeOtlp('TracesData', {
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: text('shop') }] },
        scopeSpans: [
          {
            scope: { name: 'lib', version: '1.0' },
            spans: [
              {
                traceId: Buffer.alloc(16, 7),
                spanId,
                name: 'buy',
                startTimeUnixNano: '1',
                endTimeUnixNano: '2',
                attributes: Object.entries(attributes).map(([key, value]) => ({ key, value })),
                ...more,
              },
            ],
          },
        ],
      },
    ],
  });
}

/** Rows as `tenant scope.key type=value xcount`. */
function say({ tags }: Batch): string[] {
  const line = ({ tenant, scope, key, type, is_value: isValue, value, count }: Row) =>
    `${String(tenant)} ${String(scope)}.${String(key)} ${String(type)}${isValue ? `=${String(value)}` : ''} x${String(count)}`;
  return tags ? decodeNativeBlock(tags, TAGS).map(line).sort() : [];
}

const at = (minutes: number): number => 20_000 * DAY_MS + minutes * 60_000;

test('what a batch brings: attributes of every scope and type, promoted ones, names', () => {
  const columnizer = new Columnizer();
  const events = [{ name: 'retry', timeUnixNano: '1', attributes: [{ key: 'why', value: text('slow') }] }];
  const attributes = {
    a: text('x'),
    n: { intValue: '-5' },
    f: { doubleValue: 1.5 },
    b: { boolValue: true },
    'http.route': text('/cart'),
    'http.response.status_code': { intValue: '200' },
  };
  columnizer.append(request(attributes, { events }), at(0), 'acme');
  expect(say(columnizer.take())).toEqual(
    [
      ...['acme span.a string', 'acme span.a string=x', 'acme span.n int', 'acme span.n int=-5'],
      ...['acme span.f float', 'acme span.f float=1.5', 'acme span.b bool', 'acme span.b bool=true'],
      ...['acme column.http.route string', 'acme column.http.route string=/cart'],
      ...['acme column.http.response.status_code int', 'acme column.http.response.status_code int=200'],
      ...['acme event.why string', 'acme event.why string=slow'],
      ...['acme intrinsic.event:name string', 'acme intrinsic.event:name string=retry'],
      ...['acme intrinsic.name string', 'acme intrinsic.name string=buy'],
      ...['acme intrinsic.instrumentation:name string', 'acme intrinsic.instrumentation:name string=lib'],
      ...['acme intrinsic.instrumentation:version string', 'acme intrinsic.instrumentation:version string=1.0'],
    ]
      .map((line) => `${line} x1`)
      // Once from the span and once from its resource.
      .concat(['acme resource.service.name string x2', 'acme resource.service.name string=shop x2'])
      .sort()
  );
});

test('what was written is not written again, and counts follow once a minute', () => {
  const columnizer = new Columnizer();
  const take = (minutes: number, value: string) => {
    columnizer.append(request({ a: text(value) }), at(minutes), '');
    return say(columnizer.take()).filter((line) => line.includes('span.a'));
  };
  expect(take(0, 'x')).toEqual([' span.a string x1', ' span.a string=x x1']);
  expect(take(0.1, 'x')).toEqual([]);
  expect(take(0.2, 'y')).toEqual([' span.a string=y x1']);
  expect(take(1.5, 'y')).toEqual([' span.a string x3', ' span.a string=x x1', ' span.a string=y x1']);
});

test('what may not have reached the engine is written again', () => {
  const columnizer = new Columnizer();
  columnizer.append(request({ a: text('x') }), at(0), '');
  const first = say(columnizer.take());
  columnizer.forgetWritten();
  columnizer.append(request({ a: text('x') }), at(0.1), '');
  expect(say(columnizer.take())).toEqual(first);
});

test('a key belongs to the tenant that sent it, in one batch of several too', () => {
  const columnizer = new Columnizer();
  const many = Object.fromEntries(Array.from({ length: MAX_KEYS + 50 }, (_, key) => [`k${key}`, { boolValue: true }]));
  columnizer.append(request(many), at(0), 'a');
  columnizer.append(request({ own: text('x') }), at(0), 'b');
  columnizer.append(request({ late: text('x') }), at(0), 'a');
  const lines = say(columnizer.take());
  expect(lines.filter((line) => /^b (span|overflow)/.test(line))).toEqual([
    'b span.own string x1',
    'b span.own string=x x1',
  ]);
  expect(lines.filter((line) => line.startsWith('a span.k') && line.includes(' bool x'))).toHaveLength(MAX_KEYS - 1);
  expect(lines.filter((line) => line.includes('overflow'))).toEqual(['a overflow. string x1']);
});

test('a batch that spans midnight has rows of both days', () => {
  const columnizer = new Columnizer();
  columnizer.append(request({ a: text('x') }), at(0), '');
  columnizer.append(request({ a: text('x') }), at(24 * 60), '');
  const { tags } = columnizer.take();
  const days = tags
    ? decodeNativeBlock(tags, TAGS)
        .filter(({ key }) => key === 'a')
        .map((row) => row.received_day)
    : [];
  expect([...new Set(days)].sort()).toEqual([20_000, 20_001]);
  expect(days).toHaveLength(4);
});
