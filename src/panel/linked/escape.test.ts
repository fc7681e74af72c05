import { goString, luceneField, lucenePhrase, re2Literal } from './escape';

const EVIL = [
  'a"b',
  '}{',
  '`',
  '\\',
  'new\nline',
  '$service',
  '${__from}',
  '[[datasource]]',
  'a|b',
  '.*',
  '"} or {x="',
  '(?i)',
];

test('no text leaves the string that it stands in', () => {
  for (const text of EVIL) {
    for (const quoted of [goString(text), lucenePhrase(text), goString(re2Literal(text))]) {
      expect(quoted.slice(1, -1).replaceAll(/\\./g, '')).not.toMatch(/["\n]/);
      expect(quoted.startsWith('"') && quoted.endsWith('"')).toBe(true);
      // What Grafana would replace.
      expect(quoted).not.toMatch(/\$|\[\[/);
    }
  }
});

test('a regular expression of RE2 takes each text for itself', () => {
  for (const text of [...EVIL, 'café', 'a b/c:d-e_f', '日本']) {
    // \xHH and \. mean the same in RE2 and here.
    expect(new RegExp(`^(?:${re2Literal(text)})$`).test(text)).toBe(true);
  }
  expect(re2Literal('cart.v2-eu')).toBe('cart\\.v2-eu');
});

test('names of fields are taken for themselves', () => {
  expect(luceneField('service.name')).toBe('service.name');
  expect(luceneField('a b:*')).toBe('a\\ b\\:\\*');
});
