import {
  caseFolded,
  DIGIT,
  EVERY,
  negated,
  normalized,
  POSIX,
  SPACE,
  unicodeClass,
  WORD,
  type CharSet,
} from './char-set.ts';

/** Where the text is, with no length: begin and end of it, of a line, of a word. */
export type Assertion = 'textStart' | 'textEnd' | 'lineStart' | 'lineEnd' | 'wordBoundary' | 'noWordBoundary';

/** Greedy or not is the same to who asks only whether a text matches. */
export type RegexNode =
  | { readonly kind: 'chars'; readonly set: CharSet }
  | { readonly kind: 'assertion'; readonly assertion: Assertion }
  | { readonly kind: 'sequence' | 'choice'; readonly parts: readonly RegexNode[] }
  /** `most` is Infinity for `*`, `+` and `{2,}`. */
  | { readonly kind: 'repeat'; readonly part: RegexNode; readonly least: number; readonly most: number };

interface Flags {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
}

/** A group that is being read. `flags` are those after it. */
interface OpenGroup {
  readonly flags: Flags;
  readonly choices: RegexNode[][];
}

const NOTHING: RegexNode = { kind: 'sequence', parts: [] };
const NEW_LINE = 0x0a;
const NOT_NEW_LINE = negated([NEW_LINE, NEW_LINE]);

/**
 * The tree of a pattern that `regexProblem` takes: RE2's syntax, with `.` not matching a line break unless a flag says
 * so. Groups may be a thousand deep, so they are kept on a stack of their own.
 */
export function parseRegex(pattern: string): RegexNode {
  return new RegexParser(pattern).parse();
}

class RegexParser {
  readonly #pattern: string;
  #offset = 0;
  #flags: Flags = { i: false, m: false, s: false };
  readonly #open: OpenGroup[] = [];

  constructor(pattern: string) {
    this.#pattern = pattern;
    this.#push();
  }

  parse(): RegexNode {
    while (this.#offset < this.#pattern.length) {
      this.#readOne();
    }
    return this.#pop();
  }

