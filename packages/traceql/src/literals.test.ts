import { NO_SPAN, type Literal } from './ast.ts';
import { foldArithmetic, foldConstant } from './constant.ts';
import { MAX_INT, MIN_INT, formatDuration, formatLiteral, parseDuration, quoteString } from './literals.ts';
import { parse } from './parser.ts';

/** The right side of the one comparison in a filter. */
function rightOf(text: string) {
  const { body } = parse(text);
  const stage = body.kind === 'pipeline' ? body.stages[0] : undefined;
  if (stage?.kind !== 'spansetFilter' || stage.expression?.kind !== 'binary') {
    throw new Error('not one comparison');
  }
  return stage.expression.right;
}

function valueOf(literal: string) {
  const node = rightOf(`{ .a = ${literal} }`);
  return node.kind === 'literal' ? [node.type, node.value] : node;
}

describe('literals', () => {
  it.each<[string, string, Literal['value']]>([
    ['0', 'int', 0n],
    ['007', 'int', 7n],
    ['9007199254740993', 'int', 9007199254740993n],
    ['9223372036854775807', 'int', MAX_INT],
    ['0000000000000000000000001', 'int', 1n],
    ['maxInt', 'int', MAX_INT],
    ['minInt', 'int', MIN_INT],
    ['1.5', 'float', 1.5],
    ['10.', 'float', 10],
    ['.1', 'float', 0.1],
    ['1e3', 'float', 1000],
    ['2.5E-3', 'float', 0.0025],
    ['1h', 'duration', 3_600_000_000_000n],
    ['0s', 'duration', 0n],
    ['true', 'boolean', true],
    ['error', 'status', 'error'],
    ['consumer', 'kind', 'consumer'],
    ['"a\\"b"', 'string', 'a"b'],
    ['"\\a\\b\\f\\n\\r\\t\\v\\\\"', 'string', '\x07\b\f\n\r\t\v\\'],
    ['"\\xe2\\x82\\xac\\342\\202\\254"', 'string', '€€'],
    ['"\\u20ac\\U0001F600"', 'string', '€\u{1f600}'],
    ['`a\\n"b`', 'string', 'a\\n"b'],
    ['`a\r\nb`', 'string', 'a\nb'],
  ])('%s is an exact %s', (text, type, value) => {
    expect(valueOf(text)).toEqual([type, value]);
  });
});

