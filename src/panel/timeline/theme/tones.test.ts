import { CATEGORY_TONES, hashTone, NEUTRAL_TONE, ToneBook, toneRgb, TONES, toneTextColour, type Rgb } from './tones';
import { parseColour } from './inks';
import { DARK_THEME, LIGHT_THEME } from './timelineTheme';

function luminance([red, green, blue]: Rgb): number {
  const linear = (channel: number): number => {
    const value = channel / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

function contrast(left: Rgb, right: Rgb): number {
  const [low, high] = [luminance(left), luminance(right)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

const rgb = (text: string): Rgb => parseColour(text) ?? [0, 0, 0];

describe('ToneBook', () => {
  it('gives a text the tone of its hash, and keeps it when others come', () => {
    const book = new ToneBook();
    const first = book.toneOf('checkout');
    expect(new ToneBook().toneOf('checkout')).toBe(first);
    for (let index = 0; index < 200; index++) {
      book.toneOf(`service-${index}`);
    }
    expect(book.toneOf('checkout')).toBe(first);
  });

  it('shares no tone until all are taken', () => {
    const book = new ToneBook();
    const tones = Array.from({ length: CATEGORY_TONES }, (_, index) => book.toneOf(`service-${index}`));
    expect(new Set(tones).size).toBe(CATEGORY_TONES);
    expect(book.toneOf('one more')).toBe(hashTone('one more'));
  });

  it('leaves the empty text neutral', () => {
    expect(new ToneBook().toneOf('')).toBe(NEUTRAL_TONE);
  });
});

describe('tones on their backgrounds', () => {
  it.each([DARK_THEME, LIGHT_THEME])('bars and texts can be told from it (dark: $dark)', ({ dark, background }) => {
    for (let tone = 0; tone < TONES; tone++) {
      if (tone > CATEGORY_TONES && tone < TONES - 2) {
        // Steps of a scale begin near the background on purpose.
        continue;
      }
      expect(contrast(toneRgb(tone, dark), rgb(background))).toBeGreaterThan(dark ? 3 : 2.2);
      expect(contrast(rgb(toneTextColour(tone, dark)), rgb(background))).toBeGreaterThan(4.5);
    }
  });
});
