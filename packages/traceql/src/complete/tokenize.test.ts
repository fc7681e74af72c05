import { MALFORMED, REFUSED, VALID } from '../../corpus/index.ts';
import { randomNumbers } from '../../corpus/random-query.ts';
import { Lexer } from '../lexer.ts';
import { scan, type ScanState } from './scan.ts';
import { tokenize, tokenizeLine } from './tokenize.ts';

const RIGHT = Object.values(VALID).flat();
const WRONG = [...MALFORMED.map(([marked]) => marked), ...REFUSED.map(([, marked]) => marked)].map((marked) =>
  marked.replace(/[«»]/g, '')
);

function strictTokens(text: string): Array<[string, number, number]> {
  const lexer = new Lexer(text);
  const tokens: Array<[string, number, number]> = [];
  for (let token = lexer.next(); token.type !== 'end'; token = lexer.next()) {
    tokens.push([token.type, token.start, token.end]);
  }
  return tokens;
}

function classes(text: string): string {
  return tokenize(text)
    .filter((token) => token.class !== 'space')
    .map((token) => `${token.class}:${text.slice(token.start, token.end)}`)
    .join(' ');
}

function expectCovers(text: string): void {
  let end = 0;
  for (const token of tokenize(text)) {
    expect(token.start).toBe(end);
    expect(token.end).toBeGreaterThan(token.start);
    end = token.end;
  }
  expect(end).toBe(text.length);
}

/** The class of each character but line breaks, which are in no line. */
function painted(tokens: ReturnType<typeof tokenize>, text: string): string[] {
  return tokens.flatMap((token) =>
    [...text.slice(token.start, token.end)].filter((char) => char !== '\n').map(() => token.class)
  );
}

function paintedByLine(text: string): string[] {
  let state: ScanState = 'code';
  return text.split('\n').flatMap((line) => {
    const result = tokenizeLine(line, state);
    state = result.state;
    return painted(result.tokens, line);
  });
}

it.each(RIGHT)('reads %s as the lexer does', (text) => {
  const tokens = scan(text).tokens.filter(({ type }) => type !== 'space' && type !== 'comment');
  expect(tokens.map(({ type, start, end }) => [type, start, end])).toEqual(strictTokens(text));
  expect(tokens.every(({ isOpen }) => !isOpen)).toBe(true);
});

it('covers the text, and reads it line by line to the same', () => {
  for (const text of [...RIGHT, ...WRONG]) {
    for (const length of [text.length, Math.floor(text.length / 2), text.length - 1]) {
      const part = text.slice(0, length);
      expectCovers(part);
      expect([part, paintedByLine(part)]).toEqual([part, painted(tokenize(part), part)]);
    }
  }
});

it('covers whatever there is', () => {
  const next = randomNumbers(7);
  const pieces = [
    '"',
    '`',
    '\\',
    '/*',
    '*/',
    '//',
    '\n',
    'span.',
    'a',
    '5',
    '.',
    ':',
    '$',
    '{',
    '}',
    '[[',
    '\ud800',
    'é',
  ];
  for (let count = 0; count < 2000; count++) {
    const text = Array.from({ length: Math.floor(next() * 14) }, () => pieces[Math.floor(next() * pieces.length)]).join(
      ''
    );
    expectCovers(text);
    expect([text, paintedByLine(text)]).toEqual([text, painted(tokenize(text), text)]);
  }
});

it.each([
  [
    '{ span.a = "x" && name =~ `y` } | rate() by (.b)',
    'bracket:{ attribute:span.a operator:= string:"x" operator:&& attribute:name operator:=~ string:`y` bracket:} ' +
      'operator:| function:rate bracket:( bracket:) keyword:by bracket:( attribute:.b bracket:)',
  ],
  ['{ duration > 5ms // slow', 'bracket:{ attribute:duration operator:> duration:5ms comment:// slow'],
  [
    '{ .a = $x && .b = "${y:regex}"',
    'bracket:{ attribute:.a operator:= variable:$x operator:&& attribute:.b operator:= string:"${y:regex}"',
  ],
  ['{ .${key} = [[v]] }', 'bracket:{ attribute:.${key} operator:= variable:[[v]] bracket:}'],
  ['{ .a == 1 & 5apples', 'bracket:{ attribute:.a invalid:== number:1 invalid:& invalid:5apples'],
  [
    '{ kind = server && .c = 1.5 } with(x=true)',
    'bracket:{ attribute:kind operator:= keyword:server operator:&& attribute:.c operator:= number:1.5 bracket:} keyword:with bracket:( name:x operator:= keyword:true bracket:)',
  ],
  ['{ name = "not closed', 'bracket:{ attribute:name operator:= string:"not closed'],
])('classifies %s', (text, expected) => {
  expect(classes(text)).toBe(expected);
});
