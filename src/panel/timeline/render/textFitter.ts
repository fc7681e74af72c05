/** Widths are kept by letter: what a text takes is their sum, which leaves out kerning. */
export class TextFitter {
  readonly #measure: (text: string, font: number) => number;
  #widths: Float32Array[] = [];

  constructor(measure: (text: string, font: number) => number) {
    this.#measure = measure;
  }

  /** Fonts have changed, or have been loaded. */
  forget(): void {
    this.#widths = [];
  }

  width(text: string, font: number): number {
    const widths = this.#widthsOf(font);
    let sum = 0;
    for (let at = 0; at < text.length; at++) {
      sum += this.#unit(widths, text.charCodeAt(at), font);
    }
    return sum;
  }

  /** The text, or what of it and an ellipsis fit; '' where not even two letters do. */
  fit(text: string, font: number, width: number): string {
    const widths = this.#widthsOf(font);
    const dots = this.#unit(widths, 0x2026, font);
    let sum = 0;
    let kept = 0;
    for (let at = 0; at < text.length; at++) {
      sum += this.#unit(widths, text.charCodeAt(at), font);
      if (sum + dots <= width) {
        kept = at + 1;
      }
      if (sum > width) {
        // Never half of a surrogate pair.
        const cut = isHighSurrogate(text.charCodeAt(kept - 1)) ? kept - 1 : kept;
        return cut < 2 ? '' : `${text.slice(0, cut).trimEnd()}…`;
      }
    }
    return text;
  }

  /** The end of the text, for paths. */
  fitEnd(text: string, font: number, width: number): string {
    const widths = this.#widthsOf(font);
    let sum = this.#unit(widths, 0x2026, font);
    if (this.width(text, font) <= width) {
      return text;
    }
    let at = text.length;
    while (at > 0) {
      sum += this.#unit(widths, text.charCodeAt(at - 1), font);
      if (sum > width) {
        break;
      }
      at -= 1;
    }
    return text.length - at < 2 ? '' : `…${text.slice(at).trimStart()}`;
  }

  #widthsOf(font: number): Float32Array {
    this.#widths[font] ??= new Float32Array(0x1_0000).fill(-1);
    return this.#widths[font];
  }

  #unit(widths: Float32Array, code: number, font: number): number {
    if (widths[code] < 0) {
      // The second half of a pair takes no room: the first was measured with some pair's width.
      widths[code] = isHighSurrogate(code)
        ? this.#measure('\u{1F600}', font)
        : code >= 0xdc00 && code < 0xe000
          ? 0
          : this.#measure(String.fromCharCode(code), font);
    }
    return widths[code];
  }
}

const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code < 0xdc00;
