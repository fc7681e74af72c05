/**
 * A member of a JSON document has the wrong type or value. The message begins with its path: `spans[2].name: expected …`.
 * The path grows from its end on, as the error passes the objects and arrays around the member (`within`): a path that
 * nobody reads costs nothing.
 */
export class JsonMemberError extends Error {
  #path: string;
  readonly #problem: string;

  constructor(path: string, expected: string, found: unknown) {
    super();
    this.name = 'JsonMemberError';
    this.#path = path;
    this.#problem = `expected ${expected}, found ${shown(found)}`;
    this.#write();
  }

  get path(): string {
    return this.#path;
  }

  /** `segment`: a member's name, or `name[index]`. */
  within(segment: string): this {
    const separator = this.#path === '' || this.#path.startsWith('[') || segment === '' ? '' : '.';
    this.#path = segment + separator + this.#path;
    this.#write();
    return this;
  }

  #write(): void {
    this.message = this.#path === '' ? this.#problem : `${this.#path}: ${this.#problem}`;
  }
}

/** Puts `segment` before the path of a JsonMemberError; other errors stay as they are. To be thrown. */
export function within(error: unknown, segment: string): unknown {
  return error instanceof JsonMemberError ? error.within(segment) : error;
}

export type Members = Readonly<Record<string, unknown>>;

const MAX_SHOWN = 60;

function shown(found: unknown): string {
  if (found === undefined) {
    return 'nothing';
  }
  if (typeof found === 'object' && found !== null) {
    if (Array.isArray(found)) {
      return found.length === 0 ? '[]' : 'an array';
    }
    return Object.keys(found).length === 0 ? '{}' : 'an object';
  }
  if (typeof found === 'string') {
    return JSON.stringify(found.length > MAX_SHOWN ? `${found.slice(0, MAX_SHOWN)}…` : found);
  }
  return String(found);
}

/** Throws JsonMemberError, as everything below does. */
export function expectObject(value: unknown, path: string): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new JsonMemberError(path, 'an object', value);
  }
  return value as Members;
}

/** What is absent or null is an empty array. */
export function expectArray(value: unknown, path: string): readonly unknown[] {
  if (value === undefined || value === null) {
    return [];
  }
  if (!Array.isArray(value)) {
    throw new JsonMemberError(path, 'an array', value);
  }
  return value;
}

export function expectString(value: unknown, path: string): string {
  if (typeof value !== 'string') {
    throw new JsonMemberError(path, 'a string', value);
  }
  return value;
}

/** A whole number as JSON's number or as digits in a string. `parseJson` gives a bigint where a double would lose digits. */
export function expectInteger(value: unknown, path: string, min: bigint, max: bigint): bigint {
  const isInteger =
    typeof value === 'bigint' ||
    (typeof value === 'number' && Number.isInteger(value)) ||
    (typeof value === 'string' && /^-?\d{1,20}$/.test(value));
  const number = isInteger ? BigInt(value) : undefined;
  if (number === undefined || number < min || number > max) {
    throw new JsonMemberError(path, `a whole number from ${min} to ${max}`, value);
  }
  return number;
}

export const MIN_INT64 = -(2n ** 63n);
export const MAX_INT64 = 2n ** 63n - 1n;
export const MAX_UINT64 = 2n ** 64n - 1n;

/**
 * Microseconds since the epoch, or of a duration, as nanoseconds: exact for whole microseconds, however they are written. A
 * fraction keeps what the double has of it.
 */
export function expectMicros(value: unknown, path: string): bigint {
  if (typeof value === 'number' && !Number.isInteger(value) && value >= 0 && value < Number.MAX_SAFE_INTEGER) {
    const whole = Math.floor(value);
    return BigInt(whole) * 1000n + BigInt(Math.round((value - whole) * 1000));
  }
  return expectInteger(value, path, 0n, MAX_UINT64 / 1000n) * 1000n;
}

/** A number, or what proto3 JSON writes in its place: digits in a string, `NaN`, `Infinity`, `-Infinity`. */
export function expectDouble(value: unknown, path: string): number {
  if (typeof value === 'number') {
    return value;
  }
  if (typeof value === 'bigint') {
    return Number(value);
  }
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN;
  if (Number.isNaN(number) && value !== 'NaN') {
    throw new JsonMemberError(path, 'a number', value);
  }
  return number;
}
