/**
 * Tones: the colours that a span can have, as small numbers, so that a byte a span will do. What each looks like depends on the
 * theme; which one a text gets depends on the text alone, as far as no other of the trace has taken it.
 */
export const NEUTRAL_TONE = 0;
/** Categories: 1 … CATEGORY_TONES. */
const HUES = 18;
export const CATEGORY_TONES = HUES * 2;
/** A scale from little to much. */
export const SCALE_TONES = 12;
export const FIRST_SCALE_TONE = 1 + CATEGORY_TONES;
export const OK_TONE = FIRST_SCALE_TONE + SCALE_TONES;
export const ERROR_TONE = OK_TONE + 1;
export const TONES = ERROR_TONE + 1;

/**
 * Tones of texts by index, in order of their coming, so that a text keeps its tone when more come. By the text's hash; the next free
 * one if that is taken; shared only when all are.
 */
export class ToneBook {
  readonly #taken = new Uint8Array(CATEGORY_TONES);
  #free = CATEGORY_TONES;
  #known = new Map<string, number>();

  toneOf(text: string): number {
    let tone = this.#known.get(text);
    if (tone === undefined) {
      tone = this.#take(text);
      this.#known.set(text, tone);
    }
    return tone;
  }

  #take(text: string): number {
    if (text === '') {
      return NEUTRAL_TONE;
    }
    // The strong half first: with few services none looks like the pale brother of another.
    const wanted = hashText(text) % HUES;
    if (this.#free === 0) {
      return hashTone(text);
    }
    // Steps of 7 hues, prime to 18: the next best is far off on the wheel.
    for (let half = 0; half < CATEGORY_TONES; half += HUES) {
      for (let step = 0; step < HUES; step++) {
        const slot = half + ((wanted + step * 7) % HUES);
        if (!this.#taken[slot]) {
          this.#taken[slot] = 1;
          this.#free -= 1;
          return 1 + slot;
        }
      }
    }
    return NEUTRAL_TONE;
  }
}

/** Without a book, for more texts than there are tones by far. */
export const hashTone = (text: string): number => (text === '' ? NEUTRAL_TONE : 1 + (hashText(text) % CATEGORY_TONES));

/** FNV-1a over UTF-16 units, with its bits mixed, for texts that differ in their last letter alone. */
export function hashText(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return (value ^ (value >>> 13)) >>> 0;
}

export type Rgb = readonly [red: number, green: number, blue: number];

/** What a tone looks like as the fill of a bar. */
export function toneRgb(tone: number, dark: boolean): Rgb {
  if (tone >= 1 && tone <= CATEGORY_TONES) {
    const hue = (tone - 1) % HUES;
    const pale = tone - 1 >= HUES;
    // From orange (55°) round to magenta (355°): red is what errors are.
    const degrees = 55 + (hue * 300) / (HUES - 1);
    // Neighbours on the wheel differ in lightness too,
    // and yellow is mud unless it is light.
    const yellow = Math.max(0, 1 - Math.abs(degrees - 95) / 35) * (dark ? 0.07 : 0.02);
    const lift = (hue % 2 === 0 ? 0.03 : -0.03) + yellow;
    const lightness = dark ? (pale ? 0.82 : 0.7) : pale ? 0.69 : 0.6;
    return oklch(lightness + lift, pale ? 0.075 : 0.125, degrees);
  }
  if (tone >= FIRST_SCALE_TONE && tone < OK_TONE) {
    const share = (tone - FIRST_SCALE_TONE) / (SCALE_TONES - 1);
    return dark
      ? oklch(0.42 + share * 0.46, 0.07 + share * 0.08, 280 - share * 190)
      : oklch(0.85 - share * 0.45, 0.07 + share * 0.07, 90 + share * 190);
  }
  if (tone === OK_TONE) {
    return dark ? oklch(0.72, 0.14, 155) : oklch(0.6, 0.13, 155);
  }
  if (tone === ERROR_TONE) {
    return dark ? oklch(0.68, 0.2, 18) : oklch(0.58, 0.2, 18);
  }
  return dark ? oklch(0.56, 0.012, 265) : oklch(0.68, 0.012, 265);
}

export function toneColour(tone: number, dark: boolean): string {
  return cssColour(toneRgb(tone, dark));
}

/** The tone of a name that stands on the background as text: readable at 12 pixels. */
export function toneTextColour(tone: number, dark: boolean): string {
  const [red, green, blue] = toneRgb(tone, dark);
  // Halfway to the ink.
  const ink = dark ? 232 : 24;
  const share = dark ? 0.3 : 0.45;
  return cssColour([mix(red, ink, share), mix(green, ink, share), mix(blue, ink, share)]);
}

const mix = (from: number, to: number, share: number): number => Math.round(from + (to - from) * share);

export const cssColour = ([red, green, blue]: Rgb): string => `rgb(${red}, ${green}, ${blue})`;

/** Ottosson's OKLCH to sRGB (https://bottosson.github.io/posts/oklab/), cut off at the gamut's edge. Hue in degrees. */
export function oklch(lightness: number, chroma: number, degrees: number): Rgb {
  const hue = (degrees * Math.PI) / 180;
  const a = chroma * Math.cos(hue);
  const b = chroma * Math.sin(hue);
  const long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    channel(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
    channel(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
    channel(-0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short),
  ];
}

function channel(linear: number): number {
  const value = linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
  return Math.round(Math.min(1, Math.max(0, value)) * 255);
}
