import { NO_SPAN, type Attribute, type AttributeScope } from './ast.ts';
import { attributeToString, parseAttribute } from './attribute.ts';
import { INTRINSICS, INTRINSIC_SPELLINGS } from './intrinsics.ts';

function attribute(scope: AttributeScope, name: string, parent = false): Attribute {
  return { kind: 'attribute', scope, parent, name, span: NO_SPAN };
}

const withoutSpan = (node: Attribute) => ({ ...node, span: NO_SPAN });

describe('attributeToString', () => {
  it.each<[Attribute, string]>([
    [attribute('any', 'foo'), '.foo'],
    [attribute('span', 'http.method'), 'span.http.method'],
    [attribute('resource', 'service.name'), 'resource.service.name'],
    [attribute('span', 'foo bar'), 'span."foo bar"'],
    [attribute('event', 'a"b\\c'), 'event."a\\"b\\\\c"'],
    [attribute('link', 'a=b'), 'link."a=b"'],
    [attribute('instrumentation', 'x-y/z'), 'instrumentation.x-y/z'],
    [attribute('any', '5xx'), '."5xx"'],
    [attribute('span', '5xx'), 'span.5xx'],
    [attribute('any', 'x', true), 'parent.x'],
    [attribute('span', 'x', true), 'parent.span.x'],
    [attribute('any', 'span.x', true), 'parent."span.x"'],
    [attribute('span', 'back\\slash'), 'span.back\\slash'],
  ])('%p', (node, text) => {
    expect(attributeToString(node)).toBe(text);
    expect(withoutSpan(parseAttribute(text))).toEqual(node);
  });

  it('keeps the spelling of an intrinsic', () => {
    expect(attributeToString(parseAttribute('name'))).toBe('name');
    expect(attributeToString(parseAttribute('span:name'))).toBe('span:name');
  });
});

describe('parseAttribute', () => {
  it.each(INTRINSIC_SPELLINGS)('takes the intrinsic %s', (spelling) => {
    const node = parseAttribute(spelling);
    expect(node).toMatchObject({ kind: 'intrinsic', spelling });
    if (node.kind === 'intrinsic') {
      expect(INTRINSICS[node.intrinsic].spellings).toContain(spelling);
    }
  });

  it('gives both spellings one meaning', () => {
    for (const [unscoped, scoped] of [
      ['rootServiceName', 'trace:rootService'],
      ['rootName', 'trace:rootName'],
      ['traceDuration', 'trace:duration'],
      ['status', 'span:status'],
    ]) {
      const [left, right] = [parseAttribute(unscoped ?? ''), parseAttribute(scoped ?? '')];
      expect(left.kind === 'intrinsic' && right.kind === 'intrinsic' && left.intrinsic === right.intrinsic).toBe(true);
    }
  });

  it('takes what Grafana sends in the path of tag values', () => {
    expect(parseAttribute('.service.name')).toMatchObject({ scope: 'any', name: 'service.name' });
    expect(parseAttribute('resource.service.name')).toMatchObject({ scope: 'resource', name: 'service.name' });
    expect(parseAttribute(' span.http.status_code ')).toMatchObject({ scope: 'span', name: 'http.status_code' });
    expect(parseAttribute('event.exception.type')).toMatchObject({ scope: 'event', name: 'exception.type' });
  });

  it.each([
    ['', 'expected an attribute or a value, found the end of the query'],
    ['service.name', 'the attribute "service.name" has no scope'],
    ['foo', 'unknown word "foo"'],
    ['span.', 'an attribute\'s name is missing after "span."'],
    ['span.foo bar', 'expected one attribute, found "bar"'],
    ['span.a = 1', 'expected one attribute, found "="'],
    ['trace:status', 'there is no intrinsic trace:status'],
    ['"x"', 'expected an attribute or a value, found the text "x"'],
    ['{}', 'expected an attribute or a value, found "{"'],
  ])('refuses %j', (text, message) => {
    expect(() => parseAttribute(text)).toThrow(expect.objectContaining({ name: 'TraceqlError', message }));
  });
});
