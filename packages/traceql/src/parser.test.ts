import { parse } from './parser.ts';
import type { FieldExpression, Query } from './ast.ts';

/** Every node that has a span, with its text. */
function textsOf(query: Query): string[] {
  const texts: string[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      value.forEach(visit);
    } else if (typeof value === 'object' && value !== null) {
      if ('kind' in value && 'span' in value) {
        const { start, end } = value.span as { start: number; end: number };
        texts.push(query.text.slice(start, end));
      }
      Object.values(value).forEach(visit);
    }
  };
  visit(query);
  return texts;
}

describe('spans', () => {
  it('cover what a node was read from, with the parentheses of its operands', () => {
    expect(textsOf(parse(' { (.a || !.b) && span."c d" = -1 } '))).toEqual([
      '{ (.a || !.b) && span."c d" = -1 }',
      '{ (.a || !.b) && span."c d" = -1 }',
      '{ (.a || !.b) && span."c d" = -1 }',
      '(.a || !.b) && span."c d" = -1',
      '.a || !.b',
      '.a',
      '!.b',
      '.b',
      'span."c d" = -1',
      'span."c d"',
      '-1',
      '1',
    ]);
  });

  it('do so for pipelines, metrics and hints', () => {
    expect(textsOf(parse('({ .a } | by(name) | rate() by (name) > 2) * 3 | topk(5) with(sample=true)'))).toEqual([
      '({ .a } | by(name) | rate() by (name) > 2) * 3 | topk(5) with(sample=true)',
      '({ .a } | by(name) | rate() by (name) > 2) * 3 | topk(5)',
      '{ .a } | by(name) | rate() by (name) > 2',
      '{ .a } | by(name)',
      '{ .a }',
      '.a',
      'by(name)',
      'name',
      'rate() by (name)',
      'name',
      '> 2',
      '2',
      '3',
      'topk(5)',
      'sample=true',
      'true',
    ]);
  });

  it('leave out a comment at the end', () => {
    expect(parse('{ .a } // end').span).toEqual({ start: 0, end: 6 });
  });
});

describe('positions of errors', () => {
  it.each([
    ['{ .a == 1 }', 1, 6],
    ['{\n  .a == 1\n}', 2, 6],
    ['{\r\n  .a = 1 &&\r\n  .b == 1 }', 3, 6],
    ['{ .a = "\u{1f600}" == 1 }', 1, 13],
    ['\n\n', 3, 1],
    ['{ .a = `\n\n` == 1 }', 3, 3],
  ])('%j', (text, line, column) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ line, column }));
  });
});

describe('nodes', () => {
  it('are plain data', () => {
    const { body } = parse('{ span.http.status_code >= 500 && duration > 1s && status = error }');
    const stage = body.kind === 'pipeline' ? body.stages[0] : undefined;
    const withoutSpans = (node: unknown): unknown =>
      JSON.parse(JSON.stringify(node, (key, value: unknown) => (key === 'span' ? undefined : bigintText(value))));
    const bigintText = (value: unknown) => (typeof value === 'bigint' ? `${value}n` : value);
    const condition = (left: unknown, operator: string, right: unknown) => ({ kind: 'binary', operator, left, right });
    const expression: FieldExpression | null = stage?.kind === 'spansetFilter' ? stage.expression : null;
    expect(withoutSpans(expression)).toEqual(
      condition(
        condition(
          condition({ kind: 'attribute', scope: 'span', parent: false, name: 'http.status_code' }, '>=', {
            kind: 'literal',
            type: 'int',
            value: '500n',
          }),
          '&&',
          condition({ kind: 'intrinsic', intrinsic: 'span:duration', spelling: 'duration' }, '>', {
            kind: 'literal',
            type: 'duration',
            value: '1000000000n',
          })
        ),
        '&&',
        condition({ kind: 'intrinsic', intrinsic: 'span:status', spelling: 'status' }, '=', {
          kind: 'literal',
          type: 'status',
          value: 'error',
        })
      )
    );
  });
});
