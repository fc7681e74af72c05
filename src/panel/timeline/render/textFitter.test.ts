import { TextFitter } from './textFitter';

describe('TextFitter', () => {
  const fitter = (): { fitter: TextFitter; measured: string[] } => {
    const measured: string[] = [];
    return {
      measured,
      fitter: new TextFitter((text) => {
        measured.push(text);
        return [...text].length * 10;
      }),
    };
  };

  it('measures each letter once', () => {
    const { fitter: texts, measured } = fitter();
    expect(texts.width('abcabc', 0)).toBe(60);
    expect(texts.width('cab', 0)).toBe(30);
    expect(measured).toEqual(['a', 'b', 'c']);
  });

  it('cuts what does not fit', () => {
    const { fitter: texts } = fitter();
    expect(texts.fit('operation', 0, 90)).toBe('operation');
    expect(texts.fit('operation', 0, 60)).toBe('opera…');
    expect(texts.fit('two words', 0, 50)).toBe('two…');
    expect(texts.fit('operation', 0, 20)).toBe('');
    expect(texts.fit('', 0, 20)).toBe('');
  });

  it('keeps the end of paths', () => {
    const { fitter: texts } = fitter();
    expect(texts.fitEnd('operation', 0, 50)).toBe('…tion');
    expect(texts.fitEnd('operation', 0, 90)).toBe('operation');
  });

  it('never cuts a pair of surrogates', () => {
    const { fitter: texts } = fitter();
    expect(texts.fit('ab\u{1F600}\u{1F600}cdefg', 0, 50)).toBe('ab\u{1F600}\u{1F600}…');
    expect(texts.fit('abc\u{1F600}\u{1F600}cdefg', 0, 45)).toBe('abc…');
  });
});