  #push(): void {
    this.#open.push({ flags: this.#flags, choices: [[]] });
  }

  #pop(): RegexNode {
    const group = this.#open.pop();
    if (!group) {
      return NOTHING;
    }
    this.#flags = group.flags;
    const parts = group.choices.map((sequence): RegexNode =>
      sequence.length === 1 ? sequence[0] : { kind: 'sequence', parts: sequence }
    );
    return parts.length === 1 ? parts[0] : { kind: 'choice', parts };
  }

  get #sequence(): RegexNode[] {
    return this.#open.at(-1)?.choices.at(-1) ?? [];
  }

  #assert(assertion: Assertion, length: number): void {
    this.#sequence.push({ kind: 'assertion', assertion });
    this.#offset += length;
  }

  #chars(set: CharSet): void {
    this.#sequence.push({ kind: 'chars', set: this.#flags.i ? caseFolded(set) : set });
  }

  #readOne(): void {
    const char = this.#pattern[this.#offset];
    switch (char) {
      case '(':
        this.#group();
        return;
      case ')':
        this.#offset += 1;
        this.#closeGroup();
        return;
      case '|':
        this.#offset += 1;
        this.#open.at(-1)?.choices.push([]);
        return;
      case '*':
        this.#repeat(1, 0, Infinity);
        return;
      case '+':
        this.#repeat(1, 1, Infinity);
        return;
      case '?':
        this.#repeat(1, 0, 1);
        return;
      case '{':
        this.#braces();
        return;
      case '^':
        this.#assert(this.#flags.m ? 'lineStart' : 'textStart', 1);
        return;
      case '$':
        this.#assert(this.#flags.m ? 'lineEnd' : 'textEnd', 1);
        return;
      case '.':
        this.#offset += 1;
        this.#sequence.push({ kind: 'chars', set: this.#flags.s ? EVERY : NOT_NEW_LINE });
        return;
      case '[':
        this.#chars(this.#class());
        return;
      case '\\':
        this.#escape();
        return;
      default:
        this.#chars(this.#character());
    }
  }

  #character(): CharSet {
    const code = this.#pattern.codePointAt(this.#offset) ?? 0;
    this.#offset += code > 0xffff ? 2 : 1;
    return [code, code];
  }

  #repeat(length: number, least: number, most: number): void {
    this.#offset += length;
    if (this.#pattern[this.#offset] === '?') {
      this.#offset += 1;
    }
    const sequence = this.#sequence;
    const part = sequence.pop() ?? NOTHING;
    sequence.push({ kind: 'repeat', part, least, most });
  }

  #braces(): void {
    const counted = /\{(\d+)(?:(,)(\d*))?\}/y;
    counted.lastIndex = this.#offset;
    const match = counted.exec(this.#pattern);
    if (match === null) {
      this.#chars(this.#character());
      return;
    }
    const least = Number(match[1]);
    const most = match[2] === undefined ? least : match[3] === '' ? Infinity : Number(match[3]);
    this.#repeat(match[0].length, least, most);
  }

  #group(): void {
    const head = /\((?:\?(?:P?<[^>]*>|([imsU]*(?:-[imsU]*)?)([:)])))?/y;
    head.lastIndex = this.#offset;
    const match = head.exec(this.#pattern);
    const [text, flags, end] = [match?.[0] ?? '(', match?.[1], match?.[2]];
    this.#offset += text.length;
    if (end !== ')') {
      this.#push();
    }
    if (flags !== undefined) {
      // `(?i)` holds up to the end of the group around it, `(?i:…)` inside of its own.
      const [on, off = ''] = flags.split('-');
      const flag = (name: 'i' | 'm' | 's') => (this.#flags[name] || on.includes(name)) && !off.includes(name);
      this.#flags = { i: flag('i'), m: flag('m'), s: flag('s') };
    }
  }

  #closeGroup(): void {
    const group = this.#pop();
    this.#sequence.push(group);
  }

  /** Outside of classes. */
  #escape(): void {
    const next = this.#pattern[this.#offset + 1];
    switch (next) {
      case 'A':
        this.#assert('textStart', 2);
        return;
      case 'z':
        this.#assert('textEnd', 2);
        return;
      case 'b':
        this.#assert('wordBoundary', 2);
        return;
      case 'B':
        this.#assert('noWordBoundary', 2);
        return;
      case 'Q': {
        const start = this.#offset + 2;
        const found = this.#pattern.indexOf('\\E', start);
        const end = found === -1 ? this.#pattern.length : found;
        for (this.#offset = start; this.#offset < end;) {
          this.#chars(this.#character());
        }
        this.#offset = found === -1 ? end : end + 2;
        return;
      }
      default:
        this.#chars(this.#commonEscape());
    }
  }

  /** What may stand in and out of classes. */
  #commonEscape(): CharSet {
    const rest = this.#pattern.slice(this.#offset + 1, this.#offset + 80);
    const take = (length: number, set: CharSet): CharSet => {
      this.#offset += 1 + length;
      return set;
    };
    const one = (code: number): CharSet => [code, code];
    const unicode = /^([pP])(?:\{(\^?)([^}]*)\}|([^{]))/u.exec(rest);
    if (unicode) {
      const set = unicodeClass(unicode[3] ?? unicode[4] ?? 'Any');
      const isNegated = (unicode[1] === 'P') !== (unicode[2] === '^');
      return take(unicode[0].length, isNegated ? negated(set) : set);
    }
    const octal = /^(?:0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(rest);
    if (octal) {
      return take(octal[0].length, one(parseInt(octal[0], 8)));
    }
    const hex = /^x(?:([0-9a-fA-F]{2})|\{([0-9a-fA-F]+)\})/.exec(rest);
    if (hex) {
      return take(hex[0].length, one(parseInt(hex[1] ?? hex[2] ?? '', 16)));
    }
    switch (rest[0]) {
      case 'd':
        return take(1, DIGIT);
      case 'D':
        return take(1, negated(DIGIT));
      case 's':
        return take(1, SPACE);
      case 'S':
        return take(1, negated(SPACE));
      case 'w':
        return take(1, WORD);
      case 'W':
        return take(1, negated(WORD));
      default: {
        const control = 'afnrtv'.indexOf(rest[0] ?? '?');
        return take(1, one(control === -1 ? rest.charCodeAt(0) : [7, 12, 10, 13, 9, 11][control]));
      }
    }
  }

  #class(): CharSet {
    const isNegated = this.#pattern[this.#offset + 1] === '^';
    this.#offset += isNegated ? 2 : 1;
    const ranges: number[] = [];
    // A bracket in first place is a character.
    for (let first = true; first || this.#pattern[this.#offset] !== ']'; first = false) {
      if (this.#offset >= this.#pattern.length) {
        break;
      }
      ranges.push(...this.#classItem());
    }
    this.#offset += 1;
    const set = normalized(ranges);
    // Folded before it is turned round: `(?i)[^a]` is neither a nor A.
    return isNegated ? negated(this.#flags.i ? caseFolded(set) : set) : set;
  }

  #classItem(): CharSet {
    const posix = /\[:(\^?)(\w+):\]/y;
    posix.lastIndex = this.#offset;
    const match = posix.exec(this.#pattern);
    if (match && match[2] in POSIX) {
      this.#offset += match[0].length;
      return match[1] ? negated(POSIX[match[2]]) : POSIX[match[2]];
    }
    const low = this.#classCharacter();
    const afterDash = this.#pattern[this.#offset + 1];
    const isRange = this.#pattern[this.#offset] === '-' && afterDash !== undefined && afterDash !== ']';
    if (low.length !== 2 || low[0] !== low[1] || !isRange) {
      return low;
    }
    this.#offset += 1;
    return [low[0], this.#classCharacter()[0]];
  }

  #classCharacter(): CharSet {
    return this.#pattern[this.#offset] === '\\' ? this.#commonEscape() : this.#character();
  }
}
