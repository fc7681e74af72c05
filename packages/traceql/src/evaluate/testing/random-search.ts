import { randomNumbers } from '../../../corpus/random-query.ts';
import { formatDuration, formatFloat, quoteString } from '../../literals.ts';
import { DURATIONS, EVENTS, FLOATS, INTS, KEYS, NAMES, SERVICES, STRINGS } from './random-traces.ts';

const SCOPES = ['.', 'span.', 'span.', 'resource.', 'event.', 'link.', 'instrumentation.'];
const ORDER = ['=', '=', '!=', '<', '<=', '>', '>='];
const EQUALITY = ['=', '!='];
const PATTERNS = [
  '.*',
  '.+',
  '[a-z]*',
  '(?i)get|PEAR',
  'app.*',
  '.',
  '\\\\d+',
  'GET|POST',
  '(?s).*\\\\n.*',
  '',
  'a.b',
  '[^a]*',
];
const STRUCTURAL = ['>', '>>', '<', '<<', '~', '!>', '!>>', '!<', '!<<', '!~', '&>', '&>>', '&<', '&<<', '&~'];

/** Searches that pass the check and ask for what random-traces.ts makes, as text. */
export class RandomSearches {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = randomNumbers(seed);
  }

  search(): string {
    const stages = [this.#spanset(2)];
    while (this.#chance(0.25)) {
      stages.push(this.#stage());
    }
    return stages.join(' | ');
  }

  #stage(): string {
    switch (this.#below(6)) {
      case 0:
        return `select(${this.#attribute()}, name)`;
      case 1:
        return `by(${this.#pick(['name', 'status', 'kind', 'resource.service.name', 'span.a', '.b', 'duration > 1us'])})`;
      case 2:
        return `${this.#pick(['count()', 'avg(duration)', 'max(duration)', 'sum(span.a)', 'min(span.http.status_code)'])} ${this.#pick(ORDER)} ${this.#pick(['1', '2', '20ms', '0.5'])}`;
      case 3:
        return 'coalesce()';
      default:
        return this.#spanset(1);
    }
  }

  #spanset(depth: number): string {
    if (depth === 0 || this.#chance(0.6)) {
      return this.#chance(0.05) ? '{}' : `{ ${this.#condition(3)} }`;
    }
    const operator = this.#chance(0.5) ? this.#pick(['&&', '||', '&& !']) : this.#pick(STRUCTURAL);
    return `(${this.#spanset(depth - 1)} ${operator} ${this.#spanset(depth - 1)})`;
  }

  #condition(depth: number): string {
    if (depth === 0 || this.#chance(0.4)) {
      return this.#leaf();
    }
    switch (this.#below(6)) {
      case 0:
        return `!(${this.#comparison()})`;
      case 1:
        return `(${this.#condition(depth - 1)}) && (${this.#condition(depth - 1)})`;
      default:
        return `${this.#condition(depth - 1)} ${this.#pick(['&&', '||'])} ${this.#condition(depth - 1)}`;
    }
  }

  #leaf(): string {
    switch (this.#below(12)) {
      case 0:
        return `${this.#attribute()} ${this.#pick(['=', '!='])} nil`;
      case 1:
        return this.#attribute();
      case 2:
        return `!${this.#attribute()}`;
      case 3:
        return this.#constant();
      case 4:
        return this.#chance(0.5) ? `${this.#attribute()} = ${this.#attribute()}` : `${this.#attribute()} * 2 > 5`;
      default:
        return this.#comparison();
    }
  }

  #comparison(): string {
    return this.#chance(0.5) ? this.#ofIntrinsic() : this.#ofAttribute();
  }

  #attribute(): string {
    const key = this.#pick(KEYS);
    const needsQuotes = /[^\w.é-]/.test(key);
    const quoted = `"${key.replace(/["\\]/g, '\\$&')}"`;
    return this.#pick(SCOPES) + (needsQuotes ? quoted : key);
  }

  #ofAttribute(): string {
    if (this.#chance(0.1)) {
      const operator = this.#pick(ORDER);
      return `${this.#pick(['resource.', '.'])}service.name ${operator} ${quoteString(this.#pick(SERVICES))}`;
    }
    const attribute = this.#attribute();
    switch (this.#below(6)) {
      case 0:
        return `${attribute} ${this.#pick(['=~', '!~'])} "${this.#pick(PATTERNS)}"`;
      case 1:
        return `${attribute} ${this.#pick(EQUALITY)} ${this.#pick(['true', 'false', 'error', 'server'])}`;
      case 2:
        return `${this.#number()} ${this.#pick(ORDER)} ${attribute}`;
      case 3:
        return `${attribute} ${this.#pick(ORDER)} ${this.#number()}`;
      default:
        return `${attribute} ${this.#pick(ORDER)} ${quoteString(this.#pick(STRINGS))}`;
    }
  }

  #number(): string {
    switch (this.#below(3)) {
      case 0:
        return formatInt(this.#pick(INTS));
      case 1:
        return formatFloat(this.#pick(FLOATS));
      default:
        return formatDuration(this.#pick(DURATIONS));
    }
  }

  #constant(): string {
    switch (this.#below(3)) {
      case 0:
        return this.#pick(['true', 'false', '!true']);
      case 1:
        return `${quoteString(this.#pick(STRINGS))} ${this.#pick(ORDER)} ${quoteString(this.#pick(STRINGS))}`;
      default:
        return `${this.#number()} ${this.#pick(ORDER)} ${this.#number()}`;
    }
  }

  #ofIntrinsic(): string {
    const text = (names: readonly string[], values: readonly string[]) =>
      this.#chance(0.25)
        ? `${this.#pick(names)} ${this.#pick(['=~', '!~'])} "${this.#pick(PATTERNS)}"`
        : `${this.#pick(names)} ${this.#pick(ORDER)} ${quoteString(this.#pick(values))}`;
    switch (this.#below(12)) {
      case 0:
        return text(['name', 'span:name', 'rootName', 'trace:rootName'], NAMES);
      case 1:
        return text(['rootServiceName', 'trace:rootService'], SERVICES);
      case 2:
        return text(['statusMessage'], STRINGS);
      case 3:
        return text(['event:name'], EVENTS);
      case 4:
        return text(['instrumentation:name', 'instrumentation:version'], ['', 'http', 'grpc', '1.0']);
      case 5:
        return `${this.#pick(['duration', 'traceDuration', 'event:timeSinceStart'])} ${this.#pick(ORDER)} ${this.#number()}`;
      case 6:
        return `status ${this.#pick(EQUALITY)} ${this.#pick(['error', 'ok', 'unset'])}`;
      case 7:
        return `kind ${this.#pick(EQUALITY)} ${this.#pick(['server', 'client', 'internal', 'unspecified', 'producer'])}`;
      case 8:
        return text(
          ['span:id', 'span:parentID', 'link:spanID'],
          ['1', '0000000000000002', '3', '', 'zz', '00000000000000000004']
        );
      case 9:
        return text(['trace:id', 'link:traceID'], ['beef0001', 'BEEF0002', '1', `${'0'.repeat(31)}2`, '', 'no']);
      case 10:
        return this.#pick([
          'nestedSetParent < 0',
          'nestedSetParent >= 0',
          'nestedSetParent = -1',
          'span:childCount > 1',
        ]);
      default:
        return this.#pick([
          'event:name != nil',
          'link:spanID != nil',
          'rootName != nil',
          'name != nil',
          'status != nil',
        ]);
    }
  }

  #below(limit: number): number {
    return Math.floor(this.#next() * limit);
  }

  #chance(probability: number): boolean {
    return this.#next() < probability;
  }

  #pick<T>(choices: readonly T[]): T {
    return choices[this.#below(choices.length)];
  }
}

const formatInt = (value: bigint): string => (value === -(2n ** 63n) ? 'minInt' : String(value));