describe('durations', () => {
  it.each([
    ['1ns', 1n],
    ['1us', 1_000n],
    ['1µs', 1_000n],
    ['1μs', 1_000n],
    ['1ms', 1_000_000n],
    ['1s', 1_000_000_000n],
    ['1m', 60_000_000_000n],
    ['1d', 86_400_000_000_000n],
    ['1w', 604_800_000_000_000n],
    ['1y', 31_536_000_000_000_000n],
    ['1h30m', 5_400_000_000_000n],
    ['1m30s500ms', 90_500_000_000n],
    ['5m1h', 3_900_000_000_000n],
    ['1.5s', 1_500_000_000n],
    ['.5s', 500_000_000n],
    ['10.s', 10_000_000_000n],
    ['1.5d', 129_600_000_000_000n],
    ['0.0000000001s', 0n],
    ['292y', 292n * 31_536_000_000_000_000n],
    ['9223372036854775807ns', MAX_INT],
  ])('%s', (text, nanoseconds) => {
    expect(parseDuration(text)).toBe(nanoseconds);
  });

  it.each([
    '',
    '1',
    's',
    '1x',
    '1 s',
    '-1s',
    '1s ',
    '1sec',
    '1S',
    '1.s.5',
    '1..5s',
    '293y',
    '9223372036854775808ns',
    '9'.repeat(9999) + 's',
  ])('%s is none', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it.each([
    [0n, '0s'],
    [1n, '1ns'],
    [1_500n, '1.5us'],
    [1_500_000n, '1.5ms'],
    [100_000_000n, '100ms'],
    [1_000_000_000n, '1s'],
    [1_000_000_001n, '1.000000001s'],
    [90_000_000_000n, '1m30s'],
    [3_600_000_000_000n, '1h'],
    [3_600_500_000_000n, '1h0.5s'],
    [5_400_000_000_000n, '1h30m'],
    [86_400_000_000_000n, '24h'],
    [-1_500_000n, '-1.5ms'],
    [MAX_INT, '2562047h47m16.854775807s'],
  ])('%s ns is %s', (nanoseconds, text) => {
    expect(formatDuration(nanoseconds)).toBe(text);
    if (nanoseconds >= 0n) {
      expect(parseDuration(text)).toBe(nanoseconds);
    }
  });
});

describe('formatLiteral', () => {
  it.each<[Omit<Literal, 'kind' | 'span'>, string]>([
    [{ type: 'float', value: 5 }, '5.0'],
    [{ type: 'float', value: 1e21 }, '1e+21'],
    [{ type: 'float', value: -0.5 }, '-0.5'],
    [{ type: 'float', value: -0 }, '-0.0'],
    [{ type: 'float', value: Infinity }, '(1.0 / 0.0)'],
    [{ type: 'float', value: -Infinity }, '(-1.0 / 0.0)'],
    [{ type: 'float', value: NaN }, '(0.0 / 0.0)'],
    [{ type: 'int', value: MIN_INT }, 'minInt'],
    [{ type: 'int', value: -1n }, '-1'],
    [{ type: 'status', value: 'unset' }, 'unset'],
    [{ type: 'string', value: 'a' }, '"a"'],
  ])('%p', (literal, text) => {
    expect(formatLiteral({ kind: 'literal', span: NO_SPAN, ...literal } as Literal)).toBe(text);
  });
});

describe('quoteString', () => {
  it.each(['', 'a', 'a"b', 'a\\d+', 'a\nb', '\u0000\u001f\u007f', '\u2028\ufeff', '`', "'", 'é\u{1f600}', '\ud800'])(
    '%j reads back as itself',
    (text) => {
      expect(valueOf(quoteString(text))).toEqual(['string', text]);
    }
  );

  it('keeps to one line of printable text', () => {
    expect(quoteString('a\r\n\t\u0000"\\')).toBe('"a\\r\\n\\t\\u0000\\"\\\\"');
  });
});

describe('foldConstant', () => {
  function fold(text: string) {
    const { body } = parse(`count() > ${text}`);
    const stage = body.kind === 'pipeline' ? body.stages[0] : undefined;
    if (stage?.kind !== 'scalarFilter' || stage.right.kind === 'aggregate') {
      throw new Error('not one comparison');
    }
    const right = stage.right;
    if (right.kind !== 'literal' && right.kind !== 'constantNegation' && right.kind !== 'constantOperation') {
      throw new Error('not a constant');
    }
    const { type, value } = foldConstant(right, text);
    return [type, value];
  }

  it.each<[string, string, bigint | number]>([
    ['1', 'int', 1n],
    ['-1', 'int', -1n],
    ['7 / 2', 'int', 3n],
    ['-7 / 2', 'int', -3n],
    ['-7 % 4', 'int', -3n],
    ['7 / 2.0', 'float', 3.5],
    ['1 + 2 * 3 - 4', 'int', 3n],
    ['2 ^ 10', 'int', 1024n],
    ['2 ^ 3 ^ 2', 'int', 512n],
    ['3 ^ 0', 'int', 1n],
    ['2 ^ 64', 'int', 0n],
    ['3 ^ maxInt', 'int', BigInt.asIntN(64, powerModulo(3n, MAX_INT))],
    ['2 ^ -1', 'float', 0.5],
    ['maxInt + 1', 'int', MIN_INT],
    ['-minInt', 'int', MIN_INT],
    ['1s + 500ms', 'float', 1.5e9],
    ['2 * 500ms', 'float', 1e9],
    ['-1s', 'duration', -1_000_000_000n],
    ['1.0 / 0', 'float', Infinity],
    ['5.5 % 2', 'float', 1.5],
  ])('%s', (text, type, value) => {
    expect(fold(text)).toEqual([type, value]);
  });

  /** By another way than the code: repeated squaring of the remainder. */
  function powerModulo(base: bigint, exponent: bigint): bigint {
    const modulus = 2n ** 64n;
    let result = 1n;
    for (const bit of exponent.toString(2)) {
      result = (result * result) % modulus;
      result = bit === '1' ? (result * base) % modulus : result;
    }
    return result;
  }

  it('refuses to divide an int by zero', () => {
    expect(() => fold('1 / 0')).toThrow('an integer is divided by zero');
    expect(() => fold('1 % (2 - 2)')).toThrow('an integer is divided by zero');
  });
});

describe('foldArithmetic', () => {
  it.each<[string, unknown]>([
    ['-1', -1n],
    ['-2 ^ 2', -4n],
    ['2 * 500ms', 1e9],
    ['1 + 2 + 3', 6n],
    ['"x"', undefined],
    ['.b', undefined],
    ['.b + 1', undefined],
    ['1 + .b + 2', undefined],
    ['-.b', undefined],
    ['!true', undefined],
    ['(1 = 1)', undefined],
  ])('%s', (text, value) => {
    expect(foldArithmetic(rightOf(`{ .a = ${text} }`))?.value).toEqual(value);
  });
});
